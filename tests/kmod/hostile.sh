#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A reader that writes garbage wherever it may hurts nobody but itself. HOSTILE_WRITES.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
module_in || skip_all "the module is refused: $(dmesg | tail -n 1)"
"$PROGRAMS/hostile" "${HOSTILE_WRITES:-200000}"
exit
