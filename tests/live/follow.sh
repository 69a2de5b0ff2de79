#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `socklife trace -- PROGRAM`: the program's sockets and their peers on this host, its children's too, and nothing of anybody
# else; the program's exit code; and nothing is left behind.
. "$(dirname "$0")/lib.sh"
live_begin follow

# followed PROGRAM...: socklife runs inside the namespace, and a bystander makes connections there all the time.
followed() {
	nsenter --net="/run/netns/$NS" "$SOCKLIFE" trace --json -- "$@" >"$T/out" 2>"$T/err" </dev/null
	life_exit=$?
}

bystander() { # until it is killed; each of its pids is noted in $T/bystander
	while :; do "$LOAD" crr 20 2>/dev/null; done | jq --unbuffered -r .client.pid >>"$T/bystander"
}

pids() { jq -r 'select(.owner.pid) | .owner.pid' "$T/out" | sort -u | head -n 40; }
cookies() { jq -r 'select(.cookie) | .cookie' "$T/out" | sort -u | head -n 40; }
groups_left() { find "$(cgroup2_mount)" -maxdepth 2 -type d -name 'socklife.*' 2>/dev/null | sort; }

: >"$T/bystander"
export LOAD T
export -f bystander
nsenter --net="/run/netns/$NS" setsid bash -c bystander >/dev/null 2>&1 &
loop=$!
end_loop() { kill -9 -- "-$loop" 2>/dev/null; wait "$loop" 2>/dev/null; }
trap 'end_loop; live_end' EXIT
noted() { [ "$(wc -l <"$T/bystander")" -gt "$1" ]; }
wait_for 20 noted 0
before_groups=$(groups_left)

n=$(wc -l <"$T/bystander")
followed sh -c '"$0" crr 5 --cookie >"$1"; until [ "$(wc -l <"$2")" -gt "$(($3 + 2))" ]; do sleep 0.02; done' \
	"$LOAD" "$T/load" "$T/bystander" "$n"
is "a program's own connections: 5 client and 5 server lives and the listener" \
	"$(count '.role == "client"') $(count '.role == "server"') $(count '.role == "listener"')" "5 5 1"
is "and of no other socket is there a life or an event, while another program has made connections all the time" \
	"$(cookies)" "$(awk '$1 == "cookie" { print $3 }' "$T/load" | sort -u)"
is "the owner is the program's child" "$(pids)" "$(jq -r 'select(.command) | .client.pid' <(grep '^{' "$T/load"))"
is "nothing is lost" "$(footer .lost_total)" 0

followed sh -c '"$0" crr 3 >"$1.1" & "$0" crr 4 -6 >"$1.2" & wait' "$LOAD" "$T/child"
is "children in the background: the lives of both" \
	"$(count '.role == "client" and .family == "ip"') $(count '.role == "server" and .family == "ip"') $(
		count '.role == "client" and .family == "ip6"') $(count '.role == "server" and .family == "ip6"')" "3 3 4 4"
is "children in the background: nobody else's" "$(pids)" "$(jq -r .client.pid "$T/child.1" "$T/child.2" | sort -u)"

# A server that was there before, of another process: its end of the program's connection is shown, its other ones not.
if command -v python3 >/dev/null; then
	nsenter --net="/run/netns/$NS" python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 7070))
print("ready", flush=True)
while True:
    c, _ = s.accept()
    c.sendall(b"hello")
    c.close()' >"$T/server" 2>&1 &
	server=$!
	live_pids+=("$server")
	wait_for 20 grep -q ready "$T/server"
	followed bash -c 'read -r -N 5 word </dev/tcp/127.0.0.1/7070; [ "$word" = hello ]'
	is "a server that was there before: the program's end and the server's end" \
		"$life_exit $(count '.remote.port == 7070') $(count '.local.port == 7070 and .role == "server"')" "0 1 1"
	is "a server that was there before: each names the other as its peer" \
		"$(lives '.remote.port == 7070' | jq -r .peer)" "$(lives '.local.port == 7070 and .role == "server"' | jq -r .cookie)"
else
	skip "a server that was there before" "python3 is not installed"
fi

for code in 0 7 200; do
	followed sh -c "exit $code"
	is "a program's exit code $code is socklife's" "$life_exit" $code
done
followed sh -c 'kill -9 $$'
is "a program that a signal ended: 128 and the signal" "$life_exit" 137
followed "$T/nothing"
is "a program that is not there: 127" "$life_exit" 127
is "no cgroup is left behind" "$(groups_left)" "$before_groups"
finish
