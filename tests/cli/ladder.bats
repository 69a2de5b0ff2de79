#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# ladder: a connection as a sequence diagram, in each of its formats, from the fake source's scene; and what it says when
# there is nothing to draw. The files under golden/ are what was printed.

load helpers/common.bash

setup() {
	unset COLUMNS
}

@test "ladder draws the connection of the scene, in 80 columns" {
	COLUMNS=80 socklife ladder --source fake -q
	[ "$status" = 0 ]
	golden ../golden/ladder.txt
	[ "$(wc -L <"$BATS_TEST_TMPDIR/out")" -le 80 ]
}

@test "ladder --ascii draws the same with plain characters" {
	COLUMNS=80 socklife ladder --source fake -q --ascii
	[ "$status" = 0 ]
	golden ../golden/ladder.ascii
	LC_ALL=C run grep -n '[^ -~]' "$BATS_TEST_TMPDIR/out"
	same "$output" ''
}

@test "without a UTF-8 locale ladder is ASCII by itself" {
	COLUMNS=80 LC_ALL=C socklife ladder --source fake -q
	golden ../golden/ladder.ascii
}

@test "ladder -v has a row for each step, with its own time" {
	COLUMNS=80 socklife ladder --source fake -v
	[ "$status" = 0 ]
	golden ../golden/ladder.steps
}

@test "ladder --svg prints one SVG file, which is well-formed" {
	socklife ladder --source fake -q --svg
	[ "$status" = 0 ]
	golden ../golden/ladder.svg
	/usr/bin/python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$BATS_TEST_TMPDIR/out"
}

@test "ladder --html prints one HTML file that asks nothing from elsewhere" {
	socklife ladder --source fake -q --html
	[ "$status" = 0 ]
	golden ../golden/ladder.html
	has_not "$out" 'src='
	has_not "$out" 'href='
	has_not "$out" '<script'
}

@test "ladder --mermaid prints a sequenceDiagram" {
	socklife ladder --source fake -q --mermaid
	[ "$status" = 0 ]
	golden ../golden/ladder.mmd
}

@test "a socket's id alone is a filter, and either end's gives the whole connection" {
	for sock in 1001 1002; do
		COLUMNS=80 socklife ladder --source fake -q $sock
		[ "$status" = 0 ]
		golden ../golden/ladder.txt
	done
}

@test "a filter that only one end matches gives the whole connection" {
	for filter in 'role client' 'comm nginx and role server' 'event accept and role server' 'bytes > 900'; do
		COLUMNS=80 socklife ladder --source fake -q "$filter"
		[ "$status" = 0 ]
		golden ../golden/ladder.txt
	done
}

@test "ladder draws from a recording what it draws live" {
	socklife trace --source fake --save "$BATS_TEST_TMPDIR/rec"
	COLUMNS=80 socklife ladder -q -r "$BATS_TEST_TMPDIR/rec"
	[ "$status" = 0 ]
	golden ../golden/ladder.txt
}

@test "a filter that matches nothing says what was seen" {
	socklife ladder --source fake -q port 81
	[ "$status" = 1 ]
	same "$out" ''
	has "$err" "nothing to show for 'port 81'"
	has "$err" '3 sockets were seen'
	has "$err" 'curl[4242] 127.0.0.1:48122'
	[ "$(grep -vc '^    ' <<<"$err")" -le 3 ]
}

@test "a socket id that does not exist says so" {
	socklife ladder --source fake -q beef
	[ "$status" = 1 ]
	has "$err" 'no socket beef was seen'
	has "$err" 'sk: of ss -e'
}

@test "a listener alone is not drawn, unless -v asks for it" {
	socklife ladder --source fake -q 1000
	[ "$status" = 1 ]
	has "$err" '-v shows them too'
	socklife ladder --source fake -v 1000
	[ "$status" = 0 ]
	has "$out" 'listen(511)'
}

@test "-c ends after so many connections" {
	socklife ladder --source fake -v -c 1
	[ "$status" = 0 ]
	[ "$(grep -c '^tcp ' <<<"$out")" = 1 ]
}

@test "a socket id that does not exist now is told at once, not waited for" {
	socklife ladder fffffffffffffffe
	[ "$status" = 1 ]
	has "$err" 'no socket fffffffffffffffe'
	has "$err" 'network namespace'
	same "$out" ''
}
