#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One real TCP connection, both ends: every step is shown, in true time order at each end and from end to end, and the
# sockets are named as SO_COOKIE and ss name them.
. "$(dirname "$0")/lib.sh"
live_begin cookie

# Without a hook that sees the segments of a request, the server's end begins with the ACK that ends the handshake.
if watched syn-received; then
	request=("server in:SYN" "server out:SYN-ACK")
	server_times='0, (.handshake | .syn_us, .synack_us, .ack_us, .done_us, .accept_us), .close.fin_sent_us'
else
	request=()
	server_times='(.handshake | .synack_us, .ack_us, .done_us, .accept_us), .close.fin_sent_us'
	skip "the server's SYN and SYN-ACK" "this kernel shows no segment of a request (fact syn-received)"
fi

declare -A at # "ROLE STEP" -> ts_ns; STEP#2 is the second of its kind

# The steps of both ends, "ts_ns ROLE STEP" a line, in the order printed. Options and states are not steps.
steps() {
	jq -r '
		def step:
			if .event == "segment" then "\(.dir):\(.flags)"
			elif .call == "recv" and .bytes == 0 then "end"
			else .call end;
		select(.type == "event" and (.event == "segment" or .event == "call"))
		| "\(.ts_ns) \(.cookie) \(step)"' "$T/out" |
		sed -e "s/ $client / client /" -e "s/ $server / server /" -e "s/ $listener / listener /"
}

steps_read() {
	local ts role step n n_tag
	at=()
	while read -r ts role step; do
		n=1
		n_tag=
		while [ -n "${at["$role $step$n_tag"]:-}" ]; do
			n=$((n + 1))
			n_tag="#$n"
		done
		at["$role $step$n_tag"]=$ts
	done < <(steps)
}

# in_order NAME STEP...: each was seen, and each is later than the one before.
in_order() {
	local name=$1 last=0 step now before=
	shift
	for step in "$@"; do
		now=${at["$step"]:-}
		if [ -z "$now" ]; then
			not_ok "$name" "not seen: $step" "seen:" "$(steps)"
			return
		fi
		if [ "$now" -le "$last" ]; then
			not_ok "$name" "$step ($now) is not later than $before ($last)" "$(steps)"
			return
		fi
		last=$now
		before=$step
	done
	ok "$name"
}

# Of a life's record: its times, sorted as told; JSON true when each was seen and none is before the one to its left.
life_in_order() { # NAME COOKIE PATHS: PATHS is a jq list
	local name=$1 cookie=$2 paths=$3 got
	got=$(jq -c "select(.type == \"life\" and .cookie == \"$cookie\") | [$paths]" "$T/out")
	if jq -e 'length > 0 and all(. != null) and . == sort' <<<"$got" >/dev/null; then
		ok "$name"
	else
		not_ok "$name" "$paths" "$got"
	fi
}

cookie_of() { awk -v role="$1" '$1 == "cookie" && $2 == role { print $3 }' "$T/cmd.out"; }
life_of() { jq -r "select(.type == \"life\" and .cookie == \"$1\") | $2" "$T/out"; }
event_of() { jq -r "select(.type == \"event\" and .cookie == \"$1\" and ($2)) | $3" "$T/out"; }

