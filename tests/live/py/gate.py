# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections and calls that are kept out or let in: gate.py 4|6 SCENARIO..."""

import errno
import os
import re
import select
import socket
import subprocess
import time

import net

IPPROTO_MPTCP = 262
SO_MARK = 36


def fails(wanted, call, *args):
    try:
        call(*args)
    except OSError as error:
        assert error.errno == wanted, error
        return
    raise AssertionError("a call succeeded that should not")


def waiting(port):
    """How long the accept queue is, as ss says."""
    line = subprocess.check_output(["ss", "-Hltnm", "sport = :%d" % port], text=True)
    return int(line.split()[1])


def queue(ip, tag):
    """Five connections wait for accept() before the first is taken."""
    door = net.listener(ip, tag + ".listener", backlog=8)
    clients = []
    for i in range(5):
        clients.append(net.new(ip, "%s.client%d" % (tag, i)))
        clients[-1].connect((net.own(ip), net.port_of(door)))
        while waiting(net.port_of(door)) <= i:
            time.sleep(0.001)
    servers = [net.accept(door, "%s.server%d" % (tag, i)) for i in range(5)]
    for sock in clients + servers + [door]:
        sock.close()


def overflow(ip, tag):
    """Nobody accepts, and the queue has room for three."""
    door = net.listener(ip, tag + ".listener", backlog=2)
    clients = []
    for i in range(8):
        sock = net.new(ip, "%s.client%d" % (tag, i))
        sock.setblocking(False)
        sock.connect_ex((net.own(ip), net.port_of(door)))
        clients.append(sock)
    select.select([], clients[:3], [])
    time.sleep(1.5)
    line = subprocess.check_output(["ss", "-Hltnm", "sport = :%d" % net.port_of(door)], text=True)
    net.figure(tag, "drops", re.search(r"skmem:\(.*,d(\d+)\)", line)[1])
    net.figure(tag, "queue", line.split()[1])
    door.close()
    for sock in clients:
        sock.close()


def conflict(ip, tag):
    door = net.new(ip, tag + ".listener")
    door.bind((net.own(ip), 0))
    door.listen(1)
    port = net.port_of(door)
    net.figure(tag, "port", port)
    with net.new(ip, tag + ".late") as late:
        fails(errno.EADDRINUSE, late.bind, (net.own(ip), port))
    with net.new(ip, tag + ".nowhere") as nowhere:
        fails(errno.EADDRNOTAVAIL, nowhere.bind, ("192.0.2.1" if ip == 4 else "2001:db8::1", 9077))
    door.close()


def privilege(ip, tag):
    """By a process that gave up root."""
    pid = os.fork()
    if pid:
        assert os.waitpid(pid, 0)[1] == 0
        return
    os.setresuid(65534, 65534, 65534)
    with net.new(ip, tag + ".port") as low:
        fails(errno.EACCES, low.bind, (net.own(ip), 81))
    with net.new(ip, tag + ".mark") as marked:
        fails(errno.EPERM, marked.setsockopt, socket.SOL_SOCKET, SO_MARK, 5)
    os._exit(0)


def filtered(ip, tag):
    """The test drops what goes to this port."""
    with net.new(ip, tag, socket.SOCK_DGRAM) as sock:
        fails(errno.EPERM, sock.sendto, b"x", (net.own(ip), 9055))
        fails(errno.EPERM, sock.sendto, b"x", (net.own(ip), 9055))


def force(ip, tag):
    """Options as asked and as they then are, by getsockopt()."""
    rows = [
        (socket.SOL_SOCKET, socket.SO_RCVBUF, 20000), (socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30),
        (socket.SOL_SOCKET, socket.SO_PRIORITY, 5), (socket.SOL_SOCKET, socket.SO_REUSEADDR, 7),
        (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1), (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 3),
        (socket.SOL_SOCKET, socket.SO_RCVLOWAT, 100), (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
    ]
    tcp = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 9), (socket.IPPROTO_TCP, socket.TCP_CORK, 1),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4), (socket.IPPROTO_TCP, socket.TCP_SYNCNT, 3),
        (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1234), (socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, 99999),
        (socket.IPPROTO_TCP, 25, 8192),
    ]
    for name, options in (("socket", rows), ("tcp", tcp)):
        with net.new(ip, tag + "." + name) as sock:
            for level, option, value in options:
                sock.setsockopt(level, option, value)
                net.figure(tag + "." + name, "force", "%d:%d" % (value, sock.getsockopt(level, option)))


def unix(ip, tag):
    """Both ends of a socket pair: each has sent and received, and then once more."""
    one, other = (net.told(sock, tag + name) for sock, name in zip(socket.socketpair(), (".one", ".other")))
    for sender, taker in ((one, other), (other, one), (one, other), (other, one)):
        sender.send(b"x")
        taker.recv(1)
    one.close()
    other.close()


def mptcp(ip, tag):
    door = net.told(socket.socket(net.IP[ip][0], socket.SOCK_STREAM, IPPROTO_MPTCP), tag + ".listener")
    door.bind((net.own(ip), 0))
    door.listen(1)
    client = net.told(socket.socket(net.IP[ip][0], socket.SOCK_STREAM, IPPROTO_MPTCP), tag + ".client")
    client.connect((net.own(ip), net.port_of(door)))
    net.figure(tag, "port", net.port_of(door))
    server = net.accept(door, tag + ".server")
    client.send(b"x")
    server.recv(1)
    for sock in (client, server, door):
        sock.close()


net.main({job.__name__: job for job in (queue, overflow, conflict, privilege, filtered, force, unix, mptcp)})
