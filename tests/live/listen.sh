#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Listeners: queue, backlog and drops as ss shows them; accepts, waits and failures are those of the traffic that was watched.
. "$(dirname "$0")/lib.sh"
live_begin listen
py=$(dirname "$0")/py

input() { # opens a pipe that ends what reads it: $in_fd
	rm -f "$T/in"
	mkfifo "$T/in"
	exec {in_fd}<>"$T/in"
}
ended() {
	exec {in_fd}>&-
	kill "$spawned"
	wait "$spawned" 2>/dev/null
	wait_for 20 quiet
}

input
spawn /usr/bin/python3 "$py/queued.py" 127.0.0.1 >"$T/ready" <&"$in_fd"
wait_for 20 grep -q ready "$T/ready"
in_net "$SOCKLIFE" listen >"$T/text" 2>"$T/err"
is "a snapshot shows who listens, how many wait, and the backlog" \
	"$(awk 'NR == 2 { sub(/\[.*/, "", $1); print $1, $3, $4, $5 }' "$T/text")" "python3 3 3 7"
is "what nobody watched is not known, and no 0" "$(awk 'NR == 2 { print $6, $7, $9, $10, $11 }' "$T/text")" "? ? ? ? ?"
in_net setpriv --reuid 65534 --clear-groups "$SOCKLIFE" listen >"$T/text" 2>"$T/err"
is "without privilege too, but for the owner" "$(awk 'NR == 2 { print $1, $3, $5 }' "$T/text")" "? 3 7"
ended

input
spawn /usr/bin/python3 "$py/full.py" 6 >"$T/ready" <&"$in_fd"
wait_for 20 grep -q ready "$T/ready"
drops() { in_net ss -Htlnm | sed -n 's/.*skmem:(.*,d\([0-9]*\)).*/\1/p'; }
for _ in 1 2 3 4 5; do # a SYN that is sent again is dropped again: the two are to be read of one moment
	before=$(drops)
	in_net "$SOCKLIFE" listen --json >"$T/out" 2>"$T/err"
	after=$(drops)
	[ "$before" = "$after" ] && break
done
check "connections were dropped" [ "$before" -gt 0 ]
is "drops are the listener's own count" "$(lives | jq -r .listen.drops)" "$before"
is "the full queue is seen" "$(lives | jq -c '[.diag.recv_q, .diag.send_q]')" "[2,1]"
ended

life_start listen --json --level calls --netns "$NS" --cgroup "$CG" -d 60s || not_ok "socklife listen -d starts"
hold_start 8
in_net "$LOAD" refused 3 >/dev/null
life_stop
is "-d: the connections that came out of a listener, and how many were accepted" \
	"$(lives | jq -c '.connections | [.count, .accepted, .failed]')" "[8,8,0]"
is "-d: waits and handshakes of all" "$(lives | jq -c '.connections | [.accept_wait.count, .handshake.count]')" "[8,8]"
hold_end
wait_for 20 quiet

hold_start 2
life_start listen --netns "$NS" --cgroup "$CG" -i 200ms -c 3 || not_ok "socklife listen -i starts"
check "-i 200ms -c 3 ends by itself" wait_for 20 eval '! kill -0 $life_pid'
wait "$life_pid"
is "-i -c 3: exit status, and three looks" "$? $(grep -c 'socklife-load' "$T/out")" "0 3"
hold_end
finish
