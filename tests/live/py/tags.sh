# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Lives by the tags that the programs here give their sockets ("socket TAG COOKIE" on stdout), for live tests, sourced
# after lib.sh. One run of socklife watches many scenarios at once; each test then looks at the lives of its own.

PY=/usr/bin/python3
py=$root/tests/live/py

# scenarios PROGRAM ARGUMENT...: runs a program of this directory; its sockets and figures are known from then on.
scenarios() {
	local program=$1
	shift
	in_net "$PY" -B "$py/$program.py" "$@" >>"$T/told" 2>>"$T/told.err" </dev/null || echo "$program.py $*: exit $?" >>"$T/told.err"
}

# tags_end: after life_stop; the records of $T/out by tag, in files of $T/by-tag. One test: the programs saw what they should.
tags_end() {
	is "the programs themselves see what they should" "$(cat "$T/told.err")" ""
	grep '^socket ' "$T/told" >"$T/sockets"
	mkdir -p "$T/by-tag"
	jq -cr --rawfile told "$T/sockets" '
		($told | split("\n") | map(split(" ") | select(length == 3) | { (.[2]): .[1] }) | add) as $tag
		| select(.cookie and $tag[.cookie]) | "\($tag[.cookie]) \(tojson)"' "$T/out" |
		awk -v dir="$T/by-tag/" '{ file = dir $1; sub(/^[^ ]* /, ""); print >>file; close(file) }'
}

# life TAG EXPRESSION: of the tagged socket's life, as text; "no life" when there is none, "N lives" when there are more.
life() {
	[ -e "$T/by-tag/$1" ] || touch "$T/by-tag/$1"
	jq -rn "[inputs | select(.type == \"life\")]
		| if length == 0 then \"no life\" elif length > 1 then \"\(length) lives\" else .[0] | $2 end" "$T/by-tag/$1"
}

# did TAG CONDITION EXPRESSION: of the tagged socket's events, a line each.
did() { jq -r "select(.type == \"event\" and ($2)) | $3" "$T/by-tag/$1"; }

# figure TAG NAME: what the program told.
figure() { awk -v tag="$1" -v name="$2" '$1 == "figure" && $2 == tag && $3 == name { print $4 }' "$T/told"; }

# like NAME GOT PATTERN: a shell pattern.
like() {
	# shellcheck disable=SC2053
	if [[ $2 == $3 ]]; then ok "$1"; else not_ok "$1" "got: $2" "wanted: $3"; fi
}

# within NAME LOW VALUE HIGH: integers or decimal numbers, both bounds included.
within() {
	if jq -en --arg low "$2" --arg value "$3" --arg high "$4" \
		'($low | tonumber) <= ($value | tonumber) and ($value | tonumber) <= ($high | tonumber)' >/dev/null 2>&1; then
		ok "$1"
	else
		not_ok "$1" "got: $3" "wanted: $2 to $4"
	fi
}

# tags_again: forgets what was told; for a second run of socklife.
tags_again() { rm -rf "$T/told" "$T/told.err" "$T/by-tag"; }
