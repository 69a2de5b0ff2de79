#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings: what was saved reads back as it was, and a damaged one is told from a whole one.

load helpers/common.bash

setup() {
	rec=$BATS_TEST_TMPDIR/run.rec
}

# What differs between a run and its recording by right: where it comes from, when the clock was read, and the host's name.
neutral() {
	jq -c 'if .type == "header" then del(.source, .realtime_offset_ns, .host) elif .type == "footer" then
		del(.duration_s) else del(.ts, .ts_ns) end'
}

@test "a recording shows the same text as the run that made it" {
	socklife trace --source fake --save "$rec"
	[ "$status" = 0 ]
	socklife trace --read "$rec"
	[ "$status" = 0 ]
	golden trace.txt
	socklife -r "$rec"
	golden life.txt
}

@test "a recording shows the same JSON as the run that made it" {
	socklife trace --source fake --save "$rec" --json
	neutral <<<"$out" >"$BATS_TEST_TMPDIR/was"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/was")" = 47 ]
	socklife trace --read "$rec" --json
	neutral <<<"$out" | diff "$BATS_TEST_TMPDIR/was" -
}

@test "a recording may come through a pipe" {
	socklife --source fake --save "$rec"
	run bash -c 'cat "$1" | "$0" -q -r -' "$SOCKLIFE" "$rec"
	[ "$status" = 0 ]
	same "$output" "$(cat "$HELPERS/life.txt")"
}

@test "a filter works on a recording as it does live" {
	socklife --source fake --save "$rec"
	socklife -q -r "$rec" role server
	[ "$(wc -l <<<"$out")" = 2 ]
}

@test "a recording is never overwritten" {
	socklife --source fake --save "$rec"
	socklife --source fake --save "$rec"
	[ "$status" = 1 ]
	has "$err" exists
}

@test "a recording that is cut anywhere gives an error that names it, and no crash" {
	local size at

	socklife trace --source fake --save "$rec"
	size=$(stat -c %s "$rec")
	for at in 1 15 16 100 167 168 170 183 184 1000 $((size / 2)) $((size - 200)) $((size - 1)); do
		head -c "$at" "$rec" >"$rec.cut"
		socklife trace --json -r "$rec.cut"
		[ "$status" = 1 ] || { echo "cut at $at: code $status"; return 1; }
		has "$err" run.rec.cut
		[ -z "$out" ] || jq -c . <<<"$out" >/dev/null
	done
}

@test "a recording with a flipped bit gives an error that names it, and no crash" {
	local size at

	socklife trace --source fake --save "$rec"
	size=$(stat -c %s "$rec")
	for at in 0 9 13 17 30 60 100 165 168 172 176 180 190 500 2000 $((size - 100)) $((size - 1)); do
		/usr/bin/python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[3])] ^= 4
open(sys.argv[2], "wb").write(data)' "$rec" "$rec.bad" "$at"
		socklife trace --json -r "$rec.bad"
		[ "$status" = 1 ] || { echo "bit at $at: code $status"; return 1; }
		has "$err" run.rec.bad
	done
}

@test "what stands before the damage is shown" {
	socklife trace --source fake --save "$rec"
	head -c $(($(stat -c %s "$rec") - 10)) "$rec" >"$rec.cut"
	socklife trace --json -r "$rec.cut"
	[ "$status" = 1 ]
	[ "$(grep -c '"type":"event"' <<<"$out")" = 42 ]
	has "$(tail -1 <<<"$out")" '"exit":"error"'
}
