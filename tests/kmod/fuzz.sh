#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Random calls at the device and at its maps do the kernel no harm. FUZZ_CALLS, FUZZ_SEED.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
module_in || skip_all "the module is refused: $(dmesg | tail -n 1)"
"$PROGRAMS/fuzz" "${FUZZ_CALLS:-20000}" "${FUZZ_SEED:-1}"
exit
