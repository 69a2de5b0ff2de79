#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A real recorder: what it has is what was there; killed at any moment it leaves what opens, up to its last second; the flight
# recorder writes by signal and on a condition, and goes on. KILLS=N: more kills (the unit test record_kill has a hundred).
. "$(dirname "$0")/lib.sh"
live_begin record
KILLS=${KILLS:-5}

contents() { "$SOCKLIFE" replay "$1" --json 2>/dev/null | jq -r "$2"; }

life_start record --cgroup "$CG" --level calls -o "$T/crr.rec"
in_net "$LOAD" crr 200 >"$T/crr"
wait_for 10 quiet
life_stop
is "a recorder ends well by Ctrl-C" "$life_exit" 0
is "a recording is whole" "$(contents "$T/crr.rec" .whole)" true
is "it has a life for each end of each connection" \
	"$("$SOCKLIFE" replay "$T/crr.rec" --json role client or role server | grep -c '"type":"life"')" 400
is "it lost nothing" "$(contents "$T/crr.rec" .lost_total)" 0
per_life=$(($(stat -c %s "$T/crr.rec") / 400))
check "a life with its calls and segments takes at most 160 bytes (here $per_life)" [ "$per_life" -le 160 ]
in_net "$LOAD" refused 1 >/dev/null
for to in jsonl csv csv-events pcapng ctf perfetto sqlite; do
	check "it is exported to $to" "$SOCKLIFE" export "$T/crr.rec" --to $to -o "$T/crr.$to" -q
done
if command -v tshark >/dev/null; then
	is "tshark sees each SYN that was sent" \
		"$(tshark -r "$T/crr.pcapng" -Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0' 2>/dev/null | wc -l)" 200
	is "and finds no packet malformed" "$(tshark -r "$T/crr.pcapng" -Y _ws.malformed 2>/dev/null | wc -l)" 0
fi
if command -v babeltrace2 >/dev/null; then
	is "babeltrace2 reads a life for each life" "$(babeltrace2 "$T/crr.ctf" 2>&1 | grep -c socklife:life)" \
		"$(contents "$T/crr.rec" .lives)"
fi
check "it is reported" "$SOCKLIFE" report "$T/crr.rec" -o "$T/crr.html"

# What a killed one has lost: lives that had ended a second and more before. Each crr's lives are known by their count.
opened=0 kept=0
for ((i = 0; i < KILLS; i++)); do
	rm -f "$T/killed.rec" "$T/killed.rec.part"
	life_start record --cgroup "$CG" -o "$T/killed.rec" || break
	in_net "$LOAD" crr 50 >/dev/null
	sleep "1.$((RANDOM % 9))" # what has been there for a second must be in the file; what comes now may be lost
	spawn "$LOAD" crr 1000 >/dev/null
	sleep "0.$((RANDOM % 9))"
	kill -KILL "$life_pid"
	wait "$life_pid" 2>/dev/null
	wait "$spawned" 2>/dev/null
	[ "$(contents "$T/killed.rec.part" .whole)" = false ] && opened=$((opened + 1))
	n=$("$SOCKLIFE" replay "$T/killed.rec.part" --json role client 2>/dev/null | grep -c '"type":"life"')
	[ "$n" -ge 50 ] && kept=$((kept + 1)) || diag "kill $i: $n of at least 50 lives"
done
is "$KILLS recorders were killed, and each left what opens" "$opened" "$KILLS"
is "each has all that was a second old" "$kept" "$KILLS"

life_start record -F 1m,10MB --on 'errno ECONNREFUSED' --cgroup "$CG" -o "$T/flight.rec"
in_net "$LOAD" crr 20 >/dev/null
kill -USR1 "$life_pid"
wait_for 10 [ -e "$T/flight.rec" ]
is "SIGUSR1 writes what is kept" \
	"$("$SOCKLIFE" replay "$T/flight.rec" --json role client | grep -c '"type":"life"')" 20
in_net "$LOAD" refused 3 >/dev/null
check "what --on says leads to a second file" wait_for 15 [ -e "$T/flight.rec.2" ]
check "which has the reason" [ "$("$SOCKLIFE" replay "$T/flight.rec.2" --json errno ECONNREFUSED | grep -c '"type":"life"')" -ge 1 ]
is "and what was before it" "$("$SOCKLIFE" replay "$T/flight.rec.2" --json state established or role client |
	jq -r 'select(.type == "life" and .handshake.outcome == "established") | .cookie' | sort -u | wc -l)" 20
life_stop
is "Ctrl-C writes the rest" "$(contents "$T/flight.rec.3" .whole)" true
finish
