#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is kept out, and by what: the accept queue that a connection meets, connections that a listener drops, addresses that are
# taken, calls that need a privilege, packets that netfilter drops; and options as they are in force. The truth is ss, the
# namespace's own counters, getsockopt() and the errnos that the programs get.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin gate

watched() { head -n 1 "$T/out" | jq -e --arg fact "$1" '.watched | index($fact)' >/dev/null; }

queues() { # queues IP
	local v=v$1 i
	is "IPv$1 each connection met the queue that was before it, and itself" \
		"$(for i in 0 1 2 3 4; do life $v.queue.server$i .handshake.accept_queue; done | paste -sd ' ')" "1 2 3 4 5"
	is "IPv$1 the listener's peak" "$(life $v.queue.listener .listen.queue_max)" 5
	is "IPv$1 a listener dropped as many as ss -m says" "$(life $v.overflow.listener .listen.drops)" "$(figure $v.overflow drops)"
	is "IPv$1 the most that its queue held is what it held then" "$(life $v.overflow.listener .listen.queue_max)" \
		"$(figure $v.overflow queue)"
}

conflicts() { # conflicts IP
	local v=v$1
	is "IPv$1 an address in use: what was asked for, and who has it" "$(life $v.conflict.late \
		'"\(.calls.bind.last_errno) \(.bind_failed.asked.port) \(.bind_failed.holder)"')" \
		"EADDRINUSE $(figure $v.conflict port) $(life $v.conflict.listener .cookie)"
	is "IPv$1 an address that is not ours: what was asked for, and nobody has it" "$(life $v.conflict.nowhere \
		'"\(.calls.bind.last_errno) \(.bind_failed.asked.port) \(.bind_failed.holder)"')" "EADDRNOTAVAIL 9077 null"
	is "IPv$1 a bind that succeeded keeps nothing" "$(life $v.conflict.listener .bind_failed)" null
}

refusals() { # refusals IP
	local v=v$1
	if watched denied; then
		is "IPv$1 a port below 1024: which capability was missing" "$(life $v.privilege.port \
			'.security | "\(.denied) \(.last.call) \(.last.errno) \(.last.by) \(.last.capability)"')" \
			"1 bind EACCES $by_cap_bind"
		like "IPv$1 SO_MARK: a capability was missing" "$(life $v.privilege.mark \
			'.security | "\(.denied) \(.last.call) \(.last.errno) \(.last.by) \(.last.capability)"')" \
			"1 setsockopt EPERM $by_cap_mark"
	fi
	if watched drop; then
		is "IPv$1 two packets that netfilter dropped" "$(life $v.filtered \
			'.security | "\(.netfilter) \(.denied) \(.last.call) \(.last.errno) \(.last.by)"')" "2 2 send EPERM netfilter"
	else
		skip "IPv$1 packets that netfilter dropped" "this kernel does not name the socket of a drop"
	fi
}

forces() { # forces IP: the life keeps the last eight
	local tag
	for tag in v$1.force.socket v$1.force.tcp; do
		is "$tag: options as asked and as getsockopt() says" "$(life $tag '.options[] | "\(.asked):\(.in_force)"' | sort)" \
			"$(figure $tag force | sort)"
	done
}

in_net nft -f - <<-NFT
	table inet gate {
		chain output {
			type filter hook output priority 0;
			udp dport 9055 drop
		}
	}
NFT
before="$(snmp TcpExt ListenOverflows) $(snmp TcpExt ListenDrops)"
life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
if [ "$(in_net sysctl -n net.mptcp.enabled 2>/dev/null)" = 1 ]; then mptcp=mptcp; else mptcp=; fi
for ip in 4 6; do
	scenarios gate $ip queue conflict privilege filtered force $mptcp
	scenarios gate $ip overflow
done
scenarios gate 4 unix
life_stop
tags_end
by_cap_bind="privilege cap_net_bind_service"
by_cap_mark="privilege cap_net_*"
if ! "$SOCKLIFE" check --level calls | grep -q 'cap_capable'; then
	by_cap_bind="unknown null" by_cap_mark="unknown null"
fi
is "nothing was lost" "$(footer '[.lost[][]] | add')" 0
for ip in 4 6; do
	queues $ip
	conflicts $ip
	refusals $ip
	forces $ip
done
read -r overflows0 drops0 <<<"$before"
diag "ListenOverflows $(($(snmp TcpExt ListenOverflows) - overflows0)), ListenDrops $(($(snmp TcpExt ListenDrops) - drops0))," \
	"told $(sum '.role == "listener"' '.listen.overflows // 0')"
if "$SOCKLIFE" check --level calls | grep -q 'fentry/tcp_conn_request'; then
	is "all overflows are ListenOverflows" "$(sum '.role == "listener"' '.listen.overflows')" \
		"$(($(snmp TcpExt ListenOverflows) - overflows0))"
fi
is "the two ends of a UNIX pair know each other" "$(life v4.unix.one .peer) $(life v4.unix.other .peer)" \
	"$(life v4.unix.other .cookie) $(life v4.unix.one .cookie)"
if [ -n "$mptcp" ] && watched mptcp; then
	for ip in 4 6; do
		is "IPv$ip a subflow knows its MPTCP connection" "$(lives ".mptcp == \"$(life v$ip.mptcp.client .cookie)\" and .role == \"client\"
			and .remote.port == $(figure v$ip.mptcp port)" | wc -l)" 1
	done
else
	skip "MPTCP's subflows" "this kernel has no MPTCP, or does not show it"
fi
finish
