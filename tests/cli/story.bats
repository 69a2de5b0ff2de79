#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# story: a connection in plain words, in English and Korean, from the fake source's scene.

load helpers/common.bash

@test "story tells what the program asked and what the kernel did, in 80 columns" {
	COLUMNS=80 socklife story --source fake -q
	[ "$status" = 0 ]
	golden ../golden/story.txt
	[ "$(wc -L <"$BATS_TEST_TMPDIR/out")" -le 80 ]
}

@test "story --teach names the man page or the RFC section behind each step" {
	COLUMNS=100 socklife story --source fake -q --teach
	[ "$status" = 0 ]
	golden ../golden/story.teach
}

@test "story --lang ko tells it in Korean, its wide characters in their columns, whatever the locale" {
	COLUMNS=100 socklife story --source fake -q --lang ko
	[ "$status" = 0 ]
	golden ../golden/story.ko
	[ "$(wc -L <"$BATS_TEST_TMPDIR/out")" -le 100 ]
	COLUMNS=100 LC_ALL=C LANGUAGE=en socklife story --source fake -q --lang ko
	sed 's/ -> / → /' "$BATS_TEST_TMPDIR/out" | diff -u "$HELPERS/../golden/story.ko" -
}

@test "the caller's language alone changes nothing: English is the default" {
	COLUMNS=80 LANGUAGE=ko socklife story --source fake -q
	golden ../golden/story.txt
}

@test "a program without its catalogue tells English, and says what --lang ko lacks" {
	cp "$SOCKLIFE" "$BATS_TEST_TMPDIR/alone"
	run "$BATS_TEST_TMPDIR/alone" story --source fake -q
	[ "$status" = 0 ]
	run "$BATS_TEST_TMPDIR/alone" story --source fake -q --lang ko
	[ "$status" = 1 ]
	has "$output" '--lang ko: the texts are not installed'
}

@test "every sentence of the source has its Korean" {
	command -v xgettext >/dev/null || skip "gettext is not installed"
	cd "$BATS_TEST_DIRNAME/../.."
	xgettext --keyword=_ --keyword=N_ --from-code=UTF-8 -o "$BATS_TEST_TMPDIR/pot" userspace/cli/*.c
	[ "$(grep -c '^msgid' "$BATS_TEST_TMPDIR/pot")" -gt 60 ]
	msgcmp po/ko.po "$BATS_TEST_TMPDIR/pot"
}

@test "no sentence is Korean in name only" {
	run awk '/^msgid "./ { id = $0; sub(/^msgid /, "", id) } /^msgstr "/ { s = $0; sub(/^msgstr /, "", s); if (s == id && s != "\"\"") print }' \
		"$BATS_TEST_DIRNAME/../../po/ko.po"
	same "$output" ''
}

@test "story has no sentence for what it does not know: a socket id that does not exist" {
	socklife story --source fake -q beef
	[ "$status" = 1 ]
	has "$err" 'no socket beef was seen'
}
