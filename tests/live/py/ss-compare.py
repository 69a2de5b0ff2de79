#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare socklife ls --json with what ss -tinempOH printed of the same sockets, field by field. Prints each difference, then
how many sockets and fields were compared; exit 1 if anything differed. usage: ss-compare LINES SS"""
import json
import re
import sys

STATES = {"ESTAB": "ESTABLISHED", "SYN-RECV": "SYN-RECV", "CLOSE-WAIT": "CLOSE-WAIT", "FIN-WAIT-2": "FIN-WAIT-2"}
# as ss prints it: where it stands in the record
NUMBERS = {
    "mss": "snd_mss", "pmtu": "pmtu", "rcvmss": "rcv_mss", "advmss": "advmss", "cwnd": "snd_cwnd", "segs_out": "segs_out",
    "segs_in": "segs_in", "data_segs_out": "data_segs_out", "data_segs_in": "data_segs_in", "bytes_sent": "bytes_sent",
    "bytes_acked": "bytes_acked", "bytes_received": "bytes_received", "rcv_space": "rcv_space",
    "rcv_ssthresh": "rcv_ssthresh", "snd_wnd": "snd_wnd", "delivered": "delivered",
}
MEMORY = ["r", "rb", "t", "tb", "f", "w", "o", "bl", "d"]
SKMEM = ["rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "backlog", "drops"]


def end(socket, key):
    side = socket.get(key)
    if not side:
        return None
    return (f"[{side['ip']}]" if ":" in side["ip"] else side["ip"]) + f":{side['port']}"


def expectations(line):
    """(what, value of ss, how to find it in the record) for one line of ss."""
    words = line.split()
    yield "recv_q", int(words[1]), lambda s: s["diag"]["recv_q"]
    yield "send_q", int(words[2]), lambda s: s["diag"]["send_q"]
    yield "local", words[3], lambda s: end(s, "local")
    if not words[4].endswith("*"):
        yield "remote", words[4], lambda s: end(s, "remote")
    holders = sorted(re.findall(r'\("([^"]*)",pid=(\d+),fd=(\d+)\)', line))
    yield "processes", holders, lambda s: sorted((p["comm"], str(p["pid"]), str(p["fd"])) for p in s["diag"]["processes"])
    for name, pattern in (("inode", r" ino:(\d+)"), ("uid", r" uid:(\d+)")):
        match = re.search(pattern, line)
        if match:
            yield name, int(match[1]), lambda s, name=name: s["diag"].get(name, 0)
    memory = re.search(r"skmem:\(([^)]*)\)", line) # of TIME_WAIT there is none
    memory = memory[1].split(",") if memory else []
    for short, long, value in zip(MEMORY, SKMEM, memory):
        yield "skmem " + long, int(value[len(short):]), lambda s, long=long: s["diag"]["skmem"][long]
    for short, long in NUMBERS.items():
        match = re.search(rf" {short}:(\d+)", line)
        if match:
            yield long, int(match[1]), lambda s, long=long: s["diag"]["tcp_info"][long]
    match = re.search(r" rtt:([\d.]+)/([\d.]+)", line)
    if match:
        yield "rtt", round(float(match[1]) * 1000), lambda s: s["diag"]["tcp_info"]["rtt"]
        yield "rttvar", round(float(match[2]) * 1000), lambda s: s["diag"]["tcp_info"]["rttvar"]
    match = re.search(r" timer:\((\w+),", line)
    if match:
        kinds = {"on": "retransmission", "keepalive": "keepalive", "timewait": "time_wait", "persist": "window_probe"}
        yield "timer", kinds[match[1]], lambda s: s["diag"]["timer"]["kind"]


def main():
    records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    sockets = {r["cookie"]: r for r in records if r["type"] == "life" and r["proto"] == "tcp"}
    lines = {re.search(r" sk:([0-9a-f]+)", line)[1]: line for line in open(sys.argv[2], encoding="utf-8") if line.strip()}
    bad, fields = 0, 0
    if set(sockets) != set(lines):
        bad += 1
        print("not the same sockets:", sorted(sockets), sorted(lines))
    for cookie in set(sockets) & set(lines):
        for what, value, find in expectations(lines[cookie]):
            fields += 1
            try:
                told = find(sockets[cookie])
            except KeyError as key:
                told = f"no {key}"
            if told != value:
                bad += 1
                print(f"{cookie}: {what}: ss says {value}, socklife {told}")
    print(f"{len(lines)} sockets, {fields} fields")
    sys.exit(1 if bad or not fields else 0)


main()
