# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# TAP for shell tests, sourced: ok/not_ok/skip NAME, check NAME CMD..., is NAME GOT WANTED; finish prints the plan and
# exits. A skip carries its reason and is no pass.

tap_n=0
tap_failed=0

diag() { printf '%s\n' "$@" | sed 's/^/# /'; }
ok() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1"; }
not_ok() { tap_n=$((tap_n + 1)); tap_failed=$((tap_failed + 1)); echo "not ok $tap_n - $1"; shift; [ $# = 0 ] || diag "$@"; }
skip() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1 # SKIP $2"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }

# check NAME CMD...: passes when CMD exits 0; its output is shown when it does not.
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$* -> exit $?" "$out"; fi
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got:    $2" "wanted: $3"; fi
}

finish() {
	echo "1..$tap_n"
	[ "$tap_failed" = 0 ]
	exit
}
