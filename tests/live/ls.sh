#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What exists now: ls and show tell of sockets that stand still what ss -tinempO tells, field by field; and of those that were
# born while they were watched, their past.
. "$(dirname "$0")/lib.sh"
live_begin ls
py=$(dirname "$0")/py

for address in 127.0.0.1 ::1; do
	: >"$T/ready"
	rm -f "$T/in"
	mkfifo "$T/in"
	exec {in_fd}<>"$T/in"
	spawn /usr/bin/python3 "$py/queued.py" "$address" >"$T/ready" <&"$in_fd"
	queued=$spawned
	wait_for 20 grep -q ready "$T/ready"
	port=$(awk '{ print $2 }' "$T/ready")
	# The delayed ACK of the last bytes has been sent when nothing is unacknowledged any more.
	all_acked() { ! in_net ss -Htn state established | awk '$2 > 0 { found = 1 } END { exit !found }'; }
	wait_for 10 all_acked
	in_net ss -tinempOHa >"$T/ss"
	in_net "$SOCKLIFE" ls --json tcp >"$T/out" 2>"$T/err"
	check "$address: ls tells of each TCP socket what ss does" "$py/ss-compare.py" "$T/out" "$T/ss"
	diag "$("$py/ss-compare.py" "$T/out" "$T/ss" | tail -n 3)"
	listener=$(jq -r 'select(.role == "listener") | .cookie' "$T/out")
	is "$address: a listener's queues are connections that wait, and its backlog" \
		"$(lives '.role == "listener"' | jq -c '[.diag.recv_q, .diag.send_q]')" "[3,7]"
	is "$address: all were seen late, and none has a handshake" "$(count .seen_late) $(count .handshake)" "$(count true) 0"
	is "$address: the bytes are those that were sent" "$(sum '.flow.bytes_sent' .flow.bytes_sent)" 65001
	in_net "$SOCKLIFE" ls --json >"$T/all" 2>"$T/err"
	is "$address: UDP and UNIX sockets are told too" \
		"$(jq -r 'select(.type == "life") | .proto' "$T/all" | sort | uniq -c | awk '$2 != "tcp" { print $2, $1 }' | grep -c .)" 2
	in_net "$SOCKLIFE" ls lport "$port" state established >"$T/text" 2>"$T/err"
	is "$address: text has a head and a line for each" "$(grep -c "ESTABLISHED" "$T/text") $(wc -l <"$T/text")" "6 7"
	in_net "$SOCKLIFE" show "$listener" >"$T/show" 2>"$T/err"
	is "$address: show prints a listener's queues" "$(grep -c 'waiting for accept() 3 · backlog 7' "$T/show")" 1
	in_net "$SOCKLIFE" show "$((16#$listener))" >"$T/decimal" 2>"$T/err"
	check "$address: a cookie may be decimal" diff "$T/show" "$T/decimal"
	unread=$(jq -r 'select(.diag.recv_q == 5000) | .cookie' "$T/out")
	in_net "$SOCKLIFE" show --json "sk:$unread" >"$T/show" 2>"$T/err"
	is "$address: show --json has the same record" "$(jq -c 'select(.type == "life") | [.cookie, .diag.recv_q]' "$T/show")" "[\"$unread\",5000]"
	echo >&"$in_fd"
	exec {in_fd}>&-
	kill "$queued"
	wait "$queued" 2>/dev/null
	wait_for 20 quiet
done

"$SOCKLIFE" ls --netns "$NS" tcp and not state time-wait >"$T/text" 2>"$T/err"
is "--netns: an empty namespace has no sockets, and that is no error" "$? $(wc -l <"$T/text")" "0 1"
in_net "$SOCKLIFE" show 9999999999 >"$T/text" 2>"$T/err"
is "a socket that does not exist: exit 1, and said" "$? $(grep -c 'no socket 9999999999' "$T/err")" "1 1"

# Without privilege: all sockets, and what is missing is said.
hold_start 3
in_net setpriv --reuid 65534 --clear-groups "$SOCKLIFE" ls tcp >"$T/text" 2>"$T/err"
is "without privilege: exit status, and all sockets" "$? $(grep -c -e ESTABLISHED -e LISTEN "$T/text")" "0 7"
check "without privilege: owners that are not shown are counted" grep -q "^7 sockets without an owner shown" "$T/err"
hold_end
wait_for 20 quiet

# Watched first: what is born meanwhile has its past, what was there is seen late.
hold_start 2
life_start ls --json tcp and not state time-wait --netns "$NS" --cgroup "$CG" -d 60s || not_ok "socklife ls -d starts"
in_net "$LOAD" crr 3 >/dev/null
rm -f "$T/in"
mkfifo "$T/in"
exec {in_fd}<>"$T/in"
spawn "$LOAD" hold 4 >"$T/second" <&"$in_fd"
wait_for 20 grep -q ^held "$T/second"
life_stop
is "-d: sockets that exist now, and no other" "$(count true) $(count .open)" "14 14"
is "-d: those from before are seen late" "$(count .seen_late)" 5
is "-d: those born meanwhile have their handshake" "$(count '.handshake.outcome == "established" and (.seen_late | not)')" 8
is "-d: and the queues of now" "$(count '.diag.recv_q == 0')" 14
echo >&"$in_fd"
exec {in_fd}>&-
hold_end
finish
