#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a program sets on a socket before it is used, as asked and as answered: options of each level, refused ones, more than the
# life keeps, larger than a cgroup program may see; bind and listen.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/py/tags.sh"
live_begin options

programs() {
	local ip
	for ip in 4 6; do
		scenarios options $ip stream refused many large sources bound listening
		scenarios options $ip unprivileged
	done
}

# What the program told of a socket's options; LEVEL NAME VALUE RESULT with the names that are given, in its order.
sets() { # sets TAG
	figure "$1" set | sed -e 's/:/ /g' \
		-e 's/^1 2 /SOL_SOCKET SO_REUSEADDR /; s/^1 9 /SOL_SOCKET SO_KEEPALIVE /; s/^1 8 /SOL_SOCKET SO_RCVBUF /' \
		-e 's/^1 36 /SOL_SOCKET SO_MARK /; s/^1 12 /SOL_SOCKET SO_PRIORITY /; s/^1 9998 /SOL_SOCKET 9998 /' \
		-e 's/^6 1 /IPPROTO_TCP TCP_NODELAY /; s/^6 2 /IPPROTO_TCP TCP_MAXSEG /; s/^6 4 /IPPROTO_TCP TCP_KEEPIDLE /' \
		-e 's/^6 13 /IPPROTO_TCP TCP_CONGESTION /; s/^6 9999 /IPPROTO_TCP 9999 /; s/^0 2 /IPPROTO_IP IP_TTL /' \
		-e 's/^0 1 /IPPROTO_IP IP_TOS /; s/^0 41 /IPPROTO_IP IP_MSFILTER /' \
		-e 's/^41 16 /IPPROTO_IPV6 IPV6_UNICAST_HOPS /; s/^41 26 /IPPROTO_IPV6 IPV6_V6ONLY /'
}

answers() { grep '^figure [^ ]* set ' "$1" | sort; }
effects() { grep -E '^figure [^ ]* (rcvbuf|congestion|sources) ' "$1" | sort; }
seen() { did "$1" '.event == "option"' '"\(.level) \(.name) \(.value // "-") \(.result)"'; } # in the events
kept() { life "$1" '.options[] | "\(.level) \(.name) \(.asked // "-") \(.result)"'; }       # in the life
count_set() { life "$1" '"\(.calls.setsockopt.count) \(.calls.setsockopt.errors // 0) \(.options_set // (.options | length))"'; }

options() { # options IP
	local v=v$1
	is "IPv$1 options of each level are events: level, name, value, result" "$(seen $v.stream)" "$(sets $v.stream)"
	is "IPv$1 options of each level are in the life" "$(kept $v.stream | sort)" "$(sets $v.stream | sort)"
	is "IPv$1 options of each level are counted" "$(count_set $v.stream)" "$(sets $v.stream | wc -l) 0 $(sets $v.stream | wc -l)"
	is "IPv$1 refused options: level, name and result" "$(seen $v.refused | cut -d' ' -f1,2,4)" "$(sets $v.refused | cut -d' ' -f1,2,4)"
	is "IPv$1 refused options: the values that were there to read" "$(seen $v.refused | sed '4,5d')" "$(sets $v.refused | sed '4,5d')"
	is "IPv$1 refused options are counted" "$(count_set $v.refused)" "7 7 7"
	is "IPv$1 options that need a privilege" "$(seen $v.unprivileged)" "$(sets $v.unprivileged)"
	is "IPv$1 options that need a privilege: EPERM" "$(did $v.unprivileged '.event == "option"' '.errno // "ok"' | paste -sd ' ')" "EPERM EPERM ok"
	is "IPv$1 20 options: each is an event" "$(seen $v.many)" "$(sets $v.many)"
	is "IPv$1 20 options: the count is right" "$(count_set $v.many)" "20 0 20"
	is "IPv$1 20 options: the life keeps the last 8" "$(kept $v.many | sort)" "$(sets $v.many | tail -n 8 | sort)"
	is "IPv$1 options larger than a page are seen" "$(seen $v.large | cut -d' ' -f1,2,4)" "$(sets $v.large | cut -d' ' -f1,2,4)"
}

bind_and_listen() { # bind_and_listen IP
	local v=v$1 bound='"\(.calls.bind.count) \(.calls.bind.errors // 0) \(.local.port)"'
	is "IPv$1 bind to a given port" "$(life $v.bound.given "$bound")" "1 0 9041"
	is "IPv$1 bind to port 0: the port that the kernel chose" "$(life $v.bound.any "$bound")" "1 0 $(figure $v.bound port)"
	is "IPv$1 a second bind fails and changes nothing" \
		"$(life $v.bound.again '"\(.calls.bind.count) \(.calls.bind.errors) \(.calls.bind.last_errno) \(.local.port == 9042)"')" "2 1 EINVAL false"
	is "IPv$1 bind: the events" "$(did $v.bound.again '.call == "bind"' '.errno // .ret' | paste -sd ' ')" "0 EINVAL"
	is "IPv$1 listen: the backlog as asked and in force" "$(life $v.listening.small '"\(.backlog) \(.backlog_in_force)"')" "10 10"
	is "IPv$1 listen: somaxconn is the most" "$(life $v.listening.clamped '"\(.backlog) \(.backlog_in_force)"')" "1000 64"
	is "IPv$1 listen: a second call changes it" "$(life $v.listening.twice '"\(.backlog) \(.backlog_in_force) \(.calls.listen.count)"')" "20 20 2"
	is "IPv$1 listen: the events" "$(did $v.listening.twice '.call == "listen"' .backlog | paste -sd ' ')" "5 20"
}

in_net sysctl -qw net.core.somaxconn=64
in_net sysctl -qw net.ipv4.igmp_max_msf=4096
programs
mv "$T/told" "$T/alone"
life_start trace --json --cgroup "$CG" || { not_ok "socklife starts"; finish; }
programs
life_stop
tags_end
is "nothing was lost" "$(footer '[.lost[][]] | add')" 0
is "programs get the same answers with socklife as without" "$(answers "$T/told")" "$(answers "$T/alone")"
is "a value larger than a page takes effect as without" "$(effects "$T/told")" "$(effects "$T/alone")"
is "an option of 6 KiB is taken whole" "$(figure v4.sources set) $(figure v4.sources sources)" "0:41:50463200:0 1500-same"
for ip in 4 6; do
	options $ip
	bind_and_listen $ip
done
finish
