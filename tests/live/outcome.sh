#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every way in which a connect, and a connection, can end: what the life and the events say of it, IPv4 and IPv6. The
# programs (py/outcome.py) assert their own view, nftables in the test's namespace count the SYNs. One run of socklife
# watches all of it.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin outcome

firewall() {
	local ip port least
	echo "table inet t { chain in { type filter hook input priority 0;"
	for ip in 4 6; do
		for port in 9001 9002 9003 9004 9005; do
			echo "meta nfproto ipv$ip tcp dport $port counter drop comment \"syn.v$ip.$port\""
		done
		least="meta nfproto ipv$ip tcp dport" # the first of them is below 100 bytes, two are above
		echo "$least 9011 tcp flags & (syn|ack) == syn quota until 100 bytes drop"
		echo "$least 9012 tcp flags & (syn|ack) == syn quota until 100 bytes drop"
		echo "$least 9031 tcp flags & (syn|ack) == ack quota until 100 bytes drop"
	done
	echo "tcp dport 9006 reject with icmpx host-unreachable"
	echo "tcp dport 9007 reject with tcp reset"
	printf "}\n}\n"
}

routes() {
	in_net sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 # 1, 2, 4 s between SYNs, however many: TCP_SYNCNT is exact
	ip -n "$NS" route add unreachable 198.51.100.1/32
	ip -n "$NS" route add prohibit 198.51.100.2/32
	ip -n "$NS" -6 route add unreachable 2001:db8:1::1/128
	ip -n "$NS" -6 route add prohibit 2001:db8:1::2/128
}

# A cgroup program that says no, attached beside socklife's own; pinned only in a mount namespace of this function.
policy() {
	clang -O2 -target bpf -I"/usr/include/$(uname -m)-linux-gnu" -c "$py/deny.bpf.c" -o "$T/deny.o" || return 1
	mkdir "$T/bpf"
	T=$T CG=$CG unshare -m sh -ec '
		mount -t bpf bpf "$T/bpf"
		bpftool prog loadall "$T/deny.o" "$T/bpf/p"
		bpftool cgroup attach "$CG" connect4 pinned "$T/bpf/p/deny4" multi
		bpftool cgroup attach "$CG" connect6 pinned "$T/bpf/p/deny6" multi'
}

syns() { # syns IP PORT: as nftables counted them
	in_net nft -j list table inet t | jq --arg c "syn.v$1.$2" '.nftables[].rule // empty | select(.comment == $c) | .expr[].counter.packets? // empty'
}

outcome() { life "$1" '[.handshake.outcome, .handshake.errno // "-", .close.class] | join(" ")'; }
connects() { did "$1" '.event == "call" and .call == "connect"' '.errno // .ret'; }
outcomes() { did "$1" '.event == "outcome"' '[.outcome, .errno // "-"] | join(" ")'; }

# ended NAME TAG OUTCOME ERRNO CONNECT: the life, the connect() call and the outcome event agree.
ended() {
	is "$1: the life's handshake" "$(outcome "$2")" "$3 $4 unconnected"
	is "$1: the connect() call" "$(connects "$2")" "$5"
	is "$1: the outcome event" "$(outcomes "$2")" "$3 $4"
	is "$1: the life is complete" "$(life "$2" .complete)" true
}

run_all() {
	local ip jobs=()
	for ip in 4 6; do
		scenarios outcome $ip timed_out_1 timed_out_2 timed_out_later icmp_unreachable icmp_unreachable_later icmp_told \
			simultaneous_open user_timeout keepalive synack_again &
		jobs+=($!)
	done
	for ip in 4 6; do
		scenarios outcome $ip established established_later refused refused_later host_unreachable net_unreachable \
			prohibited firewall_reset denied bind_in_use tuple_in_use cancelled self_connect server_resets \
			client_resets unread half_close accept_wait accept_nothing
		scenarios outcome $ip cancelled_by_kill
		scenarios outcome $ip client_killed
		scenarios outcome $ip server_killed
	done
	wait "${jobs[@]}"
	in_net sysctl -qw net.ipv4.ip_local_port_range="40000 40001"
	for ip in 4 6; do scenarios outcome $ip no_port; done
	in_net sysctl -qw net.ipv4.ip_local_port_range="32768 60999"
	slow_lo
	for ip in 4 6; do in_net "$LOAD" simclose 1 -$ip --cookie | sed "s/^cookie /socket v$ip.simclose./; s/ \([^ ]*\)$/ \1/" >>"$T/told"; done
}

