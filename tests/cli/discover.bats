#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What tells what there is: completions, fields, events, explain-filter, the man page.

load helpers/common.bash

# What bash offers for a line; the last word is the one that is completed.
bash_offers() {
	bash --norc -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _socklife; printf "%s\n" "${COMPREPLY[@]}"' - \
		"$BATS_TEST_TMPDIR/out" "$@"
}

@test "bash completes commands, their options, values and filter words" {
	socklife completion bash
	[ "$status" = 0 ]
	bash -n "$BATS_TEST_TMPDIR/out"
	same "$(bash_offers socklife sta | sort | paste -sd ' ')" 'state stats'
	same "$(bash_offers socklife stats --b)" --by
	same "$(bash_offers socklife trace --b)" ''
	same "$(bash_offers socklife trace --level c)" calls
	same "$(bash_offers socklife stats --by rp)" rport
	same "$(bash_offers socklife stats hand)" handshake
	same "$(bash_offers socklife -o accept)" accept-wait
	same "$(bash_offers socklife help lis)" listen
	same "$(bash_offers socklife trace -- curl --)" ''
}

@test "completions know every command and every option" {
	local shell option

	for shell in bash zsh; do
		socklife completion "$shell"
		for option in $("$SOCKLIFE" --help | grep -o -e '--[a-z-]*' | sort -u); do
			has "$out" "$option"
		done
		for command in $("$SOCKLIFE" --help | sed -n '/^Commands:/,/^$/p' | awk 'NF > 1 { print $1 }'); do
			grep -qE "^		$command( \| '')?\) " <<<"$out" || { echo "no options of $command"; return 1; }
		done
	done
}

@test "zsh takes its completion, and defines it" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	socklife completion zsh
	zsh -n "$BATS_TEST_TMPDIR/out"
	run zsh -f -c 'autoload -U compinit; compinit -D -u; source "$1"; print $_comps[socklife]' - "$BATS_TEST_TMPDIR/out"
	same "$output" _socklife
}

@test "another shell is named" {
	socklife completion fish
	[ "$status" = 2 ]
	has "$err" "no shell 'fish'"
	socklife completion
	[ "$status" = 2 ]
	has "$err" 'which shell?'
}

@test "fields and events list what the tables have" {
	socklife fields
	[ "$status" = 0 ]
	has "$out" 'handshake > 100ms'
	has "$out" 'time in the accept queue'
	has "$out" 'service'
	has "$out" 'recv-q'
	socklife events
	[ "$status" = 0 ]
	has "$out" 'retrans'
	has "$out" 'listen-overflow'
	socklife fields foo
	[ "$status" = 2 ]
}

@test "explain-filter says in words what a filter means, and who decides it" {
	socklife explain-filter 'tcp and port 443 and not comm nginx and (handshake > 100ms or errno ETIMEDOUT)'
	[ "$status" = 0 ]
	golden explain-filter.txt
	socklife explain-filter port 80
	has "$out" 'The kernel decides all of it'
	socklife explain-filter 'rtt > 5ms'
	has "$out" 'The kernel cannot rule out anything'
	socklife explain-filter
	has "$out" 'everything matches'
	socklife explain-filter prt 80
	[ "$status" = 2 ]
	has "$err" 'did you mean "port"?'
}

@test "the man page names every command and every option of --help" {
	local page=$BATS_TEST_TMPDIR/socklife.8

	command -v scdoc >/dev/null || skip "scdoc is not installed"
	for part in commands options; do
		socklife completion "man-$part"
		[ "$status" = 0 ]
		cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/$part"
	done
	sed -e "/^@COMMANDS@/{r $BATS_TEST_TMPDIR/commands
		d}" -e "/^@OPTIONS@/{r $BATS_TEST_TMPDIR/options
		d}" "$BATS_TEST_DIRNAME/../../docs/socklife.8.scd" | scdoc >"$page"
	grep -q '^.SH OPTIONS' "$page"
	for command in $("$SOCKLIFE" --help | sed -n '/^Commands:/,/^$/p' | awk 'NF > 1 { print $1 }'); do
		grep -qF "\\fB$command\\fR" "$page" || { echo "no command $command"; return 1; }
		for option in $("$SOCKLIFE" "$command" --help | grep -o -e '^  \(-.,\|   \) --[a-z-]*' | grep -o -e '--.*'); do
			grep -qF -- "\\fB$option\\fR" "$page" || { echo "no option $option of $command"; return 1; }
		done
	done
}
