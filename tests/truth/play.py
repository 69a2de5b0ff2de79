# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays scenarios, each in a place of its own: play.py PREFIX DIR [NAME...]. Leaves DIR/NAME.IP.json: what each end's kernel
counted, what the programs moved, what crossed the wire; or what went wrong. The namespaces stay: a number of one that is gone
would be given to another, and socklife tells them apart by it."""

import json
import os
import subprocess
import sys
import time
import traceback

import place
import scenarios

LIMIT = 60  # seconds for one
AT_ONCE = 4


def quiet(host):
    words = host.read("/proc/thread-self/net/sockstat").split()
    words += host.read("/proc/thread-self/net/sockstat6").split()
    inuse = sum(int(words[i + 1]) for i, word in enumerate(words) if word in ("inuse", "orphan") and words[i - 1] in
                ("TCP:", "TCP6:") or word == "orphan")
    return inuse == 0


def wire(path):
    """What tshark sees in the capture, by sender: SYNs, connections' FINs (each sequence number once), RSTs."""
    names = ("ip.src", "ipv6.src", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.seq_raw", "tcp.len")
    out = subprocess.run(["tshark", "-n", "-r", path, "-Y", "tcp", "-T", "fields", "-E", "separator=,",
                          *(word for name in names for word in ("-e", name))], capture_output=True, text=True, check=True)
    seen = {}
    for line in out.stdout.splitlines():
        v4, v6, sport, dport, flags, seq, size = line.split(",")
        row = seen.setdefault(v4 or v6, {"syn": 0, "fin": set(), "rst": 0})
        flags = int(flags, 16)
        row["syn"] += flags & 0x12 == 0x02
        row["rst"] += bool(flags & 4)
        if flags & 1:
            row["fin"].add((sport, dport, (int(seq) + int(size)) % 2**32))
    return {src: {**row, "fin": len(row["fin"])} for src, row in seen.items()}


def play(name, ip, prefix, where):
    scenario = getattr(scenarios, name)
    path = "%s/%s.%d" % (where, name, ip)
    result = {"name": name, "ip": ip, "about": scenario.__doc__}
    at = place.Place(prefix, ip)
    try:
        at.capture(path + ".pcap")
        result["moved"] = scenario(at.client, at.server)
        end = time.monotonic() + 20
        while not all(quiet(host) for host in at.hosts) and time.monotonic() < end:
            time.sleep(0.02)
        result["hosts"] = [{"inode": host.inode, "counters": host.counters(), "address": host.address} for host in at.hosts]
        at.capture_end()
        result["wire"] = wire(path + ".pcap")
    except place.Missing as missing:
        result["skip"] = str(missing)
        at.capture_end()
    except BaseException:  # pylint: disable=broad-except
        result["error"] = traceback.format_exc()
        at.capture_end()
    finally:
        with open(path + ".json", "w", encoding="ascii") as f:
            json.dump(result, f)


def main():
    prefix, where, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    jobs = [(s.__name__, ip) for s in scenarios.ALL for ip in (4, 6) if not names or s.__name__ in names]
    running = {}
    for number, (name, ip) in enumerate(jobs):
        while len(running) >= AT_ONCE:
            pid, _ = os.wait()
            running.pop(pid, None)
        pid = os.fork()
        if not pid:
            import signal

            signal.alarm(LIMIT)
            signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("it took longer than %d s" % LIMIT)))
            play(name, ip, "%s%d" % (prefix, number), where)
            os._exit(0)
        running[pid] = name
    for pid in running:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
