# SPDX-License-Identifier: GPL-2.0-or-later
# For all CLI tests: $SOCKLIFE is the program, and neither the caller's terminal nor its locale takes part.

SOCKLIFE=${SOCKLIFE:-$BATS_TEST_DIRNAME/../../build/socklife}
HELPERS=$BATS_TEST_DIRNAME/helpers
export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm
unset NO_COLOR CLICOLOR_FORCE CLICOLOR

# What a run printed: $status, $out and $err apart.
socklife() {
	status=0
	timeout 20 "$SOCKLIFE" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" </dev/null || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

# $1 equals $2, else both are shown.
same() {
	[ "$1" = "$2" ] || { diff -u <(echo "$2") <(echo "$1") || return 1; }
}

has() {
	[[ $1 == *"$2"* ]] || { printf 'no "%s" in:\n%s\n' "$2" "$1"; return 1; }
}

has_not() {
	[[ $1 != *"$2"* ]] || { printf '"%s" in:\n%s\n' "$2" "$1"; return 1; }
}

# A file under helpers/ is what was printed.
golden() {
	diff -u "$HELPERS/$1" "$BATS_TEST_TMPDIR/out"
}
