#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Exactness: the lives add up to what the namespace's own counters and the load program say, difference 0. At level life
# and at level calls; closes by FIN from either end, resets, and segments that netfilter drops so that TCP sends them again.
. "$(dirname "$0")/lib.sh"
live_begin exact
N=$(sized 10000)
counters=(ActiveOpens PassiveOpens EstabResets OutRsts RetransSegs)

# The namespace's counters now, one "name value" a line.
counters_now() {
	local name
	for name in "${counters[@]}"; do echo "$name $(snmp Tcp "$name")"; done
}

# grown NAME: by how much since $T/before.
grown() { awk -v name="$1" '$1 == name { v = $2 - v } END { print v + 0 }' "$T/before" "$T/after"; }

# What the lives of $T/out add up to, in one pass, as $T/sums.
add_up() {
	jq -n '
		def plus($key; $n): if $n then .[$key] += $n else . end;
		def side($r): "\($r.role)";
		reduce (inputs | select(.type == "life")) as $r ({};
			plus("lives_" + side($r); 1)
			| if $r.complete then . else plus("incomplete"; 1) end
			| if $r.handshake.outcome == "established" then plus("established_" + side($r); 1) else . end
			| plus("class_" + side($r) + "_" + $r.close.class; 1)
			| plus("sent_" + side($r); $r.flow.bytes_sent)
			| plus("received_" + side($r); $r.flow.bytes_received)
			| plus("resent"; $r.flow.bytes_retrans)
			| plus("resets_sent"; $r.errors.resets_sent)
			| plus("resets_received"; $r.errors.resets_received)
			| plus("retrans"; $r.errors.retrans)
			| plus("io_sent_" + side($r); $r.send_bytes)
			| plus("io_received_" + side($r); $r.recv_bytes)
			| plus("accept_calls"; if $r.role == "server" then $r.calls.accept.count else 0 end)
			| plus("connect_calls"; $r.calls.connect.count)
			| plus("close_calls"; $r.calls.close.count))' "$T/out" >"$T/sums"
}

of() { jq -r ".$1 // 0" "$T/sums"; }
told() { jq -s "map(.$1) | add" "$T"/load.*; } # the sum over the load programs' own totals

# watch LEVEL CMD...: socklife life at LEVEL around CMD, which leaves the load programs' totals in $T/load.*.
watch() {
	local level=$1
	shift
	rm -f "$T"/load.*
	life_start life --json --strict --cgroup "$CG" --level "$level" --ring 32MiB || return 1
	counters_now >"$T/before"
	"$@" || return 1
	wait_for 60 quiet || return 1
	counters_now >"$T/after"
	life_stop
	add_up
}

load() { in_net "$LOAD" "$@" >"$T/load.1"; }

# What must hold of every run, whatever its load: WHAT names it.
same_everywhere() {
	local what=$1 n=$2
	is "$what: $n client lives, one for each active open" \
		"$(of lives_client) $(of established_client) $(grown ActiveOpens) $(told connects)" "$n $n $n $n"
	is "$what: $n server lives, one for each passive open" \
		"$(of lives_server) $(of established_server) $(grown PassiveOpens) $(told accepts)" "$n $n $n $n"
	is "$what: the clients' bytes are what the program sent and received" \
		"$(of sent_client) $(of received_client)" "$(told client.bytes_sent) $(told client.bytes_received)"
	is "$what: the servers' bytes are what the program sent and received" \
		"$(of sent_server) $(of received_server)" "$(told server.bytes_sent) $(told server.bytes_received)"
	is "$what: the lives that a reset ended are EstabResets" \
		"$(($(of class_client_reset_sent) + $(of class_client_reset_received) + \
			$(of class_server_reset_sent) + $(of class_server_reset_received)))" "$(grown EstabResets)"
	# A segment that waited in the backlog of a socket that its program has reset is answered by one more RST, which finds nobody.
	is "$what: the resets sent are OutRsts" "$(of resets_sent)" "$(grown OutRsts)"
	is "$what: those that the program made have come" \
		"$(of resets_received)" "$(($(told client.resets_sent) + $(told server.resets_sent)))"
	is "$what: the retransmitted segments are RetransSegs" "$(of retrans)" "$(grown RetransSegs)"
	is "$what: nothing is lost, incomplete or left open" \
		"$life_exit $(footer .lost_total) $(of incomplete) $(footer .lives_open)" "0 0 0 0"
	diag "$what: hook_misses $(footer .hook_misses), order_violations $(footer .order_violations)"
}

