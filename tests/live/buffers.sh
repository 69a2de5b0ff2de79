#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Buffers: limits, waits, closed windows with their probes, and what was dropped for want of room are what the programs
# themselves and the namespace's own counters say.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin buffers

counters=(TCPToZeroWindowAdv TCPWinProbe)
now() { local name; for name in "${counters[@]}"; do snmp TcpExt "$name"; done | paste -sd ' '; }

watched() { head -n 1 "$T/out" | jq -e --arg fact "$1" '.watched | index($fact)' >/dev/null; }

windows() { # windows IP
	local v=v$1.slow_reader
	is "IPv$1 the reader's closed windows are the ones that the sender saw" "$(life $v.server .buffers.zero_window_sent)" \
		"$(life $v.client .buffers.zero_window_received)"
	check "IPv$1 a window was closed, and for some time" \
		[ "$(life $v.client '.buffers | .zero_window_received > 0 and .zero_window_received_us > 100000')" = true ]
	check "IPv$1 the sender probed it" [ "$(life $v.client '.buffers.probes > 0')" = true ]
	is "IPv$1 each closed window is told in the trace" \
		"$(did $v.client '.window_change and .window == 0 and .dir == "in"' .kind | wc -l)" \
		"$(life $v.client .buffers.zero_window_received)"
}

limits() { # limits IP
	local tag
	for tag in slow_reader.server slow_reader.client udp_full.server tuned.server; do
		is "IPv$1 $tag: the limits are what getsockopt() says" "$(life v$1.$tag '.buffers | "\(.rcvbuf) \(.sndbuf)"')" \
			"$(figure v$1.$tag rcvbuf) $(figure v$1.$tag sndbuf)"
	done
	is "IPv$1 limits that the program set are locked" "$(life v$1.slow_reader.server .buffers.rcvbuf_locked) \
$(life v$1.slow_reader.client .buffers.sndbuf_locked) $(life v$1.tuned.server .buffers.rcvbuf_locked)" "true true null"
}

fills() { # fills IP
	is "IPv$1 5000 bytes waited in the receive queue" "$(life v$1.unread.server .buffers.recvq_max)" 5000
	check "IPv$1 no buffer was seen fuller than the kernel lets it be" [ "$(life v$1.slow_reader.client \
		'.buffers | .wmem_max > 0 and .sendq_max > 0 and .wmem_max < 4 * .sndbuf')" = true ]
}

waits() { # waits IP
	is "IPv$1 three receives waited" "$(life v$1.waits.server .buffers.recv_blocked)" 3
	within "IPv$1 for as long as nothing was sent" "$(figure v$1.waits.server waited_us)" \
		"$(life v$1.waits.server .buffers.recv_blocked_us)" "$(life v$1.waits.server .life_us)"
	check "IPv$1 a send waited for room" [ "$(life v$1.slow_reader.client '.buffers.send_blocked > 0')" = true ]
	within "IPv$1 not longer than the program was in its sends" 1 "$(life v$1.slow_reader.client .buffers.send_blocked_us)" \
		"$(figure v$1.slow_reader.client send_us)"
}

before=$(now)
udp4=$(snmp Udp RcvbufErrors)
udp6=$(in_net awk '$1 == "Udp6RcvbufErrors" { print $2 }' /proc/net/snmp6)
life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
for ip in 4 6; do scenarios buffers $ip; done
life_stop
after=$(now)
tags_end
is "nothing was lost" "$(footer '[.lost[][]] | add')" 0
read -r zero0 probe0 <<<"$before"
read -r zero1 probe1 <<<"$after"
if watched zero-window-sent; then
	is "the windows that all closed are TCPToZeroWindowAdv" "$(sum true '.buffers.zero_window_sent // 0')" $((zero1 - zero0))
	is "the probes that all sent are TCPWinProbe" "$(sum true '.buffers.probes // 0')" $((probe1 - probe0))
	for ip in 4 6; do windows $ip; done
else
	skip "closed windows" "this kernel shows none"
fi
is "UDP over IPv4: what found the buffer full is RcvbufErrors, and what the program missed" \
	"$(life v4.udp_full.server .buffers.dropped_rcvbuf)" "$(($(snmp Udp RcvbufErrors) - udp4))"
is "UDP over IPv4: the program missed as many" "$(life v4.udp_full.server .buffers.dropped_rcvbuf)" \
	"$(figure v4.udp_full.server dropped)"
if watched drop; then
	is "UDP over IPv6: what found the buffer full is Udp6RcvbufErrors" "$(life v6.udp_full.server .buffers.dropped_rcvbuf)" \
		"$(($(in_net awk '$1 == "Udp6RcvbufErrors" { print $2 }' /proc/net/snmp6) - udp6))"
else
	skip "UDP over IPv6: what found the buffer full" "this kernel's tracepoint tells IPv4 only"
fi
for ip in 4 6; do
	limits $ip
	fills $ip
	waits $ip
	check "IPv$ip a stream's receive buffer was tuned" [ "$(figure v$ip.tuned.server rcvbuf)" -gt \
		"$(figure v$ip.tuned.server rcvbuf_first)" ]
	check "IPv$ip and that was seen" [ "$(life v$ip.tuned.server '.buffers.autotune_moves > 0')" = true ]
done
finish
