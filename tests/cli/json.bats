#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --json: the lines are what the schema says, framed by a header and a footer.

load helpers/common.bash

@test "every line is JSON, the first is a header and the last a footer" {
	local command

	for command in life trace; do
		socklife "$command" --source fake --json
		[ "$status" = 0 ]
		[ "$(jq -c . <<<"$out" | wc -l)" = "$(wc -l <<<"$out")" ]
		same "$(head -1 <<<"$out" | jq -r .type)" header
		same "$(tail -1 <<<"$out" | jq -r .type)" footer
		same "$err" ''
	done
}

@test "every line keeps to the schema, which is a JSON Schema itself" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	socklife trace --source fake --json -v
	[ "$status" = 0 ]
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
	socklife life --source fake --json
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/out"
}

@test "the validator sees a key that the schema has not, and one that is missing" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	socklife schema
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/schema.json"
	socklife trace --source fake --json
	jq -c '.unheard = 1' <<<"$out" >"$BATS_TEST_TMPDIR/more"
	run "$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/more"
	[ "$status" = 1 ]
	has "$output" "'unheard' was unexpected"
	jq -c 'del(.cookie, .schema, .seen)' <<<"$out" >"$BATS_TEST_TMPDIR/less"
	run "$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/less"
	[ "$status" = 1 ]
	has "$output" "'cookie' is a required property"
}

@test "life shows lives alone, the open ones marked; trace shows events too" {
	socklife life --source fake --json
	same "$(jq -r .type <<<"$out" | sort | uniq -c | tr -s ' ')" "$(printf ' 1 footer\n 1 header\n 3 life')"
	same "$(jq -r 'select(.open) | .cookie' <<<"$out")" 1000
	socklife trace --source fake --json
	same "$(jq -r .type <<<"$out" | sort | uniq -c | tr -s ' ')" "$(printf ' 42 event\n 1 footer\n 1 header\n 3 life')"
}

@test "events come in time order" {
	socklife trace --source fake --json
	jq -r 'select(.type == "event") | .ts_ns' <<<"$out" >"$BATS_TEST_TMPDIR/times"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/times")" = 42 ]
	sort -n -c "$BATS_TEST_TMPDIR/times"
}

@test "times agree: ts, ts_ns, and mono_ns plus the header's offset" {
	local offset ts ns mono

	socklife trace --source fake --json -c 1
	offset=$(jq -r 'select(.type == "header") | .realtime_offset_ns' <<<"$out")
	read -r ts ns mono < <(jq -r 'select(.type == "event") | "\(.ts) \(.ts_ns) \(.mono_ns)"' <<<"$out")
	[ "$ns" = $((mono + offset)) ]
	[ "$(date -u -d "$ts" +%s%N)" = "$ns" ]
}

@test "the two ends of a connection name each other" {
	socklife life --source fake --json
	same "$(jq -r 'select(.role == "client") | .peer' <<<"$out")" 1002
	same "$(jq -r 'select(.role == "server") | .peer' <<<"$out")" 1001
	same "$(jq -c 'select(.role == "client") | [.isn_local, .isn_remote]' <<<"$out")" \
		"$(jq -c 'select(.role == "server") | [.isn_remote, .isn_local]' <<<"$out")"
}

@test "a life tells calls, handshake, close, bytes" {
	socklife life --source fake --json role client
	same "$(jq -c 'select(.type == "life") | [.calls.send.count, .handshake.outcome, .handshake.syn_retrans, .close.class,
		.close.first_fin, .flow.bytes_sent, .flow.bytes_received, .errors, .complete]' <<<"$out")" \
		'[1,"established",0,"active","local",78,853,{},true]'
}

@test "what is not watched is named with -v, and absent without" {
	socklife life --source fake --json -v role client
	same "$(jq -c 'select(.type == "life") | .not_watched' <<<"$out")" '["udp-end","unix","denied"]'
	socklife life --source fake --json role client
	same "$(jq -c 'select(.type == "life") | has("not_watched")' <<<"$out")" false
	same "$(head -1 <<<"$out" | jq -c '[(.watched | length), .not_watched]')" '[48,["udp-end","unix","denied"]]'
}

@test "the footer's sums agree: seen is delivered and lost, by type" {
	socklife trace --source fake --json
	same "$(tail -1 <<<"$out" | jq -c '. as $f | [.seen | to_entries[] | .value - $f.delivered[.key] - ([$f.lost[.key][]] | add)]')" \
		'[0,0,0]'
	same "$(tail -1 <<<"$out" | jq -c '[.sockets, .events, .lives, .lives_open, .lost_total, .exit]')" '[3,42,3,1,0,"end"]'
}

@test "a filter is in the header, quotes and all" {
	socklife life --source fake --json 'comm "curl"'
	same "$(head -1 <<<"$out" | jq -r .filter)" 'comm "curl"'
	same "$(jq -r 'select(.type == "life") | .owner.comm' <<<"$out")" curl
}
