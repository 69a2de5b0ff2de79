#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may watch what through the device: capabilities by namespaces, and nothing of another network namespace is ever shown.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
module_in || skip_all "the module is refused: $(dmesg | tail -n 1)"
is "the device is root's alone" "$(stat -c '%a %u %g' /dev/socklife)" "600 0 0"
chmod 0666 /dev/socklife # from here on only capabilities decide

# scope CAPS: what `rights` sees with just these capabilities, as root and as another user
scope() {
	local caps=$1
	shift
	setpriv --reuid 65534 --clear-groups --inh-caps "-all${caps:+,$caps}" --ambient-caps "-all${caps:+,$caps}" \
		--bounding-set "-all${caps:+,$caps}" -- "$@" "$PROGRAMS/rights"
}
is "no capability: refused" "$(scope '')" "refused: Operation not permitted"
is "CAP_PERFMON alone: refused" "$(scope +perfmon)" "refused: Operation not permitted"
is "CAP_BPF and CAP_PERFMON: refused" "$(scope +perfmon,+bpf)" "refused: Operation not permitted"
is "CAP_SYS_PTRACE: refused" "$(scope +sys_ptrace)" "refused: Operation not permitted"
is "CAP_NET_ADMIN alone: its own network namespace" "$(scope +net_admin)" "netns $(stat -Lc %i /proc/self/ns/net)"
is "CAP_NET_ADMIN and CAP_PERFMON: the host" "$(scope +net_admin,+perfmon)" "host"

# A user namespace gives capabilities over a network namespace only if that is its own as well.
is "root of a user namespace, in the host's network: refused" "$(unshare -U -r "$PROGRAMS/rights")" \
	"refused: Operation not permitted"
own=$(unshare -U -r -n sh -c "stat -Lc %i /proc/self/ns/net; $PROGRAMS/rights")
is "root of a user and a network namespace: that one" "$(tail -n 1 <<<"$own")" "netns $(head -n 1 <<<"$own")"
is "which may not ask for another" "$(unshare -U -r -n "$PROGRAMS/rights" "$(stat -Lc %i /proc/self/ns/net)")" \
	"SETUP: Operation not permitted"
is "the host's root in a network namespace of its own still sees the host" "$(unshare -n "$PROGRAMS/rights")" host

# It watches while the host makes connections, and makes one itself.
seen=$(unshare -U -r -n sh -c "ip link set lo up; $PROGRAMS/rights watch" & "$PROGRAMS/traffic" 300; wait)
is "a reader in a namespace sees that namespace's records and no other's" "$seen" "own yes, others 0"
finish