connection() { # FAMILY FIRST LATER: FIRST closes first
	local what="IPv$1, the $2 closes first" first=$2 later=$3 pids
	life_run "$LOAD" crr 1 "-$1" --who "$2" --cookie --fork
	client=$(cookie_of client)
	server=$(cookie_of server)
	listener=$(cookie_of listener)
	is "$what: the program and socklife end well" "$cmd_exit $life_exit" "0 0"
	is "$what: the lives are those of the sockets with these SO_COOKIEs, with their roles" \
		"$(lives | jq -r '"\(.role) \(.cookie)"' | sort)" \
		"$(printf '%s\n' "client $client" "listener $listener" "server $server")"
	steps_read
	in_order "$what: socket, SYN, SYN-ACK, ACK at both ends, then accept" \
		"client socket" "client out:SYN" "${request[@]}" "client in:SYN-ACK" \
		"client out:ACK" "server in:ACK" "server accept"
	in_order "$what: the client's calls" "client socket" "client connect" "client send" "client recv" "client close"
	in_order "$what: connect() returns after the SYN-ACK" "client in:SYN-ACK" "client connect"
	in_order "$what: the server's calls" "server accept" "server recv" "server send" "server close"
	in_order "$what: close, FIN, end of file, close, FIN, ACK" \
		"$first close" "$first out:FIN-ACK" "$later in:FIN-ACK" "$later end" "$later close" \
		"$later out:FIN-ACK" "$first in:FIN-ACK" "$first out:ACK${ack2[$first]}" "$later in:ACK${ack2[$later]}"
	in_order "$what: the first FIN is acknowledged" "$later in:FIN-ACK" "$first in:ACK${ack1[$first]}"
	is "$what: events are printed in the order of their times" "$(jq -r 'select(.type == "event") | .ts_ns' "$T/out")" \
		"$(jq -r 'select(.type == "event") | .ts_ns' "$T/out" | sort -n)"
	is "$what: each end names the other's cookie as its peer" "$(life_of "$client" .peer) $(life_of "$server" .peer)" \
		"$server $client"
	is "$what: the server's parent is the listener, accepted by one call of it" \
		"$(life_of "$server" .parent) $(event_of "$listener" '.call == "accept"' .accepted)" "$listener $server"
	is "$what: the ends' initial sequence numbers are crossed" \
		"$(life_of "$client" '"\(.isn_local) \(.isn_remote)"')" "$(life_of "$server" '"\(.isn_remote) \(.isn_local)"')"
	is "$what: the client's is the number of its SYN" "$(life_of "$client" .isn_local)" \
		"$(event_of "$client" '.dir == "out" and .flags == "SYN"' .seq)"
	[ ${#request[@]} = 0 ] || is "$what: the server's is the number of its SYN-ACK" "$(life_of "$server" .isn_local)" \
		"$(event_of "$server" '.dir == "out" and .flags == "SYN-ACK"' .seq)"
	is "$what: the ends' addresses are crossed" "$(life_of "$client" '"\(.local) \(.remote)"')" \
		"$(life_of "$server" '"\(.remote) \(.local)"')"
	pids=$(jq -r 'select(.command) | "\(.client.pid) \(.server.pid)"' <(grep '^{' "$T/cmd.out"))
	is "$what: each end belongs to its process" "$(life_of "$client" .owner.pid) $(life_of "$server" .owner.pid)" "$pids"
	life_in_order "$what: the client's life has all times of its handshake" "$client" \
		'0, (.handshake | .syn_us, .synack_us, .done_us), .close.fin_sent_us'
	life_in_order "$what: the client sent its ACK after the SYN-ACK came" "$client" '.handshake | .synack_us, .ack_us'
	life_in_order "$what: the server's life has all times of its handshake" "$server" "$server_times"
	life_in_order "$what: the $first's life has all times of its close" "${!first}" \
		'.close | .fin_sent_us, .fin_received_us, .fin_ack_sent_us'
	life_in_order "$what: the $first's FIN was acknowledged" "${!first}" '.close | .fin_sent_us, .fin_acked_us'
	life_in_order "$what: the $later's life has all times of its close" "${!later}" \
		'.close | .fin_received_us, .fin_ack_sent_us, .fin_sent_us, .fin_acked_us'
	is "$what: the classes of the close" "$(life_of "${!first}" .close.class) $(life_of "${!later}" .close.class)" \
		"active passive"
}

for family in 4 6; do
	# Which ACK is which: the handshake's third segment is the client's first out, the server's first in.
	declare -A ack1=([client]="" [server]="#2") ack2=([client]="#2" [server]="#2")
	connection $family client server
	ack2=([client]="" [server]="")
	connection $family server client
done

# ---- ss: what it says of sockets that are open is what the lives say of the same sockets -------------------------------

ss_lines() { # "cookie local remote", IPv6 without brackets
	in_net ss -Htane state established | sed -n 's/^[0-9]* *[0-9]* *\([^ ]*\) *\([^ ]*\) .*sk:\([0-9a-f]*\) .*/\3 \1 \2/p' |
		tr -d '[]' | sort
}

life_lines() {
	lives '.role != "listener"' |
		jq -r '"\(.cookie) \(.local.ip):\(.local.port) \(.remote.ip):\(.remote.port)"' | sort
}

for family in 4 6; do
	life_start life --json --cgroup "$CG"
	hold_start 5 "-$family"
	seen=$(ss_lines)
	hold_end
	life_stop
	is "IPv$family: ss -e lists 10 ends that were held" "$(grep -c . <<<"$seen")" 10
	is "IPv$family: cookies and addresses of the lives are those of ss -e" "$(life_lines)" "$seen"
done
finish
