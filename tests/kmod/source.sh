#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# socklife with the module as its source: module load, status, unload; lives, a followed command, a recording, check.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/kmod/lib.sh
work=$(mktemp -d)
sl() { timeout 60 "$SOCKLIFE" "$@"; }

out=$(sl --source kmod 2>&1)
is "without the module: exit 4" $? 4
[[ $out == *"the module is not loaded"*"socklife module load"* ]] && ok "and what to type" || not_ok "and what to type" "$out"
out=$(sl module unload)
is "unload of what is not there is no error" "$?:$out" "0:socklife: the module was not loaded"
out=$(sl module load /nonexistent.ko 2>&1)
is "a file that is not there: exit 2" $? 2
sl module load "$KO" max_sockets=5000 >/dev/null
is "module load FILE NAME=VALUE" "$?:$(cat /sys/module/socklife/parameters/max_sockets)" 0:5000
is "load again says so" "$(sl module load "$KO")" "socklife: the module was loaded already"
is "module status" "$(sl module status | awk '$1 == "loaded" { print $2 }')" yes
out=$(setpriv --reuid 65534 --clear-groups --bounding-set -all -- "$SOCKLIFE" module unload 2>&1)
is "unload by a user: exit 3" $? 3
out=$(setpriv --reuid 65534 --clear-groups --bounding-set -all -- "$SOCKLIFE" --source kmod 2>&1)
is "watching by a user: exit 3" $? 3

json() { jq -r "$@"; }
sl trace --source kmod --json --save "$work/a.rec" -- "$PROGRAMS/traffic" 5 >"$work/a.json" 2>"$work/a.err"
is "a followed command: its exit code" $? 0
diag "$(tail -n 3 "$work/a.err")"
is "the header names the source" "$(json -s '.[0].source' "$work/a.json")" kmod
is "its 5 connections, both ends, and the listener: 11 TCP lives" \
	"$(json -s '[.[] | select(.type == "life" and .proto == "tcp")] | length' "$work/a.json")" 11
is "handshakes: 5 clients and 5 servers" \
	"$(json -s '[.[] | select(.type == "life" and .role != "listener" and .handshake.outcome == "established")] | length' "$work/a.json")" 10
is "nothing was lost" "$(json -s '.[-1] | [.. | .lost? | numbers] | add // 0' "$work/a.json")" 0
is "auto takes the module" "$(sl -d 1s --json | json -s '.[0].source')" kmod
is "--source bpf beside it" "$(sl --source bpf -d 1s --json 2>/dev/null | json -s '.[0].source')" bpf
sl -r "$work/a.rec" --json >"$work/b.json"
is "the recording of it has the same lives" "$(json -s '[.[] | select(.type == "life")] | length' "$work/b.json")" \
	"$(json -s '[.[] | select(.type == "life")] | length' "$work/a.json")"
check=$(sl check --source kmod --json)
is "check names the source" "$(json .source <<<"$check")" kmod
is "check: each fact has a hook, or a reason" \
	"$(json '[.facts[] | select(((.watched and .hook) or ((.watched | not) and .why)) | not)] | length' <<<"$check")" 0
diag "facts watched: $(json .watched <<<"$check") of $(json '.facts | length' <<<"$check")"

"$SOCKLIFE" --source kmod -d 60s >/dev/null 2>&1 &
reader=$!
for _ in $(seq 100); do [ -n "$(sl module status | grep users.*socklife)" ] && break; sleep 0.1; done
out=$(sl module unload 2>&1)
is "unload while it is read: exit 1" $? 1
[[ $out == *"in use by "*"[$reader]"* ]] && ok "and by whom" || not_ok "and by whom" "$out, reader $reader"
kill -INT $reader
wait $reader
is "module unload" "$(sl module unload)" "socklife: the module is unloaded"
rm -rf "$work"
finish
