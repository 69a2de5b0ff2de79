#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every struct of the interface has the layout that is written down in layout.golden, as pahole sees it. A change of the
# ABI is made on purpose: tests/abi/layout.sh --rebase writes the new layout, and its diff shows what readers must learn.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
CC=${CC:-gcc}
golden=tests/abi/layout.golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

structs=$(sed -n 's/^struct \(sl_[a-z_]*\) {.*/\1/p' core/abi.h core/match.h core/device.h)

layout() { # CC of one translation unit that has one object of each struct -> text
	{
		printf '#include "%s/core/abi.h"\n#include "%s/core/device.h"\n' "$PWD" "$PWD"
		for name in $structs; do echo "struct $name v_$name;"; done
	} >"$work/t.c"
	"$@" -std=gnu11 -g -c -o "$work/t.o" "$work/t.c" || return 1
	for name in $structs; do
		pahole -C "$name" "$work/t.o" | sed -e '/^$/d' -e '/cacheline/d' -e 's/[ \t][ \t]*/ /g'
	done
}

command -v pahole >/dev/null || skip_all "no pahole (Debian package dwarves)"
layout "$CC" >"$work/now" || { not_ok "the layout test compiles"; finish; }
if [ "${1:-}" = --rebase ]; then
	cp "$work/now" "$golden"
	echo "$golden: written"
	exit 0
fi

for name in $structs; do
	block() { sed -n "/^struct $name {/,/^}/p" "$1"; }
	if [ -z "$(block "$work/now")" ]; then
		not_ok "struct $name is seen by pahole"
	elif out=$(diff <(block "$golden") <(block "$work/now")); then
		ok "struct $name is as in $golden"
	else
		not_ok "struct $name is as in $golden" "$out" "meant so? tests/abi/layout.sh --rebase"
	fi
done
is "no struct of $golden has gone" "$(sed -n 's/^struct \(sl_[a-z_]*\) {.*/\1/p' $golden | sort)" \
	"$(printf '%s\n' $structs | sort)"
# "holes" and "padding" must be explicit fields: an implicit one would carry kernel bytes out.
is "no struct has a hole or implicit padding" "$(grep -nE 'XXX|sum holes|padding:' "$work/now")" ""
finish
