#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Live runs: the command after "--", signals, and what ends a run. On a kernel or as a user that cannot trace: skipped.

load helpers/common.bash

setup() {
	"$SOCKLIFE" check >/dev/null 2>"$BATS_TEST_TMPDIR/check" || skip "$(head -2 "$BATS_TEST_TMPDIR/check" | tr '\n' ' ')"
}

teardown() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
}

# A run in the background; returns once it says that it traces.
begin() {
	"$SOCKLIFE" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	for _ in {1..600}; do
		grep -q '^socklife .*source=' "$BATS_TEST_TMPDIR/err" && return
		sleep 0.05
	done
	cat "$BATS_TEST_TMPDIR/err"
	return 1
}

finish() {
	status=0
	wait "$pid" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

@test "the exit code is the command's" {
	local code

	for code in 0 1 42; do
		socklife -q -- sh -c "exit $code"
		[ "$status" = "$code" ]
	done
	socklife -q -- sh -c 'kill -KILL $$'
	[ "$status" = 137 ]
}

@test "a command that does not exist is 127, one that cannot be run is 126" {
	socklife -q -- socklife-test-no-such-program
	[ "$status" = 127 ]
	has "$err" "cannot start 'socklife-test-no-such-program'"
	has "$err" 'No such file or directory'
	socklife -q -- /dev/null
	[ "$status" = 126 ]
	has "$err" 'Permission denied'
}

@test "the command has its own options, input and output" {
	run bash -c 'echo hello | "$0" --json -- cat - 2>/dev/null' "$SOCKLIFE"
	[ "$status" = 0 ]
	has "$output" hello
	has "$output" '"exit":"command"'
}

@test "both ends of a command's connection are shown, whoever the server is" {
	/usr/bin/python3 -c '
import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
c.sendall(c.recv(64))
c.recv(1)' >"$BATS_TEST_TMPDIR/port" 3>&- &
	server=$!
	until [ -s "$BATS_TEST_TMPDIR/port" ]; do sleep 0.05; done
	socklife --json -- /usr/bin/python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b"x" * 33)
assert len(s.recv(64)) == 33
s.close()' "$(cat "$BATS_TEST_TMPDIR/port")"
	[ "$status" = 0 ]
	same "$(jq -r 'select(.type == "life" and .role == "client") | "\(.handshake.outcome) \(.flow.bytes_sent)"' <<<"$out")" \
		'established 33'
	same "$(jq -r 'select(.type == "life" and .role == "server") | "\(.handshake.outcome) \(.flow.bytes_received)"' <<<"$out")" \
		'established 33'
}

@test "SIGINT and SIGTERM stop a run cleanly, with its footer and exit 0" {
	local signal

	for signal in INT TERM; do
		begin life --cgroup none pid 1 and pid 2
		kill -"$signal" "$pid"
		finish
		[ "$status" = 0 ]
		has "$err" ' lost, '
	done
}

@test "a signal for socklife alone goes on to the command, which ends the run" {
	begin life -- sleep 30
	kill -TERM "$pid"
	finish
	[ "$status" = 143 ]
	has "$err" ' lost, '
}

@test "a command that handles the signal decides about its exit code" {
	begin life -- sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done'
	until grep -q ready "$BATS_TEST_TMPDIR/out"; do sleep 0.05; done
	kill -TERM "$pid"
	finish
	[ "$status" = 9 ]
}

@test "-d ends a live run in time" {
	local began ended

	began=$(date +%s%N)
	socklife --json --cgroup none -d 300ms pid 1 and pid 2
	ended=$(date +%s%N)
	[ "$status" = 0 ]
	has "$(tail -1 <<<"$out")" '"exit":"duration"'
	jq -e 'select(.type == "footer") | .duration_s >= 0.3 and .duration_s < 2' <<<"$out" >/dev/null
	[ $(((ended - began) / 1000000)) -ge 300 ]
}

@test "--strict exits 5 when something was lost, and the footer says what" {
	local two='
import socket
a, b = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))'
	socklife --strict --max-sockets 1 -- /usr/bin/python3 -c "$two"
	[ "$status" = 5 ]
	has "$err" 'table-full'
	has_not "$err" ' 0 lost'
	socklife --strict --max-sockets 1000 -- /usr/bin/python3 -c "$two"
	[ "$status" = 0 ]
	has "$err" ' 0 lost'
}

@test "what a live run shows and what its recording shows are the same" {
	socklife trace -q --save "$BATS_TEST_TMPDIR/live.rec" -- /usr/bin/python3 -c '
import socket
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
server.accept()[0].close()'
	[ "$status" = 0 ]
	[ "$(wc -l <<<"$out")" -ge 20 ]
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/live"
	socklife trace -q --read "$BATS_TEST_TMPDIR/live.rec"
	diff "$BATS_TEST_TMPDIR/live" "$BATS_TEST_TMPDIR/out"
}

@test "live JSON keeps to the schema" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	socklife trace --json -v -- /usr/bin/python3 -c '
import socket
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    server = socket.create_server((address, 0), family=family)
    client = socket.create_connection(server.getsockname()[:2])
    accepted = server.accept()[0]
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.sendall(b"x" * 1000)
    accepted.recv(10)
    accepted.close()
    client.close()
    port = server.getsockname()[1]
    server.close()
    try:
        socket.create_connection((address, port))
    except OSError:
        pass
    datagram = socket.socket(family, socket.SOCK_DGRAM)
    datagram.sendto(b"x", (address, port))'
	[ "$status" = 0 ]
	[ "$(grep -c '"type":"life"' <<<"$out")" -ge 8 ]
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
}
