#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# socklife top in a terminal of tmux, on the fake source's scene: what stands on the screen, keys, sizes, and that the terminal
# is as before whatever ends the run. Live: tests/live/top.sh.

load helpers/common.bash

setup() {
	command -v tmux >/dev/null || skip "tmux is not installed"
	TMUX_NAME=slt-$$-$BATS_TEST_NUMBER
	unset TMUX
}

teardown() {
	[ -z "${TMUX_NAME:-}" ] || mux kill-server 2>/dev/null || true
}

mux() { tmux -L "$TMUX_NAME" -f /dev/null "$@"; }
screen() { mux capture-pane -p -t 0; }

# begin COLUMNS LINES COMMAND...: runs it in a shell that then says how it ended and how the terminal is.
begin() {
	local columns=$1 lines=$2
	shift 2
	mux new-session -d -x "$columns" -y "$lines" "export LC_ALL=C.UTF-8; $*; echo \"ended \$?\"; stty -a | tr ';' '\n' | tr ' ' '\n' | grep -x -e '-*icanon' -e '-*echo'; sleep 100"
}

# shown TEXT: until it is on the screen.
shown() {
	local i
	for i in $(seq 200); do
		screen | grep -qF -- "$1" && return 0
		sleep 0.05
	done
	echo "never seen: $1"
	screen
	return 1
}

key() { mux send-keys -t 0 "$@"; }

terminal_is_sane() {
	shown "ended $1"
	shown icanon
	screen | grep -qx icanon
	screen | grep -qx echo
}

@test "at 80 by 24 the tables, their tabs and the keys are all there, and no line is broken" {
	begin 80 24 "$SOCKLIFE" top --source fake
	shown 'q quit'
	screen >"$BATS_TEST_TMPDIR/out"
	golden top-80x24.txt
	key 2
	shown '[2 processes 2]'
	screen >"$BATS_TEST_TMPDIR/out"
	golden top-processes.txt
	key Tab
	shown '[3 listeners 1]'
	screen | grep -q 'nginx\[911\] *127.0.0.1:8080'
	key Tab
	shown 'nothing has failed since this began'
}

@test "at 200 by 50 there are more columns" {
	begin 200 50 "$SOCKLIFE" top --source fake
	shown 'q quit'
	screen >"$BATS_TEST_TMPDIR/out"
	golden top-200x50.txt
}

@test "a new size is drawn anew" {
	begin 200 50 "$SOCKLIFE" top --source fake
	shown 'RECV-Q'
	mux resize-window -t 0 -x 80 -y 24
	for i in $(seq 100); do
		[ "$(screen | head -3)" = "$(head -3 "$HELPERS/top-80x24.txt")" ] && break
		sleep 0.05
	done
	screen >"$BATS_TEST_TMPDIR/out"
	golden top-80x24.txt
	mux resize-window -t 0 -x 40 -y 5
	shown 'too small'
	mux resize-window -t 0 -x 80 -y 24
	shown 'q quit'
}

@test "Enter opens the socket's page, its ladder first, and q goes back" {
	begin 120 40 "$SOCKLIFE" top --source fake role client
	shown '[1 sockets 1]'
	key Enter
	shown 'SYN'
	shown 'sock 1001'
	key q
	shown '[1 sockets 1]'
	shown 'q quit'
	key q
	terminal_is_sane 0
}

@test "a filter is entered, a wrong one is explained in place, and Escape leaves it" {
	begin 80 24 "$SOCKLIFE" top --source fake
	shown 'q quit'
	key / 'prt 80' Enter
	shown 'unknown word "prt"'
	shown 'did you mean "port"?'
	key C-u 'port 8080' Enter
	shown 'filter: port 8080'
	key / C-u 'foo'
	shown 'filter: foo_'
	key Escape
	shown 'q quit'
	shown 'filter: port 8080'
	key q
	terminal_is_sane 0
}

@test "sorting is said and turned round" {
	begin 100 24 "$SOCKLIFE" top --source fake
	shown 'by state'
	key s
	shown 'by owner'
	screen | sed -n 4p | grep -q curl
	key r
	shown 'by owner, reversed'
	screen | sed -n 4p | grep -q nginx
}

@test "in black and white, on a vt100, without UTF-8" {
	begin 80 24 NO_COLOR=1 TERM=vt100 LC_ALL=C "$SOCKLIFE" top --source fake
	shown 'q quit'
	shown '127.0.0.1:48122 -> 127.0.0.1:8080'
	! mux capture-pane -p -e -t 0 | grep -q $'\033\[3[0-9]m'
	LC_ALL=C run grep -n '[^ -~]' <(screen)
	same "$output" ''
	key q
	terminal_is_sane 0
}

@test "signals leave the terminal as it was" {
	local signal

	for signal in INT TERM HUP QUIT; do
		TMUX_NAME=slt-$$-$signal # a server that goes would take a new session with it
		begin 80 24 "$SOCKLIFE" top --source fake
		shown 'q quit'
		pkill -"$signal" -P "$(mux display-message -p -t 0 '#{pane_pid}')" -x socklife
		terminal_is_sane 0
		mux kill-server
	done
}

@test "a stop gives the terminal back, and going on draws again" {
	begin 80 24 "bash --norc -i -c 'set -m; $SOCKLIFE top --source fake; stty -a >$BATS_TEST_TMPDIR/stopped; fg; true'"
	shown 'q quit'
	key C-z
	for i in $(seq 200); do
		[ -s "$BATS_TEST_TMPDIR/stopped" ] && break
		sleep 0.05
	done
	grep -q ' icanon' "$BATS_TEST_TMPDIR/stopped"
	grep -q ' echo ' "$BATS_TEST_TMPDIR/stopped"
	key 2
	shown '[2 processes 2]'
	key q
	terminal_is_sane 0
}

@test "without a terminal, or one that nobody knows, it says what to do" {
	socklife top --source fake
	[ "$status" = 2 ]
	has "$err" 'top: no terminal to draw on'
	has "$err" 'socklife ls'
	begin 80 24 TERM=nosuch "$SOCKLIFE" top --source fake
	shown 'TERM names a terminal that is not known here'
	terminal_is_sane 2
}
