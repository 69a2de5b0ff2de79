#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many sockets at once: 20,000 connections open at the same time are 40,000 whole lives; and where --max-sockets is lower,
# those above it are counted as lost, each one once, and said so.
. "$(dirname "$0")/lib.sh"
live_begin capacity
N=${CAPACITY_CONNECTIONS:-20000}

classes() { # of lives that are whole, "COUNT ROLE CLASS"
	jq -r 'select(.type == "life" and .complete and (.open | not)) | "\(.role) \(.handshake.outcome) \(.close.class)"' "$T/out" |
		sort | uniq -c | awk '{ print $1, $2, $3, $4 }'
}

for level in life calls; do
	life_start life --json --strict --cgroup "$CG" --level $level --ring 32MiB
	hold_start "$N"
	is "level $level: $N connections are open at once" "$(snmp Tcp CurrEstab)" $((N * 2))
	hold_end
	wait_for 60 quiet
	life_stop
	seen=$(classes)
	is "level $level: $N client and $N server lives, complete, from open to close" "$(grep -v listener <<<"$seen")" \
		"$(printf '%s\n' "$N client established active" "$N server established passive")"
	listeners=$(awk '$2 == "listener" { print $1 }' <<<"$seen")
	is "level $level: the footer counts them, and nothing lost or open" \
		"$(footer '"\(.lives) \(.lives_open) \(.incomplete) \(.lost_total)"') $life_exit" "$((N * 2 + listeners)) 0 0 0 0"
	diag "level $level: hook_misses $(footer .hook_misses), order_violations $(footer .order_violations)"
done

# ---- a table that is too small ----------------------------------------------------------------------------------------

few() { # CLI ARGUMENT...: 2,000 connections, 4,001 sockets with the listener, where 1,000 have room
	life_start life --cgroup "$CG" --max-sockets 1000 "$@"
	hold_start 2000
	hold_end
	wait_for 60 quiet
	life_stop
}

few --json --strict
is "--max-sockets 1000: 1,000 lives of 4,001 sockets, and they are whole" \
	"$(count) $(count '.complete and (.open | not)')" "1000 1000"
is "--max-sockets 1000: exactly the other 3,001 are counted as lost for want of room" \
	"$(footer '.lost.life | "\(.table_full) \(.ring_full + .reserve + .no_memory)"')" "3001 0"
is "--max-sockets 1000: seen = delivered + lost" "$(footer '"\(.seen.life) \(.delivered.life)"')" "4001 1000"
is "--max-sockets 1000: --strict exits 5" "$life_exit" 5
few
is "--max-sockets 1000: without --strict it exits 0" "$life_exit" 0
check "--max-sockets 1000: the footer on standard error says it in words" grep -q 'lost lives (table-full): 3001' "$T/err"
finish
