# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For live tests, sourced: `. "$(dirname "$0")/lib.sh"; live_begin NAME`. Each test has a network namespace ($NS, lo up), a
# cgroup ($CG) and a scratch directory ($T) of its own, and nothing else is touched. Whatever happens, the trap ends
# what was started here and removes the three. TAP: ok, not_ok, skip, check, is, finish of tests/tap.sh.

set -u
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SOCKLIFE=${SOCKLIFE:-$root/build/socklife}
LOAD=${SOCKLIFE_LOAD:-$root/build/tests/socklife-load}
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
SL_SCALE=${SL_SCALE:-1} # so many times slower than a machine is what runs here: an emulated guest
NS= CG= T=
live_pids=()

# sized N: how many of something the test makes, where the number itself proves nothing.
sized() { echo $(($1 / SL_SCALE)); }

cgroup2_mount() { findmnt -n -r -t cgroup2 -o TARGET | head -n 1; }

# SOURCE=kmod: records come from the kernel module, which the CLI prefers where it is loaded.
live_module() {
	local ko=$root/build/kmod/$(uname -r)/socklife.ko
	[ -e /dev/socklife ] || insmod "$ko" stats=0 || skip_all "the module cannot be loaded: $ko"
}

# live_begin NAME: the test's own namespace, cgroup and directory; skips the whole file where that cannot be.
live_begin() {
	local mount
	[ "$(id -u)" = 0 ] || skip_all "needs root: namespaces, cgroups and BPF programs"
	mount=$(cgroup2_mount)
	[ -n "$mount" ] || skip_all "no cgroup2 file system is mounted"
	[ "${SOURCE:-}" != kmod ] || live_module
	"$SOCKLIFE" check >/dev/null 2>&1
	case $? in
	3) skip_all "no privilege: $("$SOCKLIFE" check 2>&1 | tail -n 1)" ;;
	4) skip_all "this kernel allows no BPF source: $("$SOCKLIFE" check 2>&1 | tail -n 1)" ;;
	esac
	trap live_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	T=$(mktemp -d)
	NS=slt-$$-$1
	CG=$mount/slt-$$-$1
	ip netns add "$NS" || exit 1
	mkdir "$CG" || exit 1
	ip -n "$NS" link set lo up
}

live_end() {
	local pid i
	trap - EXIT INT TERM
	for pid in "${live_pids[@]}"; do
		kill -9 "$pid"
		wait "$pid"
	done 2>/dev/null
	if [ -n "$CG" ] && [ -d "$CG" ]; then
		while read -r pid; do kill -9 "$pid" 2>/dev/null; done <"$CG/cgroup.procs"
		for i in $(seq 100); do # until the killed ones are gone
			rmdir "$CG" 2>/dev/null && break
			sleep 0.02
		done
	fi
	[ -z "$NS" ] || ip netns del "$NS" 2>/dev/null
	[ -z "$T" ] || rm -rf "$T"
}

# in_net CMD...: in the test's namespace and cgroup. nsenter keeps the mounts, and unlike `ip netns exec` opens no socket.
in_net() {
	nsenter --net="/run/netns/$NS" sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$CG" "$@"
}

# spawn CMD...: in_net in the background; its pid is $spawned.
spawn() {
	nsenter --net="/run/netns/$NS" sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$CG" "$@" <&0 &
	spawned=$!
	live_pids+=("$spawned")
}

# hold_start ARGUMENT...: socklife-load hold, returns once all is open; hold_end lets it close them, and waits for its end.
# Its output: $T/held.
hold_start() {
	: >"$T/held"
	rm -f "$T/hold.in"
	mkfifo "$T/hold.in"
	exec {hold_fd}<>"$T/hold.in" # read and write: the opening does not wait for the other end
	spawn "$LOAD" hold "$@" >"$T/held" <&"$hold_fd"
	hold_pid=$spawned
	wait_for 60 grep -q ^held "$T/held"
}

hold_end() {
	echo >&"$hold_fd"
	exec {hold_fd}>&-
	wait "$hold_pid"
}

# wait_for SECONDS CMD...: until CMD succeeds; 1 when it never did.
wait_for() {
	local end=$((SECONDS + $1 * SL_SCALE + 1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}

listening() { [ -n "$(in_net ss -Hltn "sport = :$1")" ]; }

# life_start [CLI ARGUMENT]...: socklife in the background; returns once it is attached and has printed its header.
# Output: $T/out, messages: $T/err.
life_start() {
	: >"$T/out"
	: >"$T/err"
	"$SOCKLIFE" "$@" >"$T/out" 2>"$T/err" </dev/null &
	life_pid=$!
	live_pids+=("$life_pid")
	if ! wait_for 120 life_attached_or_gone || ! life_attached; then
		diag "socklife $* did not attach:" "$(cat "$T/err")"
		return 1
	fi
}

life_attached() { grep -q '^socklife [0-9]' "$T/err" || grep -q '^{"type":"header"' "$T/out"; }
life_attached_or_gone() { life_attached || ! kill -0 "$life_pid"; }

# life_stop: SIGINT and wait; the exit code is $life_exit.
life_stop() {
	kill -INT "$life_pid" 2>/dev/null
	wait "$life_pid"
	life_exit=$?
}

# life_run CMD... : socklife trace --json over the test's cgroup while CMD runs in it.
life_run() {
	life_start trace --json --cgroup "$CG" || return 1
	in_net "$@" >"$T/cmd.out" 2>"$T/cmd.err" </dev/null
	cmd_exit=$?
	life_stop
}

# watched FACT: does this kernel show it at level calls? What depends on it is left out, and said, where it does not.
watched() {
	[ -s "$T/facts" ] || "$SOCKLIFE" check --json --level calls >"$T/facts"
	jq -e --arg fact "$1" '.facts[] | select(.fact == $fact) | .watched' "$T/facts" >/dev/null
}

# Of $T/out: records by type, and a number of them. jq keeps 64-bit numbers only as text, so ts_ns is a string.
events() { jq -c "select(.type == \"event\" and ($1))" "$T/out"; }
lives() { jq -c "select(.type == \"life\" and (${1:-true}))" "$T/out"; }
count() { lives "${1:-true}" | wc -l; }
sum() { jq -n "[inputs | select(.type == \"life\" and ($1)) | $2] | add // 0" "$T/out"; } # sum CONDITION FIELD
footer() { jq -r "select(.type == \"footer\") | $1" "$T/out"; }

# snmp PROTO FIELD: the namespace's own counter, of /proc/net/snmp or /proc/net/netstat.
snmp() {
	in_net cat /proc/net/snmp /proc/net/netstat | awk -v proto="$1:" -v field="$2" '
		$1 != proto { next }
		!heading { heading = 1; for (i = 2; i <= NF; i++) if ($i == field) at = i; next }
		{ print $at; exit }'
}

# quiet: the namespace has no TCP socket left, orphans included (TIME_WAIT is none). For wait_for.
quiet() { in_net cat /proc/net/sockstat /proc/net/sockstat6 | awk '/^TCP/ { n += $3 } END { exit n > 0 }'; }

# slow_lo: a loopback device so slow that segments of both directions cross on it (socklife-load simclose needs that).
slow_lo() { in_net tc qdisc replace dev lo root tbf rate 200kbit burst 1600 latency 2s; }
