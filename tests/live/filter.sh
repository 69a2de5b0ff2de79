#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters on live traffic: of two different connections, exactly the wanted sockets are shown, and what the kernel can decide
# never gets to the reader. a: IPv4, port 7001, root, socklife-load. b: IPv6, port 7002, user 12345, other-load.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin filter
chmod 755 "$T"
cp "$LOAD" "$T/other-load"

load() { # load TAG CMD...
	local tag=$1
	shift
	in_net "$@" --cookie 2>>"$T/told.err" </dev/null | sed -n "s/^cookie \([a-z]*\) /socket $tag.\1 /p" >>"$T/told"
}

traffic() {
	load a "$LOAD" crr 1 -p 7001
	load b setpriv --reuid 12345 --clear-groups "$T/other-load" crr 1 -6 -p 7002
}

ALL="a.client a.listener a.server b.client b.listener b.server"
A="a.client a.listener a.server"
B="b.client b.listener b.server"

# watch FILTER...: the traffic, watched with this filter. $shown: the tags of the lives shown; $heard: of the events.
watch() {
	: >"$T/told"
	: >"$T/told.err"
	life_start trace --json --cgroup "$CG" "$@" || return 1
	traffic
	life_stop
	shown=$(tags life)
	heard=$(tags event)
}

tags() { # tags TYPE: of the records of this type, sorted, each once
	jq -r "select(.type == \"$1\") | .cookie" "$T/out" | sort -u | while read -r cookie; do
		awk -v cookie="$cookie" '$1 == "socket" && $3 == cookie { print $2; found = 1 } END { if (!found) print "another" }' "$T/told"
	done | sort | paste -sd ' '
}

# shows WANTED FILTER...: the lives are these, and the events are theirs.
shows() {
	local wanted=$1
	shift
	watch "$@" || { not_ok "filter '$*' starts"; return; }
	is "filter '$*': exactly the wanted sockets" "$shown" "$wanted"
	case " $* " in
	*" not "*) ;; # what happens before the fact is known may be shown
	*) is "filter '$*': exactly the events of the wanted sockets" "$heard" "$wanted" ;;
	esac
	is "filter '$*': nothing was lost" "$(footer .lost_total)" 0
}

# reach N WANTED FILTER...: as shows, and N lives came to the reader: the kernel has sorted out the others.
reach() {
	local lives=$1
	shift
	shows "$@"
	is "filter '${*:2}': how many lives reach the reader" "$(footer .seen.life)" "$lives"
}

# at_once WANTED FILTER...: decided when the socket is made, so of the others no record at all came to the reader.
at_once() {
	reach "$(wc -w <<<"$1")" "$@"
	is "filter '${*:2}': no event of others reaches the reader" "$(footer .seen.event)" "$(events true | wc -l)"
}

shows "$ALL"
reach 4 "$A" port 7001 # the other listener could still get a peer of port 7001, for all that is known
reach 3 "$B" not port 7001
reach 3 "a.client" dst port 7001
reach 2 "a.listener a.server" src port 7001
reach 4 "$A" net 127.0.0.0/8
reach 3 "$B" host ::1 and not host 127.0.0.1
reach 3 "$B" uid 12345
reach 3 "$A" not uid 12345
reach 3 "$A" comm socklife-load
reach 2 "a.client b.client" role client
reach 5 "a.client $B" "(role client and ip)" or port 7002
at_once "$A" ip
at_once "" udp

# pid: of a process that is known before.
hold() { # hold PORT: a connection held open; $spawned is its process, which owns both ends
	mkfifo "$T/go.$1"
	spawn sh -c 'exec "$1" hold 1 -p "$2" --cookie <"$3" >"$4"' sh "$LOAD" "$1" "$T/go.$1" "$T/held.$1"
}
hold 7001
one=$spawned
hold 7002
exec 8>"$T/go.7001" 9>"$T/go.7002"
wait_for 15 grep -q '^held' "$T/held.7001" && wait_for 15 grep -q '^held' "$T/held.7002"
life_start trace --json --cgroup "$CG" pid "$one" || not_ok "filter pid starts"
echo >&8 # a line, not the end of the pipe: socklife holds it open too
echo >&9
wait "$one"
wait "$spawned"
life_stop
is "filter 'pid N': the lives are those of the process, seeded ones too" \
	"$(lives | jq -r '"\(.cookie) \(.owner.pid)"' | sort)" "$(awk -v pid="$one" '$1 == "cookie" { print $3, pid }' "$T/held.7001" | sort)"
is "filter 'pid N': lives of others do not reach the reader" "$(footer .seen.life)" 3

# Filters on what happens are the reader's: whole lives pass to it, and it shows what matches.
watch event connect
is "filter 'event connect': the events" "$(events true | jq -r .call | sort | uniq -c | tr -s ' ')" " 2 connect"
is "filter 'event connect': of the clients" "$heard" "a.client b.client"

: >"$T/told"
life_start trace --json --cgroup "$CG" errno ECONNREFUSED || not_ok "filter errno starts"
traffic
load r "$LOAD" refused 1
life_stop
is "filter 'errno ECONNREFUSED': the refused connect, and only it" "$(tags life)" "r.client"
is "filter 'errno ECONNREFUSED': each event shown has it" "$(events '.errno != "ECONNREFUSED"' | wc -l)" 0
is "filter 'errno ECONNREFUSED': the connect() call is shown" "$(events '.call == "connect"' | wc -l)" 1

: >"$T/told"
life_start life --json --cgroup "$CG" "life > 100ms" || not_ok "filter life starts"
load a "$LOAD" crr 1 -p 7001
load h "$LOAD" halfclose 150 -p 7003
life_stop
is "filter 'life > 100ms': the slow connection, and only it" "$(tags life)" "h.client h.listener h.server"
life_start life --json --cgroup "$CG" "bytes > 1KiB" || not_ok "filter bytes starts"
: >"$T/told"
load a "$LOAD" crr 1 -p 7001
load s "$LOAD" stream 5000 -p 7004
life_stop
is "filter 'bytes > 1KiB': the connection with more, and only it" "$(tags life)" "s.client s.server"
finish