failed_handshakes() { # failed_handshakes IP
	local v=v$1
	ended "IPv$1 refused" $v.refused refused ECONNREFUSED ECONNREFUSED
	ended "IPv$1 refused, not blocking" $v.refused_later refused ECONNREFUSED EINPROGRESS
	ended "IPv$1 refused by a firewall" $v.firewall_reset refused ECONNREFUSED ECONNREFUSED
	ended "IPv$1 timed out after 2 SYNs" $v.timed_out_1 timed_out ETIMEDOUT ETIMEDOUT
	ended "IPv$1 timed out after 3 SYNs" $v.timed_out_2 timed_out ETIMEDOUT ETIMEDOUT
	ended "IPv$1 timed out, not blocking" $v.timed_out_later timed_out ETIMEDOUT EINPROGRESS
	ended "IPv$1 host unreachable" $v.host_unreachable unreachable EHOSTUNREACH EHOSTUNREACH
	ended "IPv$1 net unreachable" $v.net_unreachable unreachable ENETUNREACH ENETUNREACH
	ended "IPv$1 prohibited by a route" $v.prohibited denied EACCES EACCES
	ended "IPv$1 unreachable by ICMP" $v.icmp_unreachable unreachable EHOSTUNREACH EHOSTUNREACH
	ended "IPv$1 unreachable by ICMP, not blocking" $v.icmp_unreachable_later unreachable EHOSTUNREACH EINPROGRESS
	ended "IPv$1 unreachable by ICMP, closed when SO_ERROR says so" $v.icmp_told unreachable EHOSTUNREACH EINPROGRESS
	ended "IPv$1 denied by a cgroup program" $v.denied denied EPERM EPERM
	is "IPv$1 denied by a cgroup program: the life says what denied it" "$(life $v.denied '.security | "\(.denied) \(.last.call) \(.last.errno) \(.last.by)"')" "1 connect EPERM cgroup"
	ended "IPv$1 the same two ends are in use" $v.tuple_in_use local_error EADDRNOTAVAIL EADDRNOTAVAIL
	ended "IPv$1 all local ports are in use" $v.no_port local_error EADDRNOTAVAIL EADDRNOTAVAIL
	ended "IPv$1 cancelled by close()" $v.cancelled cancelled - EINPROGRESS
	is "IPv$1 cancelled by SIGKILL: the life's handshake" "$(outcome $v.blocked)" "cancelled - unconnected"
	is "IPv$1 cancelled by SIGKILL: its owner" "$(life $v.blocked .owner.pid)" "$(figure $v.cancelled_by_kill pid)"
	is "IPv$1 bind to a used port" "$(life $v.bind_in_use '[.calls.bind.errors, .calls.bind.last_errno, .close.class, .handshake] | map(tostring) | join(" ")')" \
		"1 EADDRINUSE unconnected null"
	is "IPv$1 bind to a used port: the call" "$(did $v.bind_in_use '.call == "bind"' .errno)" EADDRINUSE
	is "IPv$1 accept() of nobody" "$(life $v.accept_nothing '[.calls.accept.errors, .calls.accept.last_errno] | join(" ")')" "1 EAGAIN"
}

