#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings as files of their own: record, replay, export. Each format is read back by the tool that it is for.

load helpers/common.bash

setup() {
	rec=$BATS_TEST_TMPDIR/run.rec
	"$SOCKLIFE" record -q --source fake -o "$rec"
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

@test "replay runs any command on a recording" {
	socklife replay "$rec" trace
	[ "$status" = 0 ]
	golden trace.txt
	socklife replay "$rec" life role server
	[ "$(wc -l <<<"$out")" = 2 ]
	socklife replay "$rec" role server
	[ "$(wc -l <<<"$out")" = 2 ]
}

@test "replay alone says what a recording holds" {
	socklife replay "$rec"
	[ "$status" = 0 ]
	has "$out" whole
	has "$out" '3 lives, 42 events, 8 identities'
}

@test "a recording that is not named, or not there, is an error" {
	socklife replay
	[ "$status" = 2 ]
	has "$err" 'needs a recording'
	socklife export "$BATS_TEST_TMPDIR/none" --to csv
	[ "$status" = 1 ]
	has "$err" 'No such file'
}

@test "an unknown format is told from the known ones" {
	socklife export "$rec" --to pcap
	[ "$status" = 2 ]
	has "$err" 'did you mean --to pcapng'
	socklife export "$rec"
	[ "$status" = 2 ]
	has "$err" 'needs --to'
}

@test "jsonl is what trace --json prints" {
	socklife export "$rec" --to jsonl
	[ "$status" = 0 ]
	same "$(jq -r .type <<<"$out" | sort | uniq -c | tr -s ' \n' ' ')" ' 42 event 1 footer 1 header 3 life '
}

@test "csv has a line for each life, and what is not known is empty" {
	socklife export "$rec" --to csv
	[ "$status" = 0 ]
	same "$(/usr/bin/python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print(row["comm"], row["role"], row["handshake_us"], row["bytes_sent"], row["remote_port"])' "$BATS_TEST_TMPDIR/out")" \
		'curl client 20.000 78 8080
nginx server 21.000 853 48122
nginx listener   '
	socklife export "$rec" --to csv-events event segment
	[ "$status" = 0 ]
	same "$(wc -l <<<"$out")" 14
}

@test "pcapng is read by tshark: segments once each, in order, with the process in a comment" {
	needs tshark
	socklife export "$rec" --to pcapng -o "$BATS_TEST_TMPDIR/x.pcapng"
	[ "$status" = 0 ]
	tshark -r "$BATS_TEST_TMPDIR/x.pcapng" -T fields -e tcp.flags.str -e tcp.srcport -e frame.comment \
		-o tcp.check_checksum:TRUE -e tcp.checksum.status -e ip.checksum.status -o ip.check_checksum:TRUE \
		>"$BATS_TEST_TMPDIR/tshark" 2>"$BATS_TEST_TMPDIR/complaints"
	! grep -v '^Running as' "$BATS_TEST_TMPDIR/complaints"
	same "$(cut -f 2 "$BATS_TEST_TMPDIR/tshark" | tr '\n' ' ')" '48122 8080 48122 48122 8080 8080 48122 '
	same "$(cut -f 4,5 "$BATS_TEST_TMPDIR/tshark" | sort -u)" $'1\t1'
	has "$(head -1 "$BATS_TEST_TMPDIR/tshark")" 'pid=4242 comm=curl'
	same "$(tshark -r "$BATS_TEST_TMPDIR/x.pcapng" -Y _ws.malformed 2>/dev/null)" ''
}

@test "an output is written whole or not at all" {
	mkdir "$BATS_TEST_TMPDIR/there"
	socklife export "$rec" --to csv -o "$BATS_TEST_TMPDIR/there"
	[ "$status" = 1 ]
	has "$err" 'Is a directory'
	socklife export "$BATS_TEST_TMPDIR/none" --to csv -o "$BATS_TEST_TMPDIR/x.csv"
	[ "$status" = 1 ]
	same "$(ls "$BATS_TEST_TMPDIR" | grep x.csv)" ''
	socklife export "$rec" --to csv -o "$BATS_TEST_TMPDIR/x.csv"
	[ "$status" = 0 ]
	same "$(ls "$BATS_TEST_TMPDIR" | grep x.csv)" x.csv
}
