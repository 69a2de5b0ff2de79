#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The debug kernel catches planted bugs: what inserts the module succeeds, and yet the run fails, and says what it was.
. "$(dirname "$0")/../tap.sh"
vm=$(cd "$(dirname "$0")" && pwd)
modules=$("$vm/planted/build" debug) || { not_ok "the planted bugs are built for the debug kernel"; finish; }
err=$(mktemp)
trap 'rm -f "$err"' EXIT

# caught MODULE COMPLAINT: the run ends with 125 and shows the complaint.
caught() {
	"$vm/run" -k debug -- insmod "$modules/$1.ko" 2>"$err"
	is "$1: the run fails" $? 125
	check "$1: it says: $2" grep -aE "^vm: ! .*$2" "$err"
}

"$vm/run" -k debug -- sh -c "insmod '$modules/healthy.ko' && rmmod healthy" 2>"$err"
is "a module without a bug: the run succeeds" $? 0
diag "$(cat "$err")"
caught use_after_free 'BUG: KASAN: .*use-after-free in planted_init'
caught lock_inversion 'WARNING: possible circular locking dependency detected'
caught atomic_sleep 'BUG: sleeping function called from invalid context'
caught leak 'kmemleak: [0-9]+ new suspected memory leaks'
finish
