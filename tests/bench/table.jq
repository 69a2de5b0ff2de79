# SPDX-License-Identifier: GPL-2.0-or-later
# For jq -r over what tests/bench/run writes: the cost of each tracer over the baseline, as a table for people.

def spaces($n): if $n > 0 then " " * $n else "" end;
def pad($n): . + spaces($n - length);
def lpad($n): spaces($n - length) + .;
def fixed($n): . as $x | pow(10; $n) as $p | ((if $x < 0 then -$x else $x end) * $p | round) as $r |
	(if $x < 0 and $r > 0 then "-" else "" end) + ($r / $p | floor | tostring) +
	(if $n > 0 then "." + (($r % $p) + $p | tostring | .[1:]) else "" end);
def percent: if . == null then "" else (if . >= 0 then "+" else "" end) + (if . >= 9.995 or . <= -9.995 then fixed(1) else fixed(2) end) + " %" end;

. as $bench |
(reduce .rows[] as $r ({}; .[$r.tracer][$r.load] = $r)) as $by |
([.rows[].tracer] | unique_by(.) as $u | reduce $bench.rows[].tracer as $t ([]; if index([$t]) then . else . + [$t] end)) as $tracers |
(reduce $bench.rows[].load as $l ([]; if index([$l]) then . else . + [$l] end)) as $loads |
def per($t; $l; field): $by[$t][$l] as $r | if $r then ($r | field) / $r.operations else null end;
def over($t; $l; field): per($t; $l; field) as $x | per("none"; $l; .all_ns) as $base |
	if $x == null or $base == null or $base < 100 then null else ($x - per("none"; $l; field)) * 100 / $base end;
def in_band: .all_ns - .reader_ns;

"kernel \($bench.release), seed \($bench.seed); instructions for an operation without a tracer, then what each adds to all tasks together",
("" | pad(15)) + ([$loads[] | lpad(11)] | add),
("none" | pad(15)) + ([$loads[] | per("none"; .; .all_ns) | fixed(0) | lpad(11)] | add),
($tracers[] | select(. != "none") as $t | ($t | pad(15)) + ([$loads[] | over($t; .; .all_ns) | percent | lpad(11)] | add)),
"",
"where it goes: in band (all but the reader; of it by the load's own task), and the reader",
("" | pad(15)) + ([$loads[] | select(. == "rr" or . == "crr") |
	"\(.) in band" , "of it own", "reader" | lpad(13)] | add) + ("lines/crr" | lpad(11)) + ("instr/line" | lpad(12)) + ("held lines" | lpad(12)),
($tracers[] | select(. != "none" and . != "none-again") as $t | ($t | pad(15)) +
	([$loads[] | select(. == "rr" or . == "crr") |
		(over($t; .; in_band), over($t; .; .load_ns), over($t; .; .reader_ns)) | percent | lpad(13)] | add) +
	(($by[$t].crr | if . then .lines / (.rounds * .operations + .warm_up) else null end) as $lines | per($t; "crr"; .reader_ns) as $reader |
		if $lines == null then "" else ($lines | fixed(2) | lpad(11)) +
		(if $lines > 0.5 then $reader / $lines | fixed(0) else "" end | lpad(12)) end) +
	($by[$t].held as $h | if $h then "\($h.lines)/\($h.operations * 2)" else "" end | lpad(12))),
(if $by["none"].second and ([$tracers[] | select($by[.].second)] | length) > 1 then "" ,
	"nothing happening: instructions of the reader in a second: " +
	([$tracers[] | select(. != "none" and . != "none-again" and $by[.].second) | "\(.) \(per(.; "second"; .reader_ns) | fixed(0))"] | join(", "))
	else empty end),
($bench.skipped[] | "skipped: \(.tracer): \(.skipped)")
