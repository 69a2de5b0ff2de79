#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing is lost without being counted, whatever readers do. ACCOUNT_EVENTS.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
module_in || skip_all "the module is refused: $(dmesg | tail -n 1)"
"$PROGRAMS/account" "${ACCOUNT_EVENTS:-50000}"
exit
