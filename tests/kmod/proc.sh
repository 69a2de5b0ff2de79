#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# With nothing but insmod and cat: /proc/net/socklife counts what the kernel's own snmp and ss count, exactly, of a namespace of
# its own, with real programs, a refused and a timed-out connect; shows no other namespace; and rmmod leaves nothing behind.
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
for tool in nginx curl ss; do command -v $tool >/dev/null || skip_all "$tool is not installed"; done
NS=slk-$$
T=$(mktemp -d)
cleanup() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null
	ip netns del $NS 2>/dev/null
	rm -rf "$T"
	module_out
}
trap cleanup EXIT
in_ns() { nsenter --net=/run/netns/$NS "$@"; }
ip netns add $NS
ip -n $NS link set lo up
check "the module loads" module_in
ip netns add $NS-late
check "a namespace made later has its files, too" nsenter --net=/run/netns/$NS-late test -r /proc/self/net/socklife/summary
ip netns del $NS-late

# In its own namespace: how /proc/net looks there.
stat_of() { in_ns cat /proc/self/net/socklife/"$1" | awk -v name="$2" '$1 == name { print $2 }'; }
snmp() {
	in_ns cat /proc/self/net/snmp /proc/self/net/netstat | awk -v proto="$1:" -v field="$2" '
		$1 != proto { next }
		!heading { heading = 1; for (i = 2; i <= NF; i++) if ($i == field) at = i; next }
		{ print $at; exit }'
}

mkdir -p "$T/www"
head -c 100000 /dev/urandom >"$T/www/file"
cat >"$T/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $T/pid;
error_log $T/error.log;
events { worker_connections 512; }
http { access_log off; client_body_temp_path $T/b; proxy_temp_path $T/p; fastcgi_temp_path $T/f; uwsgi_temp_path $T/u;
	scgi_temp_path $T/s; server { listen 127.0.0.1:8080; root $T/www; } }
END
chmod 755 "$T"
nsenter --net=/run/netns/$NS nginx -c "$T/nginx.conf" -g 'user root;' 2>/dev/null &
server=$!
for _ in $(seq 300); do
	[ -z "$(in_ns ss -Hltn sport = :8080)" ] || break
	sleep 0.1
done
for _ in 1 2 3 4 5; do in_ns curl -s -o /dev/null http://127.0.0.1:8080/file; done
in_ns curl -s -o /dev/null http://127.0.0.1:9/ # nobody listens
in_ns ip route add 10.9.9.0/24 dev lo
in_ns curl -s -o /dev/null -m 3 --connect-timeout 2 http://10.9.9.9/ # nobody answers; curl gives up
for _ in $(seq 100); do
	[ "$(in_ns ss -Htn state connected exclude time-wait | wc -l)" != 0 ] || break
	sleep 0.1
done

is "active opens as snmp counts them" "$(stat_of handshake active_opens)" "$(snmp Tcp ActiveOpens)"
is "passive opens as snmp counts them" "$(stat_of handshake passive_opens)" "$(snmp Tcp PassiveOpens)"
is "segments sent again as snmp counts them" "$(stat_of errors retrans_segs)" "$(snmp Tcp RetransSegs)"
is "five connections at the client" "$(stat_of handshake client_established)" 5
is "five connections at the server" "$(stat_of handshake server_established)" 5
is "five taken by accept()" "$(stat_of handshake accepted)" 5
is "one refused" "$(stat_of handshake refused)" 1
is "one given up by the program" "$(stat_of handshake cancelled)" 1
is "failed attempts as snmp counts them" \
	"$(($(stat_of handshake refused) + $(stat_of handshake timed_out) + $(stat_of handshake aborted)))" \
	"$(snmp Tcp AttemptFails)"
is "whoever closed first, the other end did not" "$(stat_of close close_active)" "$(stat_of close close_passive)"
# netstat counts them when they begin (__inet_twsk_schedule()); ss shows those that a slow machine has not seen end.
is "TIME_WAIT as netstat counts it" "$(stat_of close time_wait)" "$(snmp TcpExt TW)"
is "one listener is open" "$(stat_of summary open_listeners)" 1
is "each byte that was sent was received" "$(stat_of summary bytes_sent)" "$(stat_of summary bytes_received)"
check "at least the files' bytes" test "$(stat_of summary bytes_received)" -gt 500000
is "the listener's cookie is that of ss" "$(in_ns cat /proc/self/net/socklife/listeners | awk 'END { print $1 }')" \
	"$(in_ns ss -Hltne sport = :8080 | sed 's/.*sk:\([0-9a-f]*\).*/\1/')"
is "nothing of it is seen in another namespace" "$(grep -c ':8080' /proc/net/socklife/sockets)" 0
is "who is not root reads no sockets" \
	"$(setpriv --reuid 65534 --regid 65534 --clear-groups cat /proc/net/socklife/sockets 2>/dev/null | wc -l)" 0
is "sum of the histogram is the count" \
	"$(in_ns cat /proc/self/net/socklife/handshake | awk '/^client_handshake_us/ { n += $2 } END { print n }')" 5
kill -TERM "$server"
wait "$server" 2>/dev/null
server=
check "the module goes" rmmod socklife
check "the kernel knows no such module any more" bash -c "! grep -q '^socklife ' /proc/modules"
check "its directory is gone" test ! -e /proc/net/socklife
check "parameters are checked" bash -c "! insmod '$KO' level=loud 2>/dev/null && ! insmod '$KO' max_sockets=5 2>/dev/null"
check "modinfo tells of each parameter" bash -c "[ \$(modinfo -F parm '$KO' | grep -cE '^(level|stats|max_sockets):') = 3 ]"
finish
