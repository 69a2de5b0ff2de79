#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loss is counted: the smallest ring, a reader that is stopped while sockets come and go, then continued. What was seen is
# what was delivered and what was lost, exactly and by type; what was shown is what was delivered; who lost is marked.
. "$(dirname "$0")/lib.sh"
live_begin loss

starve() { # CLI ARGUMENT...: one connection is open when the reader stops, 300 come and go, the one is closed after it goes on
	life_start trace --json --cgroup "$CG" --ring 16KiB "$@"
	hold_start 1
	wait_for 20 all_told
	kill -STOP "$life_pid"
	in_net "$LOAD" crr 300 >"$T/load"
	kill -CONT "$life_pid"
	wait_for 20 caught_up
	hold_end
	wait_for 20 quiet
	life_stop
}
all_told() { [ "$(events '.event == "call" and .call == "accept" and .listener' | wc -l)" = 1 ]; }
caught_up() { # the rings are empty again: what is made from now on is shown
	in_net "$LOAD" refused 1 >"$T/refused" && [ "$(lives '.handshake.outcome == "refused"' | wc -l)" -gt 0 ]
}

for strict in "" --strict; do
	what="smallest ring, stopped reader${strict:+, $strict}"
	starve ${strict:+"$strict"}
	for type in ident event life; do
		is "$what: seen = delivered + lost, of type $type" "$(footer ".seen.$type")" \
			"$(footer "(.delivered.$type + (.lost.$type | add))")"
	done
	check "$what: events and identities were lost" \
		[ "$(footer '[.lost.event, .lost.ident | add > 0] | all')" = true ]
	is "$what: not one life was: the table keeps those that find the ring full" "$(footer '.lost.life | add')" 0
	is "$what: the total is the sum" "$(footer .lost_total)" "$(footer '[.lost[] | add] | add')"
	is "$what: every event and life delivered is shown, and no other" \
		"$(jq -r .type "$T/out" | grep -c '^event$') $(jq -r .type "$T/out" | grep -c '^life$')" \
		"$(footer '"\(.delivered.event) \(.delivered.life)"')"
	is "$what: the footer counts what is shown" "$(footer '"\(.events) \(.lives)"')" \
		"$(footer '"\(.delivered.event) \(.delivered.life)"')"
	is "$what: lives that lost records are marked, with how many, and only they" \
		"$(count '(.complete | not) and .lost_records > 0')" "$(count '(.complete | not) or .lost_records')"
	is "$what: the footer counts the marked lives" "$(footer .incomplete)" "$(count '.complete | not')"
	check "$what: there are marked lives" [ "$(count '.complete | not')" -gt 0 ]
	is "$what: not one life is lost while the reader runs: both ends open all the time are told" \
		"$(count '.role != "listener" and .handshake.outcome == "established" and .calls.close and (.send_bytes == 0)')" 2
	diag "$what: events $(footer '"\(.seen.event) seen, \(.delivered.event) delivered"')," \
		"lives $(footer '"\(.seen.life) seen, \(.delivered.life) delivered"'), incomplete $(footer .incomplete)"
	is "$what: the exit code" "$life_exit" "$([ "$strict" ] && echo 5 || echo 0)"
done

# A ring holds as many lives as fit in it: 12 of 1.3 KB in 16 KiB. The others wait in the table until the reader comes.
life_start life --json --cgroup "$CG" --ring 16KiB
kill -STOP "$life_pid"
in_net "$LOAD" crr 300 >"$T/load"
kill -CONT "$life_pid"
life_stop
is "level life: 601 lives were seen, each delivered or lost" \
	"$(footer '"\(.seen.life) \(.delivered.life + (.lost.life | add))"')" "601 601"
is "level life: all of them delivered, although a ring has room for 12" "$(footer .delivered.life)" 601
is "level life: each is shown" "$(count true)" 601
is "level life: the lives shown are those delivered" "$(count)" "$(footer .delivered.life)"
finish
