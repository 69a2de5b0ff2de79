#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the commands print, from the fake source's scene, which is always the same.

load helpers/common.bash

@test "bare socklife prints a line for each socket that ended" {
	socklife --source fake
	[ "$status" = 0 ]
	golden life.txt
}

@test "life is what bare socklife is" {
	socklife life --source fake
	[ "$status" = 0 ]
	golden life.txt
}

@test "trace prints a line for each event, and one for each life that ended" {
	socklife trace --source fake
	[ "$status" = 0 ]
	golden trace.txt
}

@test "without a UTF-8 locale all output is ASCII" {
	LC_ALL=C socklife trace --source fake
	[ "$status" = 0 ]
	LC_ALL=C run grep -n '[^ -~]' "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
	same "$output" ''
	has "$out" '127.0.0.1:48122 -> 127.0.0.1:8080'
}

@test "the header and the footer are on standard error, and --quiet leaves them out" {
	socklife --source fake port 8080
	has "$err" 'socklife 0.'
	has "$err" 'source=fake'
	has "$err" 'filter: port 8080'
	has "$err" 'level: life'
	has "$err" '3 sockets, 42 events, 0 lost'
	socklife --source fake -q
	same "$err" ''
}

@test "a filter leaves out what it does not match" {
	socklife --source fake -q role server
	[ "$(wc -l <<<"$out")" = 2 ]
	has "$out" nginx
	has_not "$out" curl
	socklife --source fake -q port 81
	[ "$(wc -l <<<"$out")" = 1 ]
}

@test "options may stand behind the filter" {
	socklife port 8080 --source fake -q role client
	[ "$status" = 0 ]
	[ "$(wc -l <<<"$out")" = 2 ]
}

@test "--netns leaves out other namespaces" {
	socklife --source fake -q --netns 4026531840
	[ "$(wc -l <<<"$out")" = 3 ]
	socklife --source fake -q --netns 1
	[ "$(wc -l <<<"$out")" = 1 ]
}

@test "-c ends after so many lives, or events in trace" {
	socklife --source fake -q -c 1
	[ "$(wc -l <<<"$out")" = 2 ]
	socklife trace --source fake -q -c 5
	[ "$(wc -l <<<"$out")" = 5 ]
	socklife trace --source fake --json -c 5
	[ "$(grep -c '"type":"event"' <<<"$out")" = 5 ]
	has "$(tail -1 <<<"$out")" '"exit":"count"'
}

@test "-d ends after a time, in a recording by its own clock" {
	socklife trace --source fake --json -d 1ms
	[ "$status" = 0 ]
	[ "$(grep -c '"type":"event"' <<<"$out")" = 5 ]
	has "$(tail -1 <<<"$out")" '"exit":"duration"'
}

@test "--time shows relative, absolute, no times, or those between the lines" {
	socklife trace --source fake -q -c 3 --time none
	has "$(head -1 <<<"$out")" 'nginx[911]'
	[[ $out == nginx* ]]
	socklife trace --source fake -q -c 3 --time abs
	[[ $out =~ ^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}\ \ nginx ]]
	socklife trace --source fake -q -c 3 --time delta
	has "$(tail -1 <<<"$out")" '0.011 ms'
	socklife --source fake -q --time rel
	has "$(head -1 <<<"$out")" TIME
}

@test "columns are chosen, added and listed" {
	socklife --source fake -q -o sock,end
	same "$out" "$(printf '     SOCK  END\n     1001  closed (local FIN first)\n     1002  closed (peer FIN first)')"
	socklife --source fake -q -o +sock
	has "$(head -1 <<<"$out")" 'END'
	has "$(head -1 <<<"$out")" 'SOCK'
	socklife -o help
	[ "$status" = 0 ]
	has "$out" 'accept-wait'
}

@test "no colour goes into a file" {
	socklife trace --source fake
	has "$out" 'SYN-SENT'
	has_not "$out" $'\033'
}

