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
	same "$(grep -v '^Running as' "$BATS_TEST_TMPDIR/complaints")" ''
	same "$(cut -f 2 "$BATS_TEST_TMPDIR/tshark" | tr '\n' ' ')" '48122 8080 48122 48122 8080 8080 48122 '
	same "$(cut -f 4,5 "$BATS_TEST_TMPDIR/tshark" | sort -u)" $'1\t1'
	has "$(head -1 "$BATS_TEST_TMPDIR/tshark")" 'pid=4242 comm=curl'
	same "$(tshark -r "$BATS_TEST_TMPDIR/x.pcapng" -Y _ws.malformed 2>/dev/null)" ''
}

@test "ctf is read by babeltrace2: each event and each life, with its time and what is known" {
	needs babeltrace2
	socklife export "$rec" --to ctf -o "$BATS_TEST_TMPDIR/ctf"
	[ "$status" = 0 ]
	babeltrace2 --clock-gmt --clock-date "$BATS_TEST_TMPDIR/ctf" >"$BATS_TEST_TMPDIR/lines" 2>"$BATS_TEST_TMPDIR/complaints"
	same "$(cat "$BATS_TEST_TMPDIR/complaints")" ''
	same "$(grep -c 'socklife:event' "$BATS_TEST_TMPDIR/lines")" 42
	same "$(grep -c 'socklife:life' "$BATS_TEST_TMPDIR/lines")" 3
	local line
	line=$(grep 'socklife:life.*comm = "curl"' "$BATS_TEST_TMPDIR/lines")
	has "$line" 'has_handshake_us = 1, handshake_us = 20,'
	has "$line" 'has_half_closed_us = 1'
	# the clock: what babeltrace2 makes of the header's time is what the event itself says
	line=$(head -1 "$BATS_TEST_TMPDIR/lines")
	same "$(sed 's/^\[\([^]]*\)\].*/\1/; s/ /T/' <<<"$line")" "$(sed 's/.* ts = "\([^"]*\)Z".*/\1/' <<<"$line")"
	socklife export "$rec" --to ctf -o "$BATS_TEST_TMPDIR/ctf"
	[ "$status" = 1 ]
	has "$err" 'File exists'
}

@test "sqlite is read by sqlite3: lives, events, and views that answer" {
	needs sqlite3
	local db=$BATS_TEST_TMPDIR/x.db
	socklife export "$rec" --to sqlite -o "$db"
	[ "$status" = 0 ]
	same "$(sqlite3 "$db" 'PRAGMA integrity_check')" ok
	same "$(sqlite3 "$db" 'SELECT count(*) FROM lives; SELECT count(*) FROM events')" $'3\n42'
	same "$(sqlite3 "$db" 'SELECT comm, handshake_us, bytes_sent, remote_ip FROM lives ORDER BY cookie')" \
		$'nginx|||\ncurl|20.0|78|127.0.0.1\nnginx|21.0|853|127.0.0.1'
	same "$(sqlite3 "$db" 'SELECT client_comm, server_comm, accept_wait_us FROM pairs')" 'curl|nginx|30.0'
	same "$(sqlite3 "$db" 'SELECT lives, failed FROM by_remote')" '1|0'
	same "$(sqlite3 "$db" 'SELECT count(*) FROM failures')" 0
	socklife export "$rec" --to sqlite
	[ "$status" = 2 ]
	has "$err" 'needs -o'
}

@test "perfetto is read by protoc: every slice that begins ends, on a track that was described" {
	needs protoc
	socklife export "$rec" --to perfetto -o "$BATS_TEST_TMPDIR/x.perfetto"
	[ "$status" = 0 ]
	protoc --decode=Trace -I "$HELPERS" "$HELPERS/perfetto.proto" <"$BATS_TEST_TMPDIR/x.perfetto" >"$BATS_TEST_TMPDIR/text"
	# a field that the schema does not have would be printed by its number
	same "$(grep -E '^ *[0-9]+[:{ ]' "$BATS_TEST_TMPDIR/text")" ''
	same "$(grep -c TYPE_SLICE_BEGIN "$BATS_TEST_TMPDIR/text")" "$(grep -c TYPE_SLICE_END "$BATS_TEST_TMPDIR/text")"
	has "$(cat "$BATS_TEST_TMPDIR/text")" 'name: "SYN-SENT"'
	has "$(cat "$BATS_TEST_TMPDIR/text")" 'process_name: "curl"'
	same "$(grep track_uuid "$BATS_TEST_TMPDIR/text" | tr -dc '0-9\n' | sort -u |
		comm -23 - <(grep ' uuid:' "$BATS_TEST_TMPDIR/text" | tr -dc '0-9\n' | sort -u))" ''
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
