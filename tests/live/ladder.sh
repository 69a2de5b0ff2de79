#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The ladder of a real curl and a real nginx agrees, segment by segment, with what tshark read from the wire: over
# loopback, and across a veth pair between two network namespaces. And a ladder of a command shows both ends by itself.

. "$(dirname "$0")/lib.sh"
py=$(cd "$(dirname "$0")/py" && pwd)
PEER=
trap 'ip netns del "$PEER" 2>/dev/null' EXIT
command -v dumpcap >/dev/null || skip_all "tshark is not installed"
live_begin ladder
trap 'live_end; ip netns del "$PEER" 2>/dev/null' EXIT
PEER=$NS-peer

nginx_conf() { # ADDRESS
	mkdir -p "$T/www"
	head -c 9000 /dev/zero | tr '\0' x >"$T/www/page"
	cat >"$T/nginx.conf" <<-END
		daemon off;
		master_process off;
		pid $T/nginx.pid;
		error_log $T/nginx.log;
		events { worker_connections 64; }
		http {
			access_log off;
			client_body_temp_path $T/body;
			proxy_temp_path $T/proxy;
			fastcgi_temp_path $T/fastcgi;
			uwsgi_temp_path $T/uwsgi;
			scgi_temp_path $T/scgi;
			server { listen $1:8080; root $T/www; }
		}
	END
}

in_peer() { nsenter --net="/run/netns/$PEER" sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$CG" "$@"; }

captures=()
capture_start() { # NETNS DEVICE SOURCE: what this side of the device receives, to $T/DEVICE.pcap
	nsenter --net="/run/netns/$1" dumpcap -q -i "$2" -f "tcp and src host $3" -w "$T/$2.pcap" >"$T/$2.log" 2>&1 &
	captures+=("$!:$T/$2.pcap")
	live_pids+=("$!")
	wait_for 60 grep -q ^File: "$T/$2.log"
}

fins() { # COUNT: so many FINs are in the captures
	local n=0 c
	for c in "${captures[@]}"; do n=$((n + $(tshark -r "${c#*:}" -Y 'tcp.flags.fin == 1' 2>/dev/null | wc -l))); done
	[ "$n" -ge "$1" ]
}

capture_end() { # COUNT
	local c
	wait_for 60 fins "$1" || diag "not all FINs are in the captures"
	for c in "${captures[@]}"; do
		kill -INT "${c%%:*}"
		wait "${c%%:*}"
	done
}

agree() { # NAME
	local c files=() line
	for c in "${captures[@]}"; do files+=("${c#*:}"); done
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "$1: ${line#* - }" ;;
		"not ok "*) not_ok "$1: ${line#* - }" ;;
		*) echo "$line" ;;
		esac
	done < <(/usr/bin/python3 "$py/capture.py" "$T/out" 8080 "${files[@]}")
	captures=()
}

watch_requests() { # NAME URL COMMAND...: curl asks five times, the server runs by COMMAND
	local name=$1 url=$2 i
	shift 2
	life_start ladder -v --html --time abs --cgroup "$CG" 'tcp port 8080' || not_ok "$name: socklife starts"
	"$@" nginx -e "$T/nginx.log" -p "$T" -c "$T/nginx.conf" >/dev/null 2>&1 &
	live_pids+=("$!")
	server=$!
	wait_for 60 serving "$1"
	for i in 1 2 3 4; do in_net curl -s -o "$T/page$i" "$url"; done
	is "$name: curl has the page" "$(cmp "$T/page4" "$T/www/page" && echo same)" same
	wait_for 60 closed
	capture_end 8
	kill "$server"
	wait "$server" 2>/dev/null
	life_stop
	is "$name: socklife's exit status" "$life_exit" 0
	agree "$name"
}

serving() { [ -n "$("$1" ss -Hltn 'sport = :8080')" ]; }
closed() { [ -z "$(in_net ss -Htn 'dport = :8080' | grep -v TIME-WAIT)" ]; }

# ---- loopback ----
nginx_conf 127.0.0.1
capture_start "$NS" lo 127.0.0.1
watch_requests loopback http://127.0.0.1:8080/page in_net

# ---- two namespaces ----
ip netns add "$PEER"
ip -n "$NS" link add near type veth peer name far netns "$PEER"
ip -n "$NS" addr add 10.99.0.1/24 dev near
ip -n "$PEER" addr add 10.99.0.2/24 dev far
ip -n "$NS" link set near up
ip -n "$PEER" link set far up
nginx_conf 10.99.0.2
capture_start "$NS" near 10.99.0.2
capture_start "$PEER" far 10.99.0.1
watch_requests veth http://10.99.0.2:8080/page in_peer

# ---- a command ----
spawn /usr/bin/python3 -m http.server --directory "$T/www" --bind 127.0.0.1 7080 >/dev/null 2>&1
wait_for 15 listening 7080
in_net "$SOCKLIFE" ladder -q --cgroup "$CG" -- curl -s -o /dev/null http://127.0.0.1:7080/page >"$T/out" 2>"$T/err"
is "ladder -- curl: the command's exit status" "$?" 0
check "ladder -- curl: both ends are drawn" grep -q '^ *curl .*sock .*sock .*python3' "$T/out"
check "ladder -- curl: from the SYN" grep -q ' SYN .*▶' "$T/out"
check "ladder -- curl: through the accept queue" grep -q 'queued .*accept()' "$T/out"
check "ladder -- curl: to the end" grep -q 'closed (local FIN first)\|closed (peer FIN first)' "$T/out"
in_net "$SOCKLIFE" story -q --cgroup "$CG" -- curl -s -o /dev/null http://127.0.0.1:7080/page >"$T/out" 2>"$T/err"
check "story -- curl: tells of the SYN" grep -q 'sends SYN: asks for a connection' "$T/out"
finish
