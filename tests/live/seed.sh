#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sockets that were there before: found at the start, with their owner, and their lives say that they were seen late.
. "$(dirname "$0")/lib.sh"
live_begin seed

held_pid() { sed -n "s/^held .* $1 \([0-9]*\).*/\1/p" "$T/held"; }
owners() { lives "$1" | jq -r '"\(.owner.pid) \(.owner.comm)"' | sort | uniq -c | awk '{ print $1, $2, $3 }'; }
cookies() { jq -r 'select(.type == "life") | .cookie' "$T/out" | sort; }
ss_cookies() { in_net ss -Htane state established state listening | sed -n 's/.* sk:\([0-9a-f]*\).*/\1/p' | sort; }

for family in 4 6; do
	what="IPv$family, closed after the start"
	hold_start 5 "-$family" --fork
	client=$(held_pid client) server=$(held_pid server)
	seen=$(ss_cookies)
	life_start life --json --cgroup "$CG"
	hold_end
	wait_for 20 quiet
	life_stop
	is "$what: 11 sockets that ss lists are told, and no other" "$(cookies)" "$seen"
	is "$what: their origin is seeded, they were seen late, and are not complete for it" \
		"$(count '.origin == "seeded" and .seen_late and (.complete | not)')" 11
	is "$what: a listener and 10 ends that are established and closed" \
		"$(count '.role == "listener"') $(count '.handshake.outcome == "established" and (.open | not)')" "1 10"
	is "$what: the owners are the processes that hold them" \
		"$(owners '.close.class == "active"'; owners '.close.class == "passive"')" \
		"$(printf '%s\n' "5 $client socklife-load" "5 $server socklife-load")"
	is "$what: nobody has a birth that was not seen" "$(count '.handshake | .syn_us or .done_us')" 0
	is "$what: none is left open" "$(footer .lives_open)" 0
done

what="open to the end"
hold_start 5
seen=$(ss_cookies)
life_start life --json --cgroup "$CG"
life_stop
is "$what: 11 sockets that ss lists are told as open lives" "$(cookies) $(count .open)" "$seen 11"
is "$what: the footer counts them as open" "$(footer .lives_open)" 11
hold_end
wait_for 20 quiet

# A device so slow, for what no socket buffer holds, that the transfer lasts longer than any start; then fast again.
what="a transfer that had begun"
ip -n "$NS" link set lo mtu 1500
slow_lo
spawn "$LOAD" stream 30000000 >"$T/stream"
stream=$spawned
under_way() { # both ends, the server's accepted, and data on its way
	[ "$(snmp Tcp CurrEstab)" = 2 ] && [ "$(snmp Tcp OutSegs)" -ge "$segments" ] && [ "$(in_net ss -Htln | awk '{ print $2 }')" = 0 ]
}
segments=$(($(snmp Tcp OutSegs) + 6))
wait_for 30 under_way
life_start life --json --cgroup "$CG" --level io
is "$what: it goes on while socklife starts" "$(snmp Tcp CurrEstab)" 2
in_net tc qdisc del dev lo root
wait "$stream"
wait_for 20 quiet
life_stop
is "$what: the lives have all bytes of the connection, those before the start too" \
	"$(sum '.close.class == "active"' .flow.bytes_sent) $(sum '.close.class == "passive"' .flow.bytes_received)" \
	"30000000 30000000"
is "$what: both were seen late, and closed in order" \
	"$(count '.seen_late and .close.class == "active"') $(count '.seen_late and .close.class == "passive"')" \
	"1 1"
received=$(sum '.close.class == "passive"' .recv_bytes)
check "$what: calls before the start are not made up: fewer bytes were received by calls that were seen" \
	[ "$received" -gt 0 -a "$received" -lt 30000000 ]
[ "$tap_failed" = 0 ] || diag "$(lives | head -n 4)"
finish
