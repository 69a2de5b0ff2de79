# SPDX-License-Identifier: GPL-2.0-or-later
# For jq -s -r over `socklife trace --json`: the handshake and the close of the first connection whose two ends are both
# there, one line for each step, the client's steps in the left lane and the server's in the right.

def spaces($n): if $n > 0 then " " * $n else "" end;
def pad($n): . + spaces($n - length);
def lpad($n): spaces($n - length) + .;
def micros: tonumber / 1000; # mono_ns, text because it may be long, to microseconds
def ms: (. | round) as $us | (if $us < 0 then "-" else "" end) as $sign | ($us | if . < 0 then -. else . end) as $abs |
	"\($sign)\($abs / 1000 | floor).\($abs % 1000 + 1000 | tostring | .[1:])" | lpad(9);

def is_segment: .event == "segment" or .event == "tail";
def is_fin: is_segment and (.flags | test("FIN"));
def call_text:
	"\(.call)()" + (if .errno then " = -1 \(.errno)" elif .call == "accept" then " = \(.fd)" else "" end)
	+ (if .wait_us then ", queued \(.wait_us | round) us" else "" end);
def text:
	if is_segment then (if .at == "wire" then .flags else "(\(.flags))" end) as $flags |
		if .dir == "out" then "\($flags) ->" else "-> \($flags)" end
	elif .event == "state" then "[\(.new | ascii_upcase | gsub("_"; "-"))]"
	elif .event == "call" then call_text
	else .event end;

# What a segment that leaves says, in plain words; $client and $server are names, $first is who closed first, $apart: the
# answer to the first FIN was a segment of its own.
def meaning($client; $server; $first; $apart):
	(if .role == "client" then $client else $server end) as $me |
	(if .role == "client" then $server else $client end) as $other |
	if .dir != "out" or (is_segment | not) then ""
	elif .flags == "SYN" then "1. \($me) asks for a connection"
	elif .flags == "SYN-ACK" then "2. \($me) agrees, and asks back"
	elif $first == null then "3. \($me) agrees: both directions are open"
	elif is_fin and .role == $first then "1. \($me) has no more to say"
	elif is_fin and $apart then "3. \($me) has no more to say either"
	elif is_fin then "2. and 3. in one: \($me) has understood, and has no more to say either"
	elif .role == $first then "4. \($me) has understood: it is over"
	else "2. \($me) has understood" end;

def row($t0; $client; $server; $first; $apart):
	(.mono_ns | micros - $t0 | ms) + " ms  " +
	(if .role == "client" then (text | pad(28)) + spaces(28) else spaces(28) + (text | pad(28)) end) +
	meaning($client; $server; $first; $apart) | sub(" +$"; "");

def head($client; $server): spaces(14) + ("\($client) (client)" | pad(28)) + "\($server) (server)";

map(select(.type == "life" or .type == "event")) as $all |
($all | map(select(.type == "life" and .role == "server" and .peer)) | first) as $s |
if $s == null then "  (no connection with both ends here was seen)" else
($all | map(select(.cookie == $s.cookie or .cookie == $s.peer)) | map(select(.type == "event"))
	| sort_by(.mono_ns | tonumber)) as $events |
($events | map(select(.role == "client" and .owner)) | first | .owner.comm // "client") as $client |
($s.owner.comm // "server") as $server |
($events | map(select(is_segment and .flags == "SYN")) | first // $events[0] | .mono_ns | micros) as $t0 |
($events | map(select(is_fin)) | first) as $fin |
($fin | if . == null then null elif .dir == "out" then .role elif .role == "client" then "server" else "client" end)
	as $first |
($events | map(select(.event == "call" and (.call == "send" or .call == "recv"))) | first) as $data |
($events | map(select(is_segment or .event == "state" or
	(.event == "call" and (.call == "connect" or .call == "accept" or .call == "shutdown" or .call == "close"))))) as $shown |
([($data // $fin // $events[-1]), ($events[] | select(.call == "accept"))] | map(.mono_ns | tonumber + 1) | max) as $opened |
($events | map(select(is_fin or .call == "shutdown" or .call == "close")) | first // $events[-1] | .mono_ns | tonumber)
	as $closing |
($events | map(select((.mono_ns | tonumber) >= $closing and is_segment and .dir == "out" and .role != $first))
	| first | .flags == "ACK") as $apart |
"", "  The 3-way handshake", head($client; $server),
($shown[] | select((.mono_ns | tonumber) < $opened) | row($t0; $client; $server; null; true)),
"", "  The close", head($client; $server),
($shown[] | select((.mono_ns | tonumber) >= $closing) | row($t0; $client; $server; $first; $apart))
end
