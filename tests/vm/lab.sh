#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guests' runner itself, on one kernel (VM_KERNEL, 6.1): output and exit statuses come through; a panic and a warning
# make a run fail and are shown; time-out, Ctrl-C and a guest that hangs end cleanly. LAB=short: only what decides whether a
# guest's verdict can be believed.
. "$(dirname "$0")/../tap.sh"
vm=$(cd "$(dirname "$0")" && pwd)
kernel=${VM_KERNEL:-6.1}
dir=$(cd "$vm/../.." && pwd)/build/vm/$kernel
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
release=$(cat "$("$vm/fetch" "$kernel")/version") || { not_ok "the kernel is fetched"; finish; }
modules=$("$vm/planted/build" "$kernel") || { not_ok "modules are built for it"; finish; }

guest() { "$vm/run" -k "$kernel" "$@" >"$T/out" 2>"$T/err"; }
said() { grep -aE "$1" "$T/err"; }

guest -v -- sh -c 'uname -r; echo here >&2; [ -d "$0" ] && echo seen >"$VM_SHARE/file"' "$dir"
is "a command that succeeds: 0" $? 0
is "its output comes through, from the kernel asked for" "$(cat "$T/out")" "$release"
check "so does its standard error" said '^here$'
is "what it leaves in \$VM_SHARE is on the machine" "$(cat "$dir/out/file")" seen
diag "$(said 'started')"

guest -- sh -c 'exit 77'
is "exit status 77 passes through" $? 77
if [ "${LAB:-}" != short ]; then
	guest -- false
	is "exit status 1 passes through" $? 1
	guest -- sh -c 'exit 124'
	is "exit status 124 passes through" $? 124
	check "and nothing says that it took too long" [ ! -s "$T/err" ]
fi

guest -- sh -c 'echo c >/proc/sysrq-trigger; sleep 100'
is "a panic: the run fails" $? 125
check "a panic: the console's tail is shown" said '^vm: \| .*Kernel panic'

guest -- insmod "$modules/warning.ko"
is "a warning in the log: the run fails, although the command succeeded" $? 125
check "a warning: it is shown" said '^vm: ! .*WARNING: .*planted_init'

if [ "${LAB:-}" != short ]; then
	guest -t 90 -- sh -c 'touch "$VM_SHARE/begun"; sleep 1000'
	is "a command that takes too long: 124" $? 124
	check "it had begun, and who ran is told" sh -c 'test -e "$0/out/begun" && grep -q "sleep 1000" "$1"' "$dir" "$T/err"

	guest -t 90 -- sh -c 'touch "$VM_SHARE/begun"; sync; insmod "$0"; sleep 1000' "$modules/hang.ko"
	is "a guest that hangs, interrupts off on all its CPUs: 124" $? 124
	check "it had begun" [ -e "$dir/out/begun" ]

	# A job in the background ignores SIGINT, unless it is told otherwise.
	env --default-signal=INT "$vm/run" -k "$kernel" -- sleep 1000 2>"$T/err" &
	run=$!
	until [ -e "$dir/ready" ] || ! kill -0 $run; do sleep 0.1; done 2>/dev/null
	qemu=$(pgrep -P $run -x timeout)
	kill -INT $run
	wait $run
	is "Ctrl-C: 130" $? 130
	check "Ctrl-C: QEMU is gone" [ -n "$qemu" -a ! -e "/proc/$qemu" ]
	is "Ctrl-C: nothing is left of its pipes" "$(find "$dir" -maxdepth 1 -name '*.fifo')" ""
fi
finish