# calls_too WHAT N: at level calls each call was seen as well, and what calls moved is what TCP moved.
calls_too() {
	is "$1: each connect, accept and close call is seen" \
		"$(of connect_calls) $(of accept_calls) $(of close_calls)" "$2 $2 $(($2 * 2 + 1))"
	is "$1: the calls' bytes are the connections' bytes" \
		"$(of io_sent_client) $(of io_received_client) $(of io_sent_server) $(of io_received_server)" \
		"$(of sent_client) $(of received_client) $(of sent_server) $(of received_server)"
}

# closes WHAT CLIENT'S-CLASS SERVER'S-CLASS
closes() {
	is "$1: every client's close is $2, every server's $3" "$(of "class_client_$2") $(of "class_server_$3")" "$N $N"
}

for level in life calls; do
	what="level $level, the client's FIN first"
	watch $level load crr "$N" --who client || not_ok "$what: the run"
	same_everywhere "$what" "$N"
	closes "$what" active passive
	[ $level = life ] || calls_too "$what" "$N"

	what="level $level, the server's FIN first"
	watch $level load crr "$N" --who server || not_ok "$what: the run"
	same_everywhere "$what" "$N"
	closes "$what" passive active

	what="level $level, the client resets"
	watch $level load crr "$N" --close rst || not_ok "$what: the run"
	same_everywhere "$what" "$N"
	closes "$what" reset_sent reset_received
done

what="IPv6, the server resets"
watch life load crr "$N" -6 --close rst --who server || not_ok "$what: the run"
same_everywhere "$what" "$N"
closes "$what" reset_received reset_sent

# ---- retransmissions --------------------------------------------------------------------------------------------------

lossy() {
	in_net nft -f - <<-NFT
		table inet lossy {
			chain input {
				type filter hook input priority 0;
				meta l4proto tcp numgen random mod 100 < $1 drop
			}
		}
	NFT
}

# Many connections at once, since each waits long for its timers: short ones and, with an MTU as on a wire, long ones.
lossy_load() {
	local i pids=()
	for i in $(seq 12); do
		in_net "$LOAD" crr 5 --who "$([ $((i % 2)) = 0 ] && echo client || echo server)" >"$T/load.$i" &
		pids+=($!)
	done
	for i in $(seq 13 16); do
		in_net "$LOAD" stream 3000000 >"$T/load.$i" &
		pids+=($!)
	done
	live_pids+=("${pids[@]}")
	wait "${pids[@]}"
}

# Segments that were sent again for handshakes of which no life tells: a server's SYN-ACKs before its child was born, when
# the child never was. All of these handshakes complete, so there are none.
if ! command -v nft >/dev/null || ! lossy 3; then
	skip "retransmissions" "nft is not installed, or netfilter cannot drop at random here"
else
	ip -n "$NS" link set lo mtu 1500
	for level in life calls; do
		what="level $level, 3 % of the segments dropped"
		watch $level lossy_load || not_ok "$what: the run"
		is "$what: 64 client and 64 server lives" "$(of lives_client) $(of lives_server)" "64 64"
		is "$what: the opens are the namespace's" "$(grown ActiveOpens) $(grown PassiveOpens)" "64 64"
		is "$what: the clients' bytes are what the programs sent and received" \
			"$(of sent_client) $(of received_client)" "$(told client.bytes_sent) $(told client.bytes_received)"
		is "$what: the servers' bytes are what the programs sent and received" \
			"$(of sent_server) $(of received_server)" "$(told server.bytes_sent) $(told server.bytes_received)"
		is "$what: the retransmitted segments are RetransSegs" "$(of retrans)" "$(grown RetransSegs)"
		check "$what: there were retransmissions" [ "$(of retrans)" -gt 0 ]
		diag "$what: RetransSegs $(grown RetransSegs), lives' sum $(of retrans), resent bytes $(of resent)," \
			"hook_misses $(footer .hook_misses)"
	done
fi
finish
