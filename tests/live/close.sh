#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The 4-way close at both ends: who was first, and the time of each of its steps, however the program went about it.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin close

# steps NAME TAG FIRST-TAG SECOND-TAG: the first end's close is active, the second's passive, and all four steps are in
# the order that RFC 9293 3.6 has, at each end and between the ends (one host, one clock).
steps() {
	local has='[.fin_sent_us, .fin_acked_us, .fin_received_us, .fin_ack_sent_us] | map(. != null) | all'
	is "$1: first at the first end" "$(life "$2" '.close | "\(.class) \(.first_fin)"')" "active local"
	is "$1: second at the second end" "$(life "$3" '.close | "\(.class) \(.first_fin)"')" "passive remote"
	is "$1: the first end has the times of all four" "$(told_or_tail "$2")" true
	is "$1: the second end has the times of all four" "$(life "$3" ".close | $has")" true
	is "$1: their order at the second end" \
		"$(life "$3" '.close | .fin_received_us <= .fin_ack_sent_us and .fin_received_us <= .fin_sent_us and .fin_sent_us <= .fin_acked_us')" true
	is "$1: both lives are complete" "$(life "$2" .complete) $(life "$3" .complete)" "true true"
	is "$1: the ends know each other" "$(life "$2" '"\(.cookie) \(.peer)"')" "$(life "$3" '"\(.peer) \(.cookie)"')"
}

# All four times at the first end, in order. (The peer's FIN may reach the TIME_WAIT socket, after the life's own end: socklife
# then completes the life by its tail.)
told_or_tail() {
	life "$1" '.close | [.fin_sent_us, .fin_acked_us, .fin_received_us, .fin_ack_sent_us] as [$a, $b, $c, $d]
		| ([$a, $b, $c, $d] | map(. != null) | all) and $a <= $b and $a <= $c and $c <= $d and .time_wait'
}

# crossed NAME FIRST SECOND: what one end says that it sent, and the other that it received, is in this order. The lives' times
# are relative to their begin; the events' are not.
crossed() {
	local sent received
	sent=$(did "$2" '.event == "segment" and .dir == "out" and (.flags | test("FIN"))' .mono_ns | head -n 1)
	received=$(did "$3" '.event == "segment" and .dir == "in" and (.flags | test("FIN"))' .mono_ns | head -n 1)
	within "$1" "${sent:-none}" "${received:-none}" "$((${sent:-0} + 60000000000))"
}

closes() { # closes IP
	local v=v$1
	steps "IPv$1 the client closes first" $v.client_first.client $v.client_first.server
	crossed "IPv$1 the client closes first: its FIN leaves before it arrives" $v.client_first.client $v.client_first.server
	steps "IPv$1 the client closes first, its socket in TIME_WAIT when the FIN comes" $v.client_first_orphan.client $v.client_first_orphan.server
	steps "IPv$1 the client ends its direction and waits" $v.client_waits.client $v.client_waits.server
	crossed "IPv$1 the client waits: the server's FIN leaves before it arrives" $v.client_waits.server $v.client_waits.client
	steps "IPv$1 the server closes first" $v.server_first.server $v.server_first.client
	steps "IPv$1 shutdown of writing, then close" $v.shutdown_write.client $v.shutdown_write.server
	is "IPv$1 shutdown of writing: the call" "$(did $v.shutdown_write.client '.call == "shutdown"' '"\(.how) \(.ret)"')" "wr 0"
	is "IPv$1 shutdown of writing: bytes while half closed" "$(life $v.shutdown_write.client .close.half_closed_bytes)" 1234
	is "IPv$1 shutdown of both: the call" "$(did $v.shutdown_both.client '.call == "shutdown"' '"\(.how) \(.ret)"')" "rdwr 0"
	steps "IPv$1 shutdown of both" $v.shutdown_both.client $v.shutdown_both.server
	is "IPv$1 shutdown without a connection: the call" "$(did $v.shutdown_refused '.call == "shutdown"' '"\(.how) \(.errno)"')" "rdwr ENOTCONN"
	is "IPv$1 shutdown without a connection: the life" \
		"$(life $v.shutdown_refused '"\(.calls.shutdown.errors) \(.calls.shutdown.last_errno) \(.close.class)"')" "1 ENOTCONN unconnected"
	is "IPv$1 a process ends without close(): its socket's owner" "$(life $v.leave.client .owner.pid)" "$(figure $v.exits pid)"
	is "IPv$1 a process ends without close(): its FIN is the first" "$(life $v.leave.client '.close | "\(.class) \(.first_fin)"')" "active local"
	is "IPv$1 a process ends without close(): the peer" "$(life $v.exits.server '.close | "\(.class) \(.first_fin)"')" "passive remote"
	is "IPv$1 a process ends without close(): one close is counted" "$(life $v.leave.client .calls.close.count)" 1
}

# The child that nobody accepted has no descriptor, so no tag: it is found by its client.
never_accepted() { # never_accepted IP
	local v=v$1.never_accepted child
	child=$(life $v.client .peer)
	is "IPv$1 never accepted: the client's life" "$(life $v.client '.close.class')" reset_received
	is "IPv$1 never accepted: the child's life" \
		"$(lives ".cookie == \"$child\"" | jq -r '"\(.role) \(.handshake.outcome) \(.close.class)"')" "server established reset_sent"
	is "IPv$1 never accepted: no accept, no owner" "$(lives ".cookie == \"$child\"" | jq -c '[.calls.accept, .handshake.accept_us, .owner]')" \
		"[null,null,null]"
	is "IPv$1 never accepted: the child knows its listener" "$(lives ".cookie == \"$child\"" | jq -r .parent)" "$(life $v.listener .cookie)"
	is "IPv$1 never accepted: the listener's life" "$(life $v.listener '"\(.role) \(.close.class)"')" "listener unconnected"
}

life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
for ip in 4 6; do
	scenarios close $ip client_first client_waits client_first_orphan server_first shutdown_write shutdown_both shutdown_refused never_accepted
	scenarios close $ip exits
done
life_stop
tags_end
is "nothing was lost" "$(footer '[.lost[][]] | add')" 0
for ip in 4 6; do
	closes $ip
	never_accepted $ip
done
finish
