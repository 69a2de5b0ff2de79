#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Statistics of known traffic: the counters are those of the load program, live and from a recording, and the sums of the
# groups are those of all.
. "$(dirname "$0")/lib.sh"
live_begin stats

stat() { jq -c "select(.type == \"stats\" and ($1)) | $2" "$T/out"; } # stat CONDITION FIELD
whole='.by == null'

life_start stats --json --level calls --cgroup "$CG" --save "$T/recording" || not_ok "socklife stats starts"
in_net "$LOAD" crr 200 >/dev/null
in_net "$LOAD" refused 30 >/dev/null
wait_for 20 quiet
life_stop
is "all sockets: 200 connections have two ends, a listener; 30 were refused by a port that one holds" "$(stat "$whole" .sockets)" 432
is "handshakes: both ends of 200, and 30 refused" "$(stat "$whole" '[.outcomes.established, .outcomes.refused, .failed]')" "[400,30,30]"
is "closes: one end of each was first" "$(stat "$whole" '[.closes.active + .closes.simultaneous, .closes.passive]')" "[200,200]"
is "the listener is one" "$(stat "$whole" .listeners)" 1
is "handshakes are measured at both ends, waits for accept() at one" \
	"$(stat "$whole" '[.measures.handshake.count, .measures.accept_wait.count]')" "[400,200]"
is "each byte that one end sent the other received" "$(stat "$whole" '.bytes_out == .bytes_in and .bytes_out > 0')" true
is "buckets add up to the count" "$(stat "$whole" '[.measures[] | (([.buckets[]? | .[2]] | add) // 0) == .count] | all')" true
is "quantiles are in order, within least and greatest" \
	"$(stat "$whole" '[.measures[] | select(.count > 0) | .min <= .p50 and .p50 <= .p90 and .p90 <= .p99 and .p99 <= .max] | all')" true
stat "$whole" . | jq -cS 'del(.ts, .ts_ns, .mono_ns, .duration_s)' >"$T/live"

for by in role service raddr; do
	"$SOCKLIFE" stats --by "$by" --json -r "$T/recording" >"$T/out" 2>"$T/err"
	is "--by $by: the groups' sockets add up to all" "$(jq -s '[.[] | select(.type == "stats" and (.group or .other)) | .sockets] | add' "$T/out")" 432
done
"$SOCKLIFE" stats --by role --json -r "$T/recording" >"$T/out" 2>"$T/err"
is "--by role: clients and servers" "$(stat '.group == "client"' .sockets) $(stat '.group == "server"' .sockets)" "230 200"
"$SOCKLIFE" stats --by role --groups 1 --json -r "$T/recording" >"$T/out" 2>"$T/err"
is "--groups 1: nobody is forgotten" "$(jq -s '[.[] | select(.type == "stats" and (.group or .other)) | .sockets] | add' "$T/out")" 432

"$SOCKLIFE" stats --json -r "$T/recording" >"$T/out" 2>"$T/err"
stat "$whole" . | jq -cS 'del(.ts, .ts_ns, .mono_ns, .duration_s)' >"$T/again"
check "a recording gives the same statistics" diff "$T/live" "$T/again"
"$SOCKLIFE" stats --json -r "$T/recording" errno ECONNREFUSED >"$T/out" 2>"$T/err"
is "a filter leaves out what it does not match" "$(stat "$whole" .sockets)" 30

# On kernels without trampolines accept() is watched from level calls on: then its wait is said to be unwatched, with the level.
"$SOCKLIFE" check --level life --json >"$T/check"
accept_level=$(jq -r '.facts[] | select(.fact == "accept") | if .watched then "" else .from_level end' "$T/check")
life_start stats --level life --cgroup "$CG" || not_ok "socklife stats starts at level life"
in_net "$LOAD" crr 5 >/dev/null
wait_for 20 quiet
life_stop
if [ -n "$accept_level" ]; then
	check "a measure that needs another level names it" grep -q "accept_wait (not watched; --level $accept_level does)" "$T/out"
else
	check "accept waits are measured at level life" grep -q '^accept_wait *5 ' "$T/out"
fi

life_start stats --json -i 200ms -c 3 --cgroup "$CG" || not_ok "socklife stats -i starts"
for _ in 1 2 3 4 5; do in_net "$LOAD" crr 5 >/dev/null; done
check "-i 200ms -c 3 ends by itself" wait_for 20 eval '! kill -0 $life_pid'
wait "$life_pid"
is "-i 200ms -c 3: exit status" "$?" 0
is "-i 200ms -c 3: three reports" "$(stat "$whole" .report | paste -sd ' ')" "1 2 3"
is "-i 200ms: each of this length" "$(stat "$whole" .duration_s | sort -u)" 0.2
finish
