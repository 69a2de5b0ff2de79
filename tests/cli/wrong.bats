#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Wrong command lines of helpers/wrong.txt: each ends at once with its exit code, says what is wrong in at most three lines
# (and the filter's two), names the thing, puts the caret under it, and prints nothing on standard output.

load helpers/common.bash

# The part of the filter above the caret; the first two indented lines are the text and the caret.
marked() {
	local text caret before marks

	text=$(grep -m1 '^    ' <<<"$err") || return 0
	caret=$(grep -m1 -E '^    +\^+$' <<<"$err" || grep -m1 -E '^    \^+$' <<<"$err") || return 0
	before=${caret%%^*}
	marks=${caret#"$before"}
	echo "${text:${#before}:${#marks}}"
}

trim() {
	local s=${1#"${1%%[![:space:]]*}"}

	echo "${s%"${s##*[![:space:]]}"}"
}

try_line() {
	local code mark names args shown

	IFS='|' read -r code mark names args <<<"$1"
	code=$(trim "$code") mark=$(trim "$mark") names=$(trim "$names")
	eval "set -- $args"
	socklife "$@"
	shown=$(marked)
	[ "$mark" = - ] && mark=
	[ "$status" = "$code" ] && [[ $err == "socklife: "*"$names"* ]] && [ "$shown" = "$mark" ] && [ -z "$out" ] &&
		[ "$(grep -vc '^    ' <<<"$err")" -le 3 ] && return
	printf 'arguments:%s\nwanted: code %s, mark "%s", text "%s"\ngot: code %s, mark "%s"\n%s\n%s\n' \
		"$args" "$code" "$mark" "$names" "$status" "$shown" "$err" "$out"
	return 1
}

try_group() {
	local line bad=0 lines=0

	while IFS= read -r line; do
		lines=$((lines + 1))
		try_line "$line" || bad=$((bad + 1))
	done < <(sed -n "/^# group: $1\$/,/^# group: /p" "$HELPERS/wrong.txt" | grep -v '^#')
	echo "$lines lines, $bad bad"
	[ "$lines" -gt 0 ] && [ "$bad" = 0 ]
}

@test "the table has at least 45 wrong command lines, all different" {
	[ "$(grep -vc '^#' "$HELPERS/wrong.txt")" -ge 45 ]
	[ -z "$(grep -v '^#' "$HELPERS/wrong.txt" | sort | uniq -d)" ]
}

@test "wrong options are named" {
	try_group options
}

@test "wrong values are named with what is allowed" {
	try_group values
}

@test "options and commands that do not go together are both named" {
	try_group combinations
}

@test "a wrong filter has a caret under the culprit" {
	try_group filters
}

@test "a file that cannot be used is named" {
	try_group files
}

@test "a filter of any bytes gives an error or a run, never a crash" {
	local text

	for text in $'\xff\xfe' $'port\t80' $'a\033[31mb' "$(printf '(%.0s' {1..300})" "$(printf 'not %.0s' {1..500}) tcp" \
		"$(head -c 5000 /dev/zero | tr '\0' x)" '"' "''" '%s%n' 'port 80 # x'; do
		socklife --source fake "$text"
		[ "$status" = 0 ] || [ "$status" = 2 ] || { echo "code $status: $err"; return 1; }
		has_not "$err" $'\033'
	done
}