syn_counts() { # syn_counts IP: as many SYNs as the firewall counted
	local v=v$1 tag port
	for tag in timed_out_1:9001 timed_out_2:9002 timed_out_later:9003 cancelled:9004; do
		port=${tag#*:} tag=${tag%:*}
		is "IPv$1 $tag: the SYNs are those that the firewall counted" "$(life $v.$tag '.handshake.syn_retrans + 1')" "$(syns "$1" "$port")"
		is "IPv$1 $tag: each SYN is an event" \
			"$(did $v.$tag '.event == "segment" and .at == "wire" and .flags == "SYN"' 1 | wc -l)" "$(syns "$1" "$port")"
	done
	is "IPv$1 TCP_SYNCNT 1 is 1 retransmission" "$(life $v.timed_out_1 .handshake.syn_retrans)" 1
	is "IPv$1 TCP_SYNCNT 2 is 2 retransmissions" "$(life $v.timed_out_2 .handshake.syn_retrans)" 2
	is "IPv$1 TCP_SYNCNT is among the options" "$(life $v.timed_out_2 '.options[] | select(.name == "TCP_SYNCNT") | "\(.asked) \(.result)"')" "2 0"
	is "IPv$1 a refused connect sends one SYN" "$(life $v.refused .handshake.syn_retrans)" 0
}

established() { # established IP
	local v=v$1 both='[.handshake.outcome, .close.class] | join(" ")'
	is "IPv$1 established: the client" "$(life $v.established.client "$both")" "established active"
	is "IPv$1 established: the server" "$(life $v.established.server "$both")" "established passive"
	is "IPv$1 established: the connect() call" "$(connects $v.established.client)" 0
	is "IPv$1 established, not blocking: the call" "$(connects $v.established_later)" EINPROGRESS
	is "IPv$1 established, not blocking: the life" "$(life $v.established_later '[.handshake.outcome, .handshake.async] | map(tostring) | join(" ")')" \
		"established true"
	is "IPv$1 established, not blocking: the event" "$(outcomes $v.established_later)" "established -"
	is "IPv$1 the handshake's steps are in order at the client" \
		"$(life $v.established.client '.handshake | .syn_us <= .synack_us and .synack_us <= .done_us and .synack_us <= .ack_us')" true
	is "IPv$1 the handshake's steps are in order at the server" \
		"$(life $v.established.server '.handshake | .syn_us <= .synack_us and .synack_us <= .ack_us and .ack_us <= .done_us and .done_us <= .accept_us')" true
	is "IPv$1 the first sequence numbers are crossed" "$(life $v.established.client '[.isn_local, .isn_remote] | join(" ")')" \
		"$(life $v.established.server '[.isn_remote, .isn_local] | join(" ")')"
	is "IPv$1 a socket that connects to itself opens simultaneously" \
		"$(life $v.self_connect '[.handshake.outcome, .handshake.simultaneous, .flow.bytes_sent, .flow.bytes_received] | map(tostring) | join(" ")')" \
		"established true 100 100"
	is "IPv$1 simultaneous open: both are established" \
		"$(life $v.simultaneous_open.a .handshake.outcome) $(life $v.simultaneous_open.b .handshake.outcome)" "established established"
	like "IPv$1 simultaneous open: at least one life says so" \
		"$(life $v.simultaneous_open.a .handshake.simultaneous; life $v.simultaneous_open.b .handshake.simultaneous)" "*true*"
	is "IPv$1 a lost ACK: the server's life counts the SYN-ACK sent again" "$(life $v.synack_again.server .handshake.synack_retrans)" 1
	is "IPv$1 a lost ACK: the client sent one SYN" "$(life $v.synack_again.client .handshake.syn_retrans)" 0
	is "IPv$1 a lost ACK: the SYN-ACK sent again is an event of the server" \
		"$(did $v.synack_again.server '.event == "retrans"' .flags)" SYN-ACK
	within "IPv$1 a lost ACK: the server's handshake took the second that it lost" 900000 "$(life $v.synack_again.server .handshake.total_us)" 60000000
	within "IPv$1 the wait in the accept queue" "$(figure $v.accept_wait least_us)" "$(life $v.accept_wait.server .handshake.accept_wait_us)" \
		"$(figure $v.accept_wait most_us)"
	within "IPv$1 the wait in the accept queue is 200 ms" 200000 "$(life $v.accept_wait.server .handshake.accept_wait_us)" 60000000
}

broken() { # broken NAME TAG CLASS [ERRNO]
	is "$1" "$(life "$2" '[.close.class, .close.errno // "-"] | join(" ")')" "$3 ${4:--}"
}

ends() { # ends IP
	local v=v$1
	broken "IPv$1 the server resets: its life" $v.server_resets.server reset_sent
	is "IPv$1 the server resets: by SO_LINGER 0" "$(life $v.server_resets.server .close.linger)" true
	broken "IPv$1 the server resets: the client's life" $v.server_resets.client reset_received ECONNRESET
	broken "IPv$1 the client resets: its life" $v.client_resets.client reset_sent
	broken "IPv$1 the client resets: the server's life" $v.client_resets.server reset_received ECONNRESET
	is "IPv$1 a reset is counted once at each end" \
		"$(life $v.client_resets.client .errors.resets_sent) $(life $v.client_resets.server .errors.resets_received)" "1 1"
	broken "IPv$1 closed with data unread is a reset" $v.unread.server reset_sent
	is "IPv$1 closed with data unread: how much" "$(life $v.unread.server .close.unread_bytes)" 777
	is "IPv$1 closed with data unread: the reason, where the kernel tells it" \
		"$(life $v.unread.server '.close.reset_reason // "TCP_ABORT_ON_CLOSE"')" TCP_ABORT_ON_CLOSE
	broken "IPv$1 closed with data unread: the peer's life" $v.unread.client reset_received ECONNRESET
	broken "IPv$1 half closed: the client" $v.half_close.client active
	broken "IPv$1 half closed: the server" $v.half_close.server passive
	within "IPv$1 half closed for 300 ms: the client" 300000 "$(life $v.half_close.client .close.half_closed_us)" 60000000
	within "IPv$1 half closed for 300 ms: the server" 300000 "$(life $v.half_close.server .close.half_closed_us)" 60000000
	is "IPv$1 half closed: 7000 bytes moved in that time, at the client" "$(life $v.half_close.client .close.half_closed_bytes)" 7000
	is "IPv$1 half closed: 7000 bytes moved in that time, at the server" "$(life $v.half_close.server .close.half_closed_bytes)" 7000
	is "IPv$1 half closed: the bytes in all" "$(life $v.half_close.client '.flow | "\(.bytes_sent) \(.bytes_acked) \(.bytes_received)"')" "500 500 7000"
	broken "IPv$1 simultaneous close: the client" $v.simclose.client simultaneous
	broken "IPv$1 simultaneous close: the server" $v.simclose.server simultaneous
	broken "IPv$1 the client is killed: its FIN is the first" $v.client_killed.client active
	broken "IPv$1 the client is killed: the server's life" $v.client_killed.server passive
	broken "IPv$1 the server is killed: its FIN is the first" $v.server_killed.server active
	broken "IPv$1 the server is killed: the client's life" $v.server_killed.client passive
	broken "IPv$1 no answer within TCP_USER_TIMEOUT" $v.user_timeout.client timed_out ETIMEDOUT
	is "IPv$1 no answer within TCP_USER_TIMEOUT: what was sent, and acknowledged" \
		"$(life $v.user_timeout.client '.flow | "\(.bytes_sent) \(.bytes_acked)"')" "100 0"
	broken "IPv$1 no answer to a keepalive" $v.keepalive.client timed_out ETIMEDOUT
}

for tool in nft clang bpftool tc jq; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
check "the firewall of the test's namespace" in_net nft "$(firewall)"
check "a cgroup program that denies" policy
routes
life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
run_all
life_stop
tags_end
is "socklife's exit status" "$life_exit" 0
is "nothing was lost" "$(footer '[.lost[][]] | add')" 0
for ip in 4 6; do
	failed_handshakes $ip
	syn_counts $ip
	established $ip
	ends $ip
done
finish
