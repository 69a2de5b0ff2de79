#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""capture.py LADDER.html SERVER-PORT CAPTURE...: does the ladder agree with what tshark read from the wire?

The ladder is `socklife ladder -v --html --time abs`: a row for each departure and each arrival of a segment. The captures
hold each segment once, stamped where it is handed to the receiving side. That is after the hook of its departure and before
that of its arrival, on the same clock, however slow the machine is: so each stamp must lie between the two, give or take
TOLERANCE for the reading of the wall clock's offset (two clocks read one after the other, the best of five) and the
microsecond that is printed. TAP."""
import datetime
import html
import re
import subprocess
import sys

TOLERANCE = 50e-6
FIN, SYN, RST, ACK = 1, 2, 4, 16
FIELDS = ["frame.time_epoch", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.len"]
failed = 0
tests = 0


def check(name, problems):
    global tests, failed
    tests += 1
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {tests} - {name}")
    for problem in problems[:10]:
        print(f"# {problem}")


def captured(files, port):
    """Segments by client port, in order of time: (time, to_server, kind, payload)."""
    found = {}
    for file in files:
        fields = [word for field in FIELDS for word in ("-e", field)]
        out = subprocess.run(["tshark", "-r", file, "-o", "tcp.desegment_tcp_streams:FALSE", "-Y", "tcp", "-T", "fields"] + fields,
                             capture_output=True, text=True, check=True).stdout
        for line in out.splitlines():
            time, source, target, flags, length = line.split("\t")
            to_server = int(target) == port
            client = int(source) if to_server else int(target)
            found.setdefault(client, []).append((float(time), to_server, int(flags, 16) & (FIN | SYN | RST | ACK), int(length)))
    for segments in found.values():
        segments.sort()
    return found


def kind_of(text):
    return sum({"SYN": SYN, "ACK": ACK, "FIN": FIN, "RST": RST}[word] for word in text.split("-"))


def seconds(clock, day):
    t = datetime.datetime.strptime(clock, "%H:%M:%S.%f")
    return datetime.datetime.combine(day, t.time()).timestamp()


def drawn(page, day):
    """Connections of the page by client port: ([departure, arrival, to_server, kind], bytes of each direction)."""
    found = {}
    for section in re.findall(r"<section>(.*?)</section>", page, re.S):
        title = re.search(r"<h2>tcp .*?:(\d+) →", section)
        if not title:
            continue  # the listener
        port = int(title.group(1))
        segments, moved, lanes = [], {True: 0, False: 0}, []
        for row in re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", section):
            time, source, target, text = map(html.unescape, row)
            if not source.startswith("sock ") or not target.startswith("→ sock "):
                continue
            lanes = lanes or [source]
            to_server = source == lanes[0]
            if text.endswith("(known from the calls)"):
                moved[to_server] += int(text.split()[0])
                continue
            kind, what = re.match(r"([A-Z-]+)(?: again)? (leaves|arrives)", text).groups()
            when = seconds(time, day)
            if what == "leaves":
                segments.append([when, None, to_server, kind_of(kind)])
                continue
            for segment in segments:
                if segment[1] is None and segment[2] == to_server and segment[3] == kind_of(kind):
                    segment[1] = when
                    break
            else:
                segments.append([None, when, to_server, kind_of(kind)])
        found[port] = (segments, moved)
    return found


def compare(port, segments, moved, wire):
    """Problems of order, of times, of bytes."""
    marks = SYN | FIN | RST
    order, times, used = [], [], 0
    told = [(s[2], s[3]) for s in segments if s[3] & marks]
    seen = [(w[1], w[2]) for w in wire if w[2] & marks]
    if told != seen:
        order.append(f"port {port}: the ladder has {told}, the wire {seen}")
    for departure, arrival, to_server, kind in segments:
        if departure is None:
            order.append(f"port {port}: kind {kind} arrives and never left")
            continue
        late = arrival if arrival is not None else float("inf")
        fit = [i for i in range(used, len(wire)) if wire[i][1] == to_server and wire[i][2] == kind and
               departure - TOLERANCE <= wire[i][0] <= late + TOLERANCE]
        if fit:
            used = fit[0] + 1
        else:
            near = [f"{w[0] - departure:+.6f}" for w in wire if w[1] == to_server and w[2] == kind]
            times.append(f"port {port}: kind {kind}, {late - departure:.6f} s on its way, no such segment then; there are {near}")
    sums = [f"port {port}: to the {'server' if to_server else 'client'} {moved[to_server]} B drawn, {wire_bytes} B on the wire"
            for to_server in (True, False)
            if (wire_bytes := sum(w[3] for w in wire if w[1] == to_server)) != moved[to_server]]
    return order, times, sums


def main():
    page, server_port, files = open(sys.argv[1], encoding="utf-8").read(), int(sys.argv[2]), sys.argv[3:]
    wire = captured(files, server_port)
    day = datetime.datetime.fromtimestamp(min(s[0][0] for s in wire.values())).date() if wire else datetime.date.today()
    ladders = drawn(page, day)
    results = [compare(port, *ladders[port], wire[port]) for port in sorted(set(ladders) & set(wire))]
    check("each connection on the wire has its ladder, and each ladder its connection",
          [] if ladders and set(ladders) == set(wire) else [f"ladders {sorted(ladders)}, wire {sorted(wire)}"])
    check("each ladder has the whole handshake and the whole close",
          [f"port {port}: {len(l[0])} segments" for port, l in ladders.items() if len(l[0]) < 6])
    check("SYN, FIN and RST are in the order of the wire, one for one", sum((r[0] for r in results), []))
    check(f"each segment was on the wire between its departure and its arrival, within {TOLERANCE * 1e6:.0f} us",
          sum((r[1] for r in results), []))
    check("the bytes drawn are those on the wire, in each direction", sum((r[2] for r in results), []))
    widths = sorted(a - d for l in ladders.values() for d, a, _, _ in l[0] if d is not None and a is not None)
    if widths:
        print(f"# {len(widths)} segments; on their way {widths[0] * 1e6:.0f} to {widths[-1] * 1e6:.0f} us, "
              f"median {widths[len(widths) // 2] * 1e6:.0f} us")
    sys.exit(failed > 0)


main()