@test "--color, CLICOLOR_FORCE and NO_COLOR decide about colour, in this order" {
	socklife trace --source fake --color always
	has "$out" $'\033['
	NO_COLOR=1 socklife trace --source fake --color always
	has "$out" $'\033['
	CLICOLOR_FORCE=1 socklife trace --source fake
	has "$out" $'\033['
	CLICOLOR_FORCE=0 socklife trace --source fake
	has_not "$out" $'\033['
	NO_COLOR=1 CLICOLOR_FORCE=1 socklife trace --source fake
	has_not "$out" $'\033['
	CLICOLOR_FORCE=1 socklife trace --source fake --color never
	has_not "$out" $'\033['
}

@test "colour changes nothing but colour" {
	socklife trace --source fake --color always
	sed 's/\x1b\[[0-9]*m//g' <<<"$out" | diff "$HELPERS/trace.txt" -
}

@test "a reader that goes away is no error" {
	run bash -c 'set -o pipefail; "$0" trace --source fake | head -1; echo "codes ${PIPESTATUS[*]}"' "$SOCKLIFE"
	has "$output" 'socket(tcp)'
	has "$output" 'codes 0 0'
	run bash -c '"$0" --source fake --json 2>&1 >&3 3>&- | cat; echo "${PIPESTATUS[0]}"' "$SOCKLIFE" 3> >(exec true)
	has_not "$output" 'cannot write'
}

@test "a full disk is an error with its cause, told once" {
	run bash -c '"$0" trace --source fake -q >/dev/full' "$SOCKLIFE"
	[ "$status" = 1 ]
	has "$output" 'cannot write to standard output'
	has "$output" 'No space left on device'
	[ "$(grep -c '^socklife: ' <<<"$output")" = 1 ]
	run bash -c '"$0" schema >/dev/full' "$SOCKLIFE"
	[ "$status" = 1 ]
	has "$output" 'No space left on device'
}

@test "--help, help and help of a command go to standard output with exit 0" {
	local line

	for line in --help -h help 'help life' 'trace --help' 'check -h' 'help schema' 'version --help'; do
		socklife $line
		[ "$status" = 0 ]
		same "$err" ''
		has "$out" 'Usage: socklife'
		has "$out" 'Exit: 0'
	done
	socklife help check
	has_not "$out" --columns
}

@test "the version is the same everywhere" {
	socklife --version
	[ "$status" = 0 ]
	has "$out" 'socklife 0.'
	same "$("$SOCKLIFE" version)" "$out"
	same "$("$SOCKLIFE" version --json | jq -r '"socklife \(.tool)\nabi \(.abi)\nschema \(.schema)"')" "$out"
}

@test "check names each fact, the hook that watches it, or why it is not watched" {
	socklife check --source fake
	[ "$status" = 0 ]
	has "$out" 'kernel    '
	[ "$(grep -c '^yes ' <<<"$out")" = 48 ]
	[ "$(grep -c '^no  ' <<<"$out")" = 3 ]
	[ "$(grep -c ' why: ' <<<"$out")" = 3 ]
	has "$out" '48 of 51 facts are watched'
}

@test "check --json is one object with all facts" {
	socklife check --source fake --json
	[ "$status" = 0 ]
	same "$(jq -c '[.type, (.facts | length), .watched, ([.facts[] | select(.watched)] | length)]' <<<"$out")" \
		'["check",51,48,48]'
}

@test "without privileges the error has three lines and exit 3" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become somebody without privileges"
	cp "$SOCKLIFE" "$BATS_TEST_TMPDIR/socklife"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/socklife"
	run setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all "$BATS_TEST_TMPDIR/socklife" trace tcp
	[ "$status" = 3 ] || [ "$status" = 126 ] || { echo "code $status: $output"; return 1; }
	[ "$status" = 126 ] && skip "the test's own directory cannot be reached by others"
	has "$output" '  why: '
	has "$output" '  fix: '
	has "$output" 'setcap'
	[ "$(wc -l <<<"$output")" = 3 ]
}
