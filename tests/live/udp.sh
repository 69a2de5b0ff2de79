#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lives without a TCP state machine: UDP, connected or not, and UNIX stream pairs. Created, bytes both ways, owner, end at close.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin udp

moved='"\(.calls.send.count) \(.send_bytes) \(.calls.recv.count) \(.recv_bytes)"'

exchanges() { # exchanges IP
	local v=v$1 how end
	for how in connected unconnected; do
		is "IPv$1 UDP $how: the client's datagrams and bytes, out and in" "$(life $v.$how.client "$moved")" "3 3210 3 6420"
		is "IPv$1 UDP $how: the server's datagrams and bytes, out and in" "$(life $v.$how.server "$moved")" "3 6420 3 3210"
		for end in client server; do
			is "IPv$1 UDP $how: the $end's protocol, origin and close" \
				"$(life $v.$how.$end '"\(.proto) \(.origin) \(.calls.close.count) \(.complete) \(.handshake)"')" "udp created 1 true null"
			is "IPv$1 UDP $how: the $end's owner" "$(life $v.$how.$end .owner.pid)" "$(figure $v.$how pid)"
		done
		is "IPv$1 UDP $how: the server's port" "$(life $v.$how.server .local.port)" "$(figure $v.$how port)"
	done
	is "IPv$1 UDP connected: the client's peer" "$(life $v.connected.client .remote.port)" "$(figure $v.connected port)"
	is "IPv$1 UDP: the steps of a socket, in order" "$(did $v.connected.client '.event == "call"' .call | paste -sd ' ')" \
		"socket connect send recv send recv send recv close"
}

others() { # others IP
	local v=v$1
	is "IPv$1 UDP to a closed port: the call that hears of it" "$(did $v.refused '.call == "recv"' '"\(.ret) \(.errno)"')" "-111 ECONNREFUSED"
	is "IPv$1 UDP to a closed port: the life" "$(life $v.refused '"\(.calls.recv.last_errno) \(.send_bytes) \(.recv_bytes)"')" "ECONNREFUSED 5 0"
	is "IPv$1 UDP too large: the call" "$(did $v.too_large '.call == "send"' .errno)" EMSGSIZE
	is "IPv$1 UDP too large: no byte" "$(life $v.too_large '"\(.calls.send.errors) \(.send_bytes)"')" "1 0"
	is "IPv$1 UDP of no bytes: counted" "$(life $v.empty "$moved")" "1 0 1 0"
	is "IPv$1 UDP of a process that is killed: the life ends, and knows its owner" \
		"$(life $v.open_until_killed '"\(.open) \(.owner.pid) \(.calls.close.count)"')" "null $(figure $v.killed pid) 1"
}

unix() {
	local end
	is "UNIX stream pair: one end's bytes" "$(life v4.unix_stream.a '"\(.proto) \(.send_bytes) \(.recv_bytes)"')" "unix-stream 700 40"
	is "UNIX stream pair: the other's" "$(life v4.unix_stream.b '"\(.proto) \(.send_bytes) \(.recv_bytes)"')" "unix-stream 40 700"
	for end in a b; do
		is "UNIX stream pair: $end's owner" "$(life v4.unix_stream.$end .owner.pid)" "$(figure v4.unix_stream pid)"
		is "UNIX stream pair: $end ends at close()" "$(life v4.unix_stream.$end '"\(.open) \(.calls.close.count)"')" "null 1"
	done
}

life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
for ip in 4 6; do
	scenarios udp $ip connected unconnected refused too_large empty
	scenarios udp $ip killed
done
scenarios udp 4 unix_stream
life_stop
tags_end
is "nothing was lost" "$(footer '[.lost[][]] | add')" 0
for ip in 4 6; do
	exchanges $ip
	others $ip
done
unix
finish
