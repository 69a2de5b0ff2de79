#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A reader whose memory is refused, one allocation at a time, gets an error and leaves nothing behind (a debug kernel).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
module_in || skip_all "the module is refused: $(dmesg | tail -n 1)"
for kind in failslab fail_page_alloc; do # also those that may wait for memory
	[ -e /sys/kernel/debug/$kind ] || continue
	echo N >/sys/kernel/debug/$kind/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/$kind/verbose
done
"$PROGRAMS/failing"
exit
