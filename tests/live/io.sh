#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bytes and calls of sending and receiving, by every call there is, are the program's own totals: at level calls and at level io.
# And how long a call waited.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"

programs() { for ip in 4 6; do scenarios io $ip; done; }

moved() { # moved TAG KIND
	life "$1" "\"\\(.calls.$2.count // 0):\\(.calls.$2.errors // 0):\\(.$2_bytes)\""
}

totals() { # totals LEVEL IP: of each connection and end
	local v=v$2 way end
	for way in sends receives failures blocked_receive blocked_send stream; do
		for end in client server; do
			is "$1, IPv$2 $way, $end: calls, failures and bytes sent" "$(moved $v.$way.$end send)" "$(figure $v.$way.$end send)"
			is "$1, IPv$2 $way, $end: calls, failures and bytes received" "$(moved $v.$way.$end recv)" "$(figure $v.$way.$end recv)"
		done
		is "$1, IPv$2 $way: the kernel's own figure of the bytes" "$(life $v.$way.server .flow.bytes_received)" \
			"$(figure $v.$way.client send | cut -d: -f3)"
	done
	is "$1, IPv$2 a large sendfile(): bytes sent" "$(life $v.sendfile_large.client .send_bytes)" 3000000
	is "$1, IPv$2 a large sendfile(): bytes received" "$(life $v.sendfile_large.server .recv_bytes)" 3000000
	is "$1, IPv$2 splice() from a socket: the kernel's own figure" "$(life $v.splice_from.server .flow.bytes_received)" 3000
	is "$1, IPv$2 EAGAIN is the failure" "$(life $v.failures.server .calls.recv.last_errno)" EAGAIN
	is "$1, IPv$2 EPIPE is the failure" "$(life $v.failures.client .calls.send.last_errno)" EPIPE
}

times() { # times IP
	local v=v$1
	within "IPv$1 a receive that waited 250 ms: the longest call" 200000 "$(life $v.blocked_receive.server .calls.recv.max_us)" \
		"$(figure $v.blocked_receive most_us)"
	within "IPv$1 a send that waited 250 ms: the longest call" 200000 "$(life $v.blocked_send.client .calls.send.max_us)" \
		"$(figure $v.blocked_send most_us)"
	is "IPv$1 all receives together took as long as the longest, or longer" \
		"$(life $v.blocked_receive.server '.calls.recv | .total_us >= .max_us')" true
	is "IPv$1 a receive that waited is an event with its time and errno" \
		"$(did $v.blocked_receive.server '.call == "recv" and .duration_us > 200000' '"\(.errno) \(.ret)"')" "EAGAIN -11"
	is "IPv$1 each send is an event with its bytes" "$(did $v.sends.client '.call == "send"' .bytes | paste -sd ' ')" \
		"11 220 330 440 555 666 777"
	is "IPv$1 each receive is an event with its bytes" "$(did $v.receives.server '.call == "recv"' .bytes | paste -sd ' ')" \
		"100 200 300 400 500 600 0"
}

live_begin io
life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
programs
life_stop
tags_end
is "level calls: nothing was lost" "$(footer '[.lost[][]] | add')" 0
for ip in 4 6; do
	totals "level calls" $ip
	times $ip
done

tags_again
life_start life --json --level io --cgroup "$CG" || { not_ok "socklife starts at level io"; finish; }
programs
life_stop
tags_end
is "level io: nothing was lost" "$(footer '[.lost[][]] | add')" 0
is "level io: no events" "$(events true | wc -l)" 0
for ip in 4 6; do totals "level io" $ip; done
finish
