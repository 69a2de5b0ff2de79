#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What socklife tells is the truth: scenarios between two hosts, each in namespaces of its own, and then figure by figure the
# lives against the kernel's counters, the programs' own totals, and tshark's reading of a capture. SOURCE=bpf (or kmod);
# SCENARIOS="lossy cookies": only these. A table at the end.
. "$(dirname "$0")/../live/lib.sh"
here=$(dirname "$0")
for tool in tshark tcpdump nft ethtool tc; do
	command -v $tool >/dev/null || skip_all "$tool is not installed (scripts/deps truth)"
done
live_begin truth
"$SOCKLIFE" life --source "${SOURCE:-bpf}" -d 1s --cgroup "$CG" 'port 1' >"$T/try" 2>&1 ||
	skip_all "the source ${SOURCE:-bpf} is not there: $(tail -n 1 "$T/try")"
life_start trace --json --source "${SOURCE:-bpf}" --cgroup "$CG" --ring 16MiB || { not_ok "socklife starts"; finish; }
# shellcheck disable=SC2086
sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$CG" /usr/bin/python3 -B "$here/play.py" "slt$$-" "$T" ${SCENARIOS:-} </dev/null >&2
for ns in $(ip netns list | awk -v p="slt$$-" 'index($1, p) == 1 { print $1 }'); do
	[ "$ns" = "$NS" ] || ip netns del "$ns"
done
sleep 0.5
life_stop
[ "$(footer .lost_total)" = 0 ] || diag "records were lost: $(footer .lost)"
cp "$T/out" "${KEEP:-$T}/records.jsonl" 2>/dev/null || true
/usr/bin/python3 -B "$here/compare.py" "$T/out" "$T"
