#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module comes and goes CYCLES times while TCP, UDP and namespaces do, with readers killed in between, and leaves nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
cycles=${CYCLES:-20}
stop=$(mktemp -u)

namespaces() {
	while [ ! -e "$stop" ]; do
		ip netns add sl-churn 2>/dev/null && ip -n sl-churn link set lo up
		ip netns exec sl-churn timeout 2 "$PROGRAMS/traffic" 20 >/dev/null 2>&1
		ip netns del sl-churn 2>/dev/null
	done
}
load_for_ever() { while [ ! -e "$stop" ]; do "$PROGRAMS/traffic" 200; done; }

load_for_ever &
namespaces &
slab() { awk '/^sl_|^socklife/ { n += $2 } END { print n + 0 }' /proc/slabinfo; }
refused=0 in_use=0
for ((i = 0; i < cycles; i++)); do
	module_in stats=$((i % 2)) || refused=$((refused + 1))
	"$SOCKLIFE" trace --source kmod --json -q >/dev/null 2>&1 &
	reader=$!
	[ $((i % 3)) = 0 ] || cat /proc/net/socklife/* >/dev/null 2>&1
	sleep "0.$((RANDOM % 10))"
	kill -9 $reader 2>/dev/null
	wait $reader 2>/dev/null
	for _ in $(seq 100); do
		rmmod socklife 2>/dev/null && break
		in_use=$((in_use + 1))
		sleep 0.05
	done
done
touch "$stop"
wait
rm -f "$stop"
is "$cycles times loaded" "$refused" 0
is "and unloaded each time" "$(grep -c '^socklife ' /proc/modules)" 0
is "no file of /proc is left" "$(ls -d /proc/net/socklife 2>/dev/null)" ""
is "no slab is left" "$(slab)" 0
is "no hook on a function is left" "$(grep -cs socklife /sys/kernel/tracing/enabled_functions)" 0
diag "unloading had to wait for a killed reader $in_use times"
finish
