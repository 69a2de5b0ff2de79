#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# socklife stats, from the fake source's scene, which is always the same.

load helpers/common.bash

@test "stats prints counters and a line for each measure" {
	socklife stats --source fake
	[ "$status" = 0 ]
	golden stats.txt
}

@test "stats MEASURE prints its histogram by powers of two" {
	socklife stats bytes_out --source fake
	[ "$status" = 0 ]
	golden stats-measure.txt
}

@test "stats --by FIELD prints a line for each value" {
	socklife stats rtt --by comm --source fake
	[ "$status" = 0 ]
	golden stats-by.txt
}

@test "groups that find no place are counted as other, and said" {
	socklife stats --by sock --source fake
	[ "$status" = 2 ]
	has "$err" "unknown field 'sock'"
	socklife stats --by comm --groups 1 --source fake
	has "$out" 'other: 2 sockets of more groups than 1; --groups N keeps more'
	socklife stats --by comm --groups 1 --source fake --json
	same "$(jq -c 'select(.other) | [.sockets, .bytes_out]' <<<"$out")" '[2,853]'
}

@test "a measure's name before a comparison is a filter" {
	socklife stats 'handshake > 1ms' --source fake
	[ "$status" = 0 ]
	has "$out" ': 0 sockets'
	socklife stats handshake 'bytes_out < 100' role client --source fake
	has "$out" ': 1 socket ·'
	socklife stats handshake --source fake 'rtx > 1'
	[ "$status" = 2 ]
	has "$err" 'rtx'
}

@test "with an interval each report counts its own time, and -c counts reports" {
	socklife stats -i 2ms --source fake
	same "$(grep -c '^2.0ms: ' <<<"$out")" 3
	has "$out" '2.0ms: 3 sockets, 1 listening, 1 open'
	socklife stats -i 2ms -c 2 --source fake --json
	same "$(jq -c 'select(.type == "stats") | [.report, .sockets, .duration_s]' <<<"$out" | paste -sd ' ')" \
		'[1,0,0.002] [2,0,0.002]'
	same "$(tail -1 <<<"$out" | jq -r .exit)" count
}

@test "JSON has the same numbers, in the schema's shape" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	socklife stats --by comm --source fake --json
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
	same "$(jq -c 'select(.group == "curl") | .measures.handshake | [.count, .min, .max]' <<<"$out")" '[1,20,20]'
	socklife stats --source fake --json
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
	same "$(jq -c 'select(.type == "stats") | [.sockets, .listeners, .outcomes.established]' <<<"$out")" '[3,1,2]'
}

@test "a recording gives the statistics of the run that made it" {
	socklife --source fake --save "$BATS_TEST_TMPDIR/rec" -q
	socklife stats -r "$BATS_TEST_TMPDIR/rec"
	[ "$status" = 0 ]
	golden stats.txt
}

@test "without a UTF-8 locale the bars are ASCII" {
	LC_ALL=C socklife stats handshake --source fake -q
	LC_ALL=C run grep -n '[^ -~]' "$BATS_TEST_TMPDIR/out"
	same "$output" ''
	has "$out" '100%  ####'
}
