# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hosts and a link: a pair of network namespaces of their own for each scenario, so that their counters begin at 0.

One program drives both ends: a thread is moved into a namespace only while it makes a socket there.
"""

import ctypes
import os
import socket
import subprocess
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
ADDRESS = {4: ("10.99.0.1", "10.99.0.2"), 6: ("fd99::1", "fd99::2")}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}


def run(*words, text=None):
    subprocess.run(words, input=text, text=True, check=True, stdout=subprocess.DEVNULL)


class Missing(Exception):
    """The kernel cannot do what the scenario needs."""


class Host:
    """One end: its namespace, its address, and the counters that the kernel keeps for it."""

    def __init__(self, name, ip, index):
        self.name, self.ip, self.index = name, ip, index
        self.address = ADDRESS[ip][index]
        self.dev = "v%d" % index
        self.inode = os.stat("/run/netns/" + name).st_ino
        self.capture = None

    def __enter__(self):
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        fd = os.open("/run/netns/" + self.name, os.O_RDONLY)
        assert not libc.setns(fd, CLONE_NEWNET), os.strerror(ctypes.get_errno())
        os.close(fd)

    def __exit__(self, *why):
        assert not libc.setns(self.before, CLONE_NEWNET)
        os.close(self.before)

    def socket(self, kind=socket.SOCK_STREAM, protocol=0):
        with self:
            return socket.socket(FAMILY[self.ip], kind, protocol)

    def read(self, path):
        with self:
            with open(path, encoding="ascii") as f:
                return f.read()

    def do(self, *words, text=None):
        run("ip", "netns", "exec", self.name, *words, text=text)

    def sysctl(self, **values):
        for name, value in values.items():
            self.do("sysctl", "-qw", "%s=%s" % (name.replace("__", "."), value))

    def netem(self, *words):
        try:
            self.do("tc", "qdisc", "replace", "dev", self.dev, "root", "netem", *words)
        except subprocess.CalledProcessError:
            raise Missing("this kernel has no netem") from None

    def slow(self):
        """What leaves here waits long enough that segments of both directions cross."""
        self.do("tc", "qdisc", "replace", "dev", self.dev, "root", "tbf", "rate", "20kbit", "burst", "1600", "latency", "5s")

    def loses(self, percent):
        """Of the TCP segments that come in."""
        self.rule("meta l4proto tcp %s drop" % ("" if percent == 100 else "numgen random mod 100 < %d" % percent))

    def rule(self, text):
        """A rule for what comes in, in nft's words."""
        self.do("nft", "-f", "-", text="table inet t {\nchain c {\ntype filter hook input priority 0;\n%s\n}\n}\n" % text)

    def mac(self):
        text = subprocess.run(["ip", "-n", self.name, "-br", "link", "show", self.dev], capture_output=True, text=True, check=True)
        return text.stdout.split()[2]

    def listen(self, port=7000, backlog=64, **options):
        sock = self.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for name, value in options.items():
            sock.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        sock.bind((self.address, port))
        sock.listen(backlog)
        return sock

    def counters(self):
        """/proc/thread-self/net/snmp, netstat and snmp6 as one dictionary, "Tcp.ActiveOpens"; and the TIME_WAIT sockets."""
        found = {}
        for path in ("/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat"):
            lines = self.read(path).splitlines()
            for head, values in zip(lines[::2], lines[1::2]):
                kind, names = head.split(":")
                for name, value in zip(names.split(), values.split(":")[1].split()):
                    found["%s.%s" % (kind, name)] = int(value)
        for line in self.read("/proc/thread-self/net/snmp6").splitlines():
            name, value = line.split()
            if name.startswith("Udp6"):
                found["Udp." + name[4:]] = found.get("Udp." + name[4:], 0) + int(value)
        words = self.read("/proc/thread-self/net/sockstat").split()
        found["TimeWait"] = int(words[words.index("tw") + 1])
        return found


class Place:
    def __init__(self, prefix, ip):
        self.names = [prefix + "c", prefix + "s"]
        self.ip = ip
        for name in self.names:
            run("ip", "netns", "add", name)
        self.hosts = [Host(name, ip, i) for i, name in enumerate(self.names)]
        a, b = self.names
        run("ip", "-n", a, "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", b)
        for host in self.hosts:
            run("ip", "-n", host.name, "link", "set", "lo", "up")
            run("ip", "-n", host.name, "addr", "add", host.address + ("/24" if ip == 4 else "/64"), "dev", host.dev,
                *(["nodad"] if ip == 6 else []))
            run("ip", "-n", host.name, "link", "set", host.dev, "up")
        for host, peer in (self.hosts, self.hosts[::-1]):
            run("ip", "-n", host.name, "neigh", "replace", peer.address, "lladdr", peer.mac(), "dev", host.dev, "nud", "permanent")
        self.client, self.server = self.hosts

    def capture(self, path):
        """All TCP that the client's device carries, until close()."""
        self.path = path
        self.tap = subprocess.Popen(["ip", "netns", "exec", self.names[0], "tcpdump", "-Z", "root", "-i", "v0", "-s", "128",
                                     "-U", "--immediate-mode", "-w", path, "tcp"], stderr=subprocess.PIPE, text=True)
        while "listening" not in self.tap.stderr.readline():
            pass

    def capture_end(self):
        """When nothing has come for a while: tcpdump may be behind."""
        size = -1
        while size != os.stat(self.path).st_size:
            size = os.stat(self.path).st_size
            time.sleep(0.4)
        self.tap.terminate()
        self.tap.wait()


def together(*jobs):
    failed = []

    def guarded(job):
        try:
            job()
        except BaseException as error:  # pylint: disable=broad-except
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) and not failed:
        threads[0].join(0.01)
        threads[-1].join(0.01)
    if failed:
        raise failed[0]
