#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a user sees of live connections: the line of a life, a command watched, a recording that tells the same again, -c and -d.

. "$(dirname "$0")/lib.sh"
live_begin output
chmod 755 "$T"

lines() { grep "$1" "$T/out"; } # of the text that socklife printed

# ---- a line for each life ----
life_start --color never --cgroup "$CG" role client || not_ok "bare socklife starts"
in_net "$LOAD" crr 1 -b 100 -B 2000 -p 7001 >/dev/null
in_net "$LOAD" refused 1 >/dev/null
in_net "$LOAD" timedout 1 --syncnt 1 -p 7002 >/dev/null
life_stop
is "bare socklife: exit status" "$life_exit" 0
check "an established connection: who, where, and how it ended" grep -E 'socklife-load.*127\.0\.0\.1:7001.*closed \(local FIN first\)' "$T/out"
check "a refused one: by a RST" grep -E 'socklife-load.*ECONNREFUSED \(RST\)' "$T/out"
check "one that timed out: after how many SYNs" grep -E 'socklife-load.*127\.0\.0\.1:7002.*ETIMEDOUT after [0-9]+ SYNs' "$T/out"
is "a line for each client, and a heading" "$(wc -l <"$T/out")" 5 # the filler of the accept queue is a client too
is "no escape sequence without colour" "$(grep -c $'\033' "$T/out")" 0

# ---- a command, watched ----
mkdir "$T/www"
head -c 5000 /dev/zero >"$T/www/file"
spawn /usr/bin/python3 -m http.server --directory "$T/www" --bind 127.0.0.1 7080 >/dev/null 2>&1
wait_for 15 listening 7080
in_net "$SOCKLIFE" trace --json --cgroup "$CG" -- curl -s -o "$T/got" http://127.0.0.1:7080/file >"$T/out" 2>"$T/err"
is "trace -- curl: exit status" "$?" 0
check "trace -- curl: curl worked" cmp "$T/got" "$T/www/file"
order() { # ROLE: the steps of the socket whose life has that role, in the order of their times
	jq -rs --arg role "$1" '(.[] | select(.type == "life" and .role == $role) | .cookie) as $cookie
		| [.[] | select(.type == "event" and .cookie == $cookie)] | sort_by(.mono_ns | tonumber) | .[]
		| if .event == "call" then .call elif .event == "segment" then "\(.dir):\(.flags)" else empty end' "$T/out"
}
in_order() { # ROLE STEP...: these steps are there, in this order
	local role=$1 step
	shift
	order "$role" >"$T/steps"
	exec 7<"$T/steps"
	for step; do
		while read -r line <&7; do [ "$line" = "$step" ] && continue 2; done
		echo "no $step in its place:" "$(paste -sd ' ' "$T/steps")"
		return 1
	done
}
check "trace -- curl: the client's steps" in_order client socket out:SYN in:SYN-ACK out:ACK connect send recv
check "trace -- curl: the server's steps" in_order server in:SYN out:SYN-ACK in:ACK accept recv send
both_fins() { in_order server out:FIN-ACK in:FIN-ACK || in_order server in:FIN-ACK out:FIN-ACK; }
check "trace -- curl: the close has both FINs, whoever was first" both_fins
is "trace -- curl: both lives" "$(lives '.handshake.outcome == "established"' | jq -r .role | sort | paste -sd ' ')" "client server"
is "trace -- curl: they are each other's peer" "$(lives '.role == "client"' | jq -r '.peer + .cookie')" \
	"$(lives '.role == "server"' | jq -r '.cookie + .peer')"
is "trace -- curl: curl's socket is curl's" "$(lives '.role == "client"' | jq -r .owner.comm)" curl
is "trace -- curl: the server's is the server's" "$(lives '.role == "server"' | jq -r .owner.comm)" python3

for status in 0 7 130; do
	in_net "$SOCKLIFE" trace -q --cgroup "$CG" -- sh -c "exit $status" >/dev/null 2>&1
	is "the command's exit status $status is passed on" "$?" $status
done
in_net "$SOCKLIFE" trace -q --cgroup "$CG" -- "$T/nothing" >/dev/null 2>"$T/err"
is "a command that is not there: 127" "$?" 127
check "a command that is not there is named" grep -q "$T/nothing" "$T/err"

# ---- a recording ----
# Without the wall clock: the recording takes its own reading of it. The monotonic time is the same.
records() { jq -cS 'select(.type != "header" and .type != "footer") | del(.ts, .ts_ns)' "$1" | sort; }
life_start trace --json --cgroup "$CG" --save "$T/recording" || not_ok "socklife --save starts"
in_net "$LOAD" crr 5 >/dev/null
in_net "$LOAD" refused 2 -6 >/dev/null
life_stop
chmod 644 "$T/recording"
records "$T/out" >"$T/live"
setpriv --reuid 65534 --clear-groups "$SOCKLIFE" trace --json -r "$T/recording" >"$T/read" 2>"$T/err"
is "a recording is read without root" "$?" 0
records "$T/read" >"$T/again"
is "a recording has records" "$([ "$(wc -l <"$T/live")" -gt 100 ] && echo many)" many
check "a recording tells the same lives and events" diff "$T/live" "$T/again"
setpriv --reuid 65534 --clear-groups "$SOCKLIFE" life --json -r "$T/recording" role server 2>"$T/err" >"$T/out"
is "a recording is filtered when it is read" "$(count true)" 5

# ---- enough ----
life_start --json --cgroup "$CG" -c 3 || not_ok "socklife -c starts"
in_net "$LOAD" crr 20 >/dev/null
check "-c 3 ends by itself" wait_for 15 eval '! kill -0 $life_pid'
wait "$life_pid"
is "-c 3: exit status" "$?" 0
is "-c 3 shows 3 lives" "$(count true)" 3
begin=$(date +%s%N)
"$SOCKLIFE" --json --cgroup "$CG" -d 500ms >"$T/out" 2>/dev/null
is "-d 500ms: exit status" "$?" 0
is "-d 500ms watches for half a second" "$(footer '.duration_s >= 0.5 and .exit == "duration"')" true
is "-d 500ms does not end earlier" "$(($(date +%s%N) - begin >= 500000000))" 1
finish
