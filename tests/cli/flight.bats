#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# record and its flight recorder, as far as it needs no kernel: names, reasons, what is refused.

load helpers/common.bash

setup() {
	rec=$BATS_TEST_TMPDIR/flight.rec
}

@test "a flight recorder writes what it kept at the end, under a name that is free" {
	socklife record --source fake -F 5m,500MB -o "$rec"
	[ "$status" = 0 ]
	has "$err" "$rec: the last"
	socklife record --source fake -F 10s -o "$rec"
	has "$err" "$rec.2: the last"
	socklife replay "$rec.2" trace
	golden trace.txt
}

@test "--on writes when it is seen, and nothing when it is not" {
	socklife record --source fake -F 5m --on 'event outcome' -o "$rec"
	[ "$status" = 0 ]
	has "$err" '(--on)'
	rm "$rec"
	socklife record --source fake -F 5m --on 'errno ECONNREFUSED' -o "$rec"
	[ "$status" = 0 ]
	has "$err" 'nothing was written'
	[ ! -e "$rec" ]
}

@test "what to keep, and on what, is checked before anything runs" {
	socklife record --source fake -F 5x -o "$rec"
	[ "$status" = 2 ]
	has "$err" "'5x' is not what to keep"
	socklife record --source fake -F 5m,,1MB -o "$rec"
	[ "$status" = 2 ]
	socklife record --source fake --on tcp -o "$rec"
	[ "$status" = 2 ]
	has "$err" 'add -F'
	socklife record --source fake -F 5m --on 'errno EFOO' -o "$rec"
	[ "$status" = 2 ]
	has "$err" "--on 'errno EFOO'"
	[ -z "$(ls "$BATS_TEST_TMPDIR" | grep flight.rec)" ]
}

@test "a recorder says where it wrote, and how much a life took" {
	socklife record --source fake -o "$rec"
	[ "$status" = 0 ]
	has "$err" 'bytes a life'
	[ "$(stat -c %a "$rec")" = 600 ]
	[ ! -e "$rec.part" ]
}

@test "the part of a killed recorder is told, and read" {
	socklife record --source fake -q -o "$rec"
	head -c $(($(stat -c %s "$rec") - 40)) "$rec" >"$rec.part"
	rm "$rec"
	socklife record --source fake -q -o "$rec"
	[ "$status" = 1 ]
	has "$err" "$rec.part: exists"
	has "$err" 'socklife replay'
	socklife replay "$rec.part"
	[ "$status" = 1 ]
	has "$out" '3 lives, 42 events'
	has "$out" 'not whole'
}
