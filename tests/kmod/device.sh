#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the device promises to readers, and what it refuses; device_test.c has the cases.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
module_in || skip_all "the module is refused: $(dmesg | tail -n 1)"
"$PROGRAMS"/device_test
exit
