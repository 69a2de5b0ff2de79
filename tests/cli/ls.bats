#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# socklife ls and show, from a recording or the fake source: the sockets that were open at its end. Live: tests/live/ls.sh.

load helpers/common.bash

@test "of a recording ls shows the sockets that were open at its end, without privilege" {
	socklife --source fake --save "$BATS_TEST_TMPDIR/rec" -q
	socklife ls -r "$BATS_TEST_TMPDIR/rec"
	[ "$status" = 0 ]
	same "$(wc -l <<<"$out")" 2
	has "$out" 'nginx[911]'
	has "$out" 'LISTEN'
	socklife ls -r "$BATS_TEST_TMPDIR/rec" role client
	same "$(wc -l <<<"$out")" 1
}

@test "ls --json is JSON Lines of the schema, the sockets marked open" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	socklife ls --source fake --json
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
	same "$(jq -r 'select(.type == "life") | [.cookie, .open] | @tsv' <<<"$out")" $'1000\ttrue'
}

@test "ls of this machine keeps to the schema" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	python3 -c '
import socket, subprocess, sys
l = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(l.getsockname()); u = socket.socketpair()
sys.exit(subprocess.call(sys.argv[1:], stdout=open(sys.argv[0] if 0 else "'"$BATS_TEST_TMPDIR"'/out", "w")))' "$SOCKLIFE" ls --json
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
	[ "$(grep -c '"diag"' "$BATS_TEST_TMPDIR/out")" -ge 4 ]
}

@test "columns of ls are chosen as those of life" {
	socklife ls --source fake -o sock,state
	same "$(tail -1 <<<"$out" | tr -s ' ')" ' 1000 LISTEN'
	socklife ls --source fake -o +netns
	has "$out" 'NETNS'
	has "$out" 'RECV-Q'
}

@test "show takes the cookie as ss prints it, with or without sk:" {
	local sock

	for sock in 1000 sk:1000 0x1000 4096; do
		socklife show "$sock" --source fake
		[ "$status" = 0 ]
		same "$(head -1 <<<"$out")" 'sock 1000  tcp  LISTEN  listener'
	done
}

@test "show names what it did not find, and what is no cookie" {
	socklife show 77 --source fake
	[ "$status" = 1 ]
	has "$err" 'no socket 77'
	socklife show
	[ "$status" = 2 ]
	has "$err" 'a socket is missing'
	socklife show foo
	[ "$status" = 2 ]
	has "$err" "'foo' is not a socket"
}

@test "what only tracing can do needs a time to trace" {
	socklife ls --cgroup /
	[ "$status" = 2 ]
	has "$err" '--cgroup is for tracing'
	has "$err" 'socklife ls -d 5s --cgroup'
}

@test "listen prints a line for each listener, with the connections that came out of it" {
	socklife listen --source fake
	[ "$status" = 0 ]
	same "$(tail -1 <<<"$out" | awk '{ print $1, $2, $6, $11, $13, $14 }')" 'nginx[911] 127.0.0.1:8080 1 30µs 30µs 1000'
	socklife listen --source fake port 81
	same "$(wc -l <<<"$out")" 1
	socklife listen --source fake --json
	same "$(jq -c 'select(.type == "life") | .connections | [.count, .accepted, .accept_wait.p50]' <<<"$out")" '[1,1,30]'
}

@test "listen --json keeps to the schema" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	socklife listen --source fake --json
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
}
