#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What each level attaches, as the kernel lists it, by the programs that the running socklife holds: level life nothing that
# runs for each packet or each call, the other levels what `check` says, and after the end nothing is left.
. "$(dirname "$0")/lib.sh"
live_begin level
command -v bpftool >/dev/null || skip_all "bpftool is not installed"

# Of the running socklife: ids of the programs and links that it holds.
ids() { cat /proc/"$life_pid"/fdinfo/* 2>/dev/null | awk -v key="$1_id:" '$1 == key { print $2 }' | sort -un; }

# Sections of what is attached: tp_btf/NAME by the links' tracepoints, cgroup/TYPE by the links' attach types, iter/ by name.
attached() {
	bpftool -j link show | jq -r --arg ids "$(ids link)" '
		($ids | split("\n")) as $ids
		| .[] | select(.id | tostring | IN($ids[]))
		| if .tp_name then "tp_btf/" + .tp_name
			elif .type == "cgroup" then "cgroup/" + (.attach_type | sub("^cgroup_"; "") | sub("inet_sock"; "sock")
				| sub("inet(?<v>[46])_(?<name>.*)"; .name + .v))
			elif .type == "iter" then "iter/" + .target_name
			else "\(.type)/\(.attach_type)" end' | sort -u
}

tracepoints() { grep ^tp_btf/ "$T/attached.$1"; }

none_left() { # the kernel frees them a moment after the process has gone
	local id
	for id in $(cat "$T/progs.$1"); do ! bpftool prog show id "$id" || return 1; done
	for id in $(cat "$T/links.$1"); do ! bpftool link show id "$id" || return 1; done
}

for level in life io calls; do
	life_start life --json --cgroup "$CG" --level $level
	attached >"$T/attached.$level"
	ids prog >"$T/progs.$level"
	ids link >"$T/links.$level"
	life_stop
	"$SOCKLIFE" check --json --level $level | jq -r '.facts[] | select(.watched) | .hook' | sed 's/ + /\n/g' | sort -u \
		>"$T/check.$level"
done

# For each change of a TCP socket's state or of its congestion control's, its end, faults of it, memory that it was refused; skbs
# that are freed as dropped. Nothing else may be here.
allowed=$(printf 'tp_btf/%s\n' inet_sk_error_report inet_sock_set_state kfree_skb sock_exceed_buf_limit tcp_cong_state_set \
	tcp_destroy_sock tcp_receive_reset tcp_retransmit_skb tcp_send_reset)
cgroup_allowed=$(printf 'cgroup/%s\n' bind4 bind6 connect4 connect6 getpeername4 getpeername6 post_bind4 post_bind6 setsockopt \
	sock_create sock_release)
is "level life attaches tracepoints of states and faults, and of no packet and no call" \
	"$(comm -23 <(tracepoints life) - <<<"$allowed")" ""
is "level life attaches cgroup programs of a socket's begin and end, and none that sees packets, sends or receives" \
	"$(grep ^cgroup/ "$T/attached.life" | comm -23 - <(echo "$cgroup_allowed"))" ""
is "level io adds the two tracepoints of sends and receives" "$(comm -13 <(tracepoints life) <(tracepoints io))" \
	"$(printf 'tp_btf/%s\n' sock_recv_length sock_send_length)"
if grep -q 'fexit/\|fentry/' "$T/check.calls"; then
	skip "level calls adds those of calls and of segments" "this kernel offers functions instead"
else
	is "level calls adds those of calls and of segments" "$(comm -13 <(tracepoints io) <(tracepoints calls))" \
		"$(printf 'tp_btf/%s\n' cap_capable net_dev_start_xmit netif_receive_skb sk_data_ready sys_enter sys_exit tcp_probe \
			tcp_retransmit_synack)"
fi
for level in life io calls; do
	is "level $level: the tracepoints attached are those that check names" "$(tracepoints $level)" \
		"$(grep ^tp_btf/ "$T/check.$level")"
	check "level $level: programs and links were held" [ -s "$T/progs.$level" -a -s "$T/links.$level" ]
	if wait_for 10 none_left $level; then
		ok "level $level: after the end none of them is left"
	else
		not_ok "level $level: after the end none of them is left"
	fi
done
diag "cgroup programs of level life:" "$(grep ^cgroup/ "$T/attached.life" | tr '\n' ' ')"
finish
