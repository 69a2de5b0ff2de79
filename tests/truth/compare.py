# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what socklife told with the truth of each scenario: compare.py RECORDS DIR. TAP, a test for each scenario, and a
table at the end. A row is a figure that both have: the sum over the lives (or events) of a namespace, and the kernel's own
counter of it, or what the programs moved, or what a capture of the link holds."""

import glob
import json
import sys


def total(lives, *keys):
    """Over the lives, the sum of a figure at keys; absent is 0."""
    result = 0
    for life in lives:
        for key in keys:
            life = life.get(key) if isinstance(life, dict) else None
        result += life or 0
    return result


def some(lives, **wanted):
    return [life for life in lives if all(life.get(key) == value for key, value in wanted.items())]


def opened(lives):
    return [life for life in some(lives, role="client") if "handshake" in life and life["handshake"]["outcome"] != "local_error"]


def established(lives, role):
    return [life for life in some(lives, role=role) if life.get("handshake", {}).get("outcome") == "established"]


def moves(events, *old):
    return [e for e in events if e["event"] == "state" and e.get("new") == "closed" and e.get("old") in old]


def unborn(event, lives):
    """A SYN-ACK sent again for a connection that never was: no life tells it."""
    return event["event"] == "retrans" and event.get("flags") == "SYN-ACK" and \
        not any(life["cookie"] == event["cookie"] for life in lives)


# name: (what socklife says, of lives and events of one namespace; what the kernel counted there)
ROWS = {
    "ActiveOpens": lambda l, e: len(opened(l)),
    "PassiveOpens": lambda l, e: len(established(l, "server")),
    "EstabResets": lambda l, e: len(moves(e, "established", "close_wait")),
    "RetransSegs": lambda l, e: total(l, "errors", "retrans") + len([x for x in e if unborn(x, l)]),
    "TimeWait": lambda l, e: len([x for x in l if x.get("close", {}).get("time_wait")]),
    "TCPSynRetrans": lambda l, e: total(l, "handshake", "syn_retrans") +
    len([x for x in e if x["event"] == "retrans" and x.get("flags") == "SYN-ACK"]),
    "TCPToZeroWindowAdv": lambda l, e: total(l, "buffers", "zero_window_sent"),
    "TCPWinProbe": lambda l, e: total(l, "buffers", "probes"),
    "TCPFastRetrans": lambda l, e: total(l, "errors", "retrans_fast"),
    "TCPDSACKRecvSegs": lambda l, e: total(l, "errors", "dsack"),
    "TCPReorder": lambda l, e: total(l, "errors", "reordering"),
    "TCPUndo": lambda l, e: total(l, "errors", "spurious"),
    "TCPBacklogDrop": lambda l, e: total(l, "buffers", "dropped_backlog"),
    "ListenDrops": lambda l, e: total(l, "listen", "drops"),
    "UdpRcvbufErrors": lambda l, e: total([x for x in l if x.get("proto") == "udp"], "buffers", "dropped_rcvbuf"),
    "UdpOut": lambda l, e: sum(x["calls"].get("send", {}).get("count", 0) for x in l if x.get("proto") == "udp"),
}
KERNEL = {
    "TimeWait": ["TimeWait"],
    "TCPReorder": ["TcpExt.TCPSACKReorder", "TcpExt.TCPRenoReorder", "TcpExt.TCPTSReorder"],
    "TCPUndo": ["TcpExt.TCPFullUndo", "TcpExt.TCPPartialUndo", "TcpExt.TCPLossUndo", "TcpExt.TCPDSACKUndo"],
    "UdpRcvbufErrors": ["Udp.RcvbufErrors"],
    "UdpOut": ["Udp.OutDatagrams"],
}
TCP = ("ActiveOpens", "PassiveOpens", "EstabResets", "RetransSegs")

# Where the two count different things: scenario, row, why. Not compared there, and said so.
SYN_AGAIN = "the kernel counts a SYN or ACK that comes again as a drop of the socket, and not as one of ListenDrops"
DIFFER = {
    ("deaf", "ListenDrops"): SYN_AGAIN,
    ("lost_synack", "ListenDrops"): SYN_AGAIN,
    ("both_connect", "TCPDSACKRecvSegs"): "a DSACK of what was never sent again is the socket's, and ignored by the namespace",
    ("lost_synack", "TCPUndo"): "the SYN had come; that the kernel takes back its slow-down (tcp_try_undo_spurious_syn) it counts nowhere",
    ("too_late", "TimeWait"): "the RST that answers late data has ended TIME_WAIT by the time of the look",
}


def counted(host, row):
    names = KERNEL.get(row) or [("Tcp." if row in TCP else "TcpExt.") + row]
    return sum(host["counters"].get(name, 0) for name in names)


def rows_of(result, lives, events):
    """(figure, told, truth) for each end of the scenario."""
    for side, host in zip(("client", "server"), result["hosts"]):
        mine = [x for x in lives if x.get("netns") == host["inode"]]
        did = [x for x in events if x.get("netns") == host["inode"]]
        for row, told in ROWS.items():
            if (result["name"], row) not in DIFFER:
                yield side + " " + row, told(mine, did), counted(host, row)
        wire = result["wire"].get(host["address"], {"syn": 0, "fin": 0, "rst": 0})
        clients = opened(mine)
        yield side + " SYNs on the wire", len(clients) + total(clients, "handshake", "syn_retrans"), wire["syn"]
        yield side + " FINs on the wire", len([x for x in did if x["event"] == "segment" and x.get("dir") == "out"
                                               and "FIN" in x["flags"] and x.get("at") == "wire"]), wire["fin"]
        if result["moved"]:
            moved = result["moved"][0 if side == "client" else 1]
            sent = total(mine, "flow", "bytes_sent") if any("flow" in x for x in mine) else total(mine, "send_bytes")
            yield side + " payload sent", sent, moved


def main():
    records, where = sys.argv[1:3]
    lives, events = [], []
    with open(records, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            if record["type"] == "life":
                lives.append(record)
            elif record["type"] == "event":
                events.append(record)
    table, failed = [], 0
    results = []
    for path in sorted(glob.glob(where + "/*.json")):
        with open(path, encoding="ascii") as f:
            results.append(json.load(f))
    for number, result in enumerate(results, 1):
        name = "%s, IPv%d: %s" % (result["name"], result["ip"], result["about"])
        if "skip" in result:
            print("ok %d - %s # SKIP %s" % (number, name, result["skip"]))
            table.append((result["name"], result["ip"], "-", "skipped: " + result["skip"]))
            continue
        if "error" in result:
            failed += 1
            print("not ok %d - %s" % (number, name))
            print("\n".join("# " + line for line in result["error"].splitlines()))
            table.append((result["name"], result["ip"], "-", "the scenario itself failed"))
            continue
        rows = list(rows_of(result, lives, events))
        wrong = [row for row in rows if row[1] != row[2]]
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, name))
        for row in wrong:
            print("#   %s: told %s, truth %s" % row)
        failed += bool(wrong)
        table.append((result["name"], result["ip"], "%d of %d" % (len(rows) - len(wrong), len(rows)),
                      ", ".join(row[0] for row in wrong) or "all equal"))
    print("1..%d" % len(results))
    for (name, row), why in DIFFER.items():
        print("# not compared: %s in %s: %s" % (row, name, why))
    print("#\n# %-16s %-4s %-9s %s" % ("scenario", "IP", "equal", ""))
    for row in table:
        print("# %-16s %-4s %-9s %s" % row)
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
