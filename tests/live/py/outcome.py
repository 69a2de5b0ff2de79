# SPDX-License-Identifier: GPL-2.0-or-later
"""Connects that end in every way: outcome.py 4|6 SCENARIO..., all at once. Each asserts the program's own view."""

import errno
import os
import select
import socket
import struct
import subprocess
import sys
import time

import net

DROPPED = 9001  # the test's nftables drop every SYN to this port, count it, and those to the next four
BLOCKED = 9005
DENIED = 9008  # the test's cgroup program refuses connect() to it
UNREACHABLE = {4: "198.51.100.1", 6: "2001:db8:1::1"}
PROHIBITED = {4: "198.51.100.2", 6: "2001:db8:1::2"}
NO_ROUTE = {4: "203.0.113.1", 6: "2001:db8:2::1"}
CLOSED = 7  # TCP_CLOSE
REJECTED = 9006  # rejected by ICMP
RESET = 9007  # rejected by a RST


def connect(ip, tag, to, wanted, syncnt=None):
    sock = net.new(ip, tag)
    if syncnt:
        sock.setsockopt(socket.IPPROTO_TCP, net.TCP_SYNCNT, syncnt)
    err = 0
    try:
        sock.connect(to)
    except OSError as error:
        err = error.errno
    assert err == wanted, (tag, errno.errorcode.get(err, err), errno.errorcode.get(wanted))
    sock.close()


def connect_later(ip, tag, to, wanted, syncnt=None):
    sock = net.new(ip, tag)
    sock.setblocking(False)
    if syncnt:
        sock.setsockopt(socket.IPPROTO_TCP, net.TCP_SYNCNT, syncnt)
    err = sock.connect_ex(to)
    assert err == errno.EINPROGRESS, (tag, errno.errorcode.get(err, err))
    net.wait_events(sock, select.POLLOUT)
    err = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    assert err == wanted, (tag, errno.errorcode.get(err, err), errno.errorcode.get(wanted))
    sock.close()


def established(ip, tag):
    client, server = net.pair(ip, tag)
    client.close()
    net.receive_all(server)
    server.close()


def established_later(ip, tag):
    door = net.listener(ip, tag + ".listener")
    connect_later(ip, tag, (net.own(ip), net.port_of(door)), 0)
    net.accept(door, tag + ".server").close()
    door.close()


def closed_port(ip):
    """A port that is bound, so that nobody else listens on it, and refuses."""
    sock = socket.socket(net.IP[ip][0])
    sock.bind((net.own(ip), 0))
    return sock


def refused(ip, tag):
    with closed_port(ip) as bound:
        connect(ip, tag, bound.getsockname()[:2], errno.ECONNREFUSED)


def refused_later(ip, tag):
    with closed_port(ip) as bound:
        connect_later(ip, tag, bound.getsockname()[:2], errno.ECONNREFUSED)


def timed_out_1(ip, tag):
    connect(ip, tag, (net.own(ip), DROPPED), errno.ETIMEDOUT, 1)


def timed_out_2(ip, tag):
    connect(ip, tag, (net.own(ip), DROPPED + 1), errno.ETIMEDOUT, 2)


def timed_out_later(ip, tag):
    connect_later(ip, tag, (net.own(ip), DROPPED + 2), errno.ETIMEDOUT, 1)


def host_unreachable(ip, tag):
    connect(ip, tag, (UNREACHABLE[ip], 80), errno.EHOSTUNREACH)


def net_unreachable(ip, tag):
    connect(ip, tag, (NO_ROUTE[ip], 80), errno.ENETUNREACH)


def prohibited(ip, tag):
    connect(ip, tag, (PROHIBITED[ip], 80), errno.EACCES)


def icmp_unreachable(ip, tag):
    connect(ip, tag, (net.own(ip), REJECTED), errno.EHOSTUNREACH)


def icmp_unreachable_later(ip, tag):
    """IPv4 tells the first ICMP by poll() and SO_ERROR, and goes on (sk_err_soft); it gives up at the second."""
    sock = net.new(ip, tag)
    sock.setblocking(False)
    assert sock.connect_ex((net.own(ip), REJECTED)) == errno.EINPROGRESS
    net.wait_state(sock, CLOSED)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.EHOSTUNREACH
    sock.close()


def icmp_told(ip, tag):
    """As soon as SO_ERROR tells it; IPv4 then has not given up yet."""
    connect_later(ip, tag, (net.own(ip), REJECTED), errno.EHOSTUNREACH)


def firewall_reset(ip, tag):
    connect(ip, tag, (net.own(ip), RESET), errno.ECONNREFUSED)


def denied(ip, tag):
    connect(ip, tag, (net.own(ip), DENIED), errno.EPERM)


def bind_in_use(ip, tag):
    door = net.listener(ip, tag + ".listener")
    sock = net.new(ip, tag)
    try:
        sock.bind((net.own(ip), net.port_of(door)))
        raise AssertionError("bind to a used port succeeded")
    except OSError as error:
        assert error.errno == errno.EADDRINUSE, error
    sock.close()
    door.close()


def tuple_in_use(ip, tag):
    door = net.listener(ip, tag + ".listener")
    first, second = net.new(ip, tag + ".first"), net.new(ip, tag)
    for sock in first, second:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((net.own(ip), 0 if sock is first else net.port_of(first)))
    first.connect((net.own(ip), net.port_of(door)))
    err = second.connect_ex((net.own(ip), net.port_of(door)))
    assert err == errno.EADDRNOTAVAIL, errno.errorcode.get(err, err)
    second.close()
    first.close()
    door.close()


def no_port(ip, tag):
    """The test has left two local ports."""
    door = net.listener(ip, tag + ".listener", port=9009)
    held = [net.new(ip, "%s.held%d" % (tag, i)) for i in range(2)]
    for sock in held:
        sock.connect((net.own(ip), 9009))
    connect(ip, tag, (net.own(ip), 9009), errno.EADDRNOTAVAIL)
    for sock in held:
        sock.close()
    door.close()


def cancelled(ip, tag):
    sock = net.new(ip, tag)
    sock.setblocking(False)
    assert sock.connect_ex((net.own(ip), DROPPED + 3)) == errno.EINPROGRESS
    sock.close()


def blocked(ip, tag):
    """Waits in connect() until it is killed."""
    net.new(ip, tag).connect((net.own(ip), BLOCKED))


def in_syn_sent(ip, port):
    with open("/proc/self/net/tcp" + ("6" if ip == 6 else "")) as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return any(row[2].endswith(":%04X" % port) and row[3] == "02" for row in rows)


def cancelled_by_kill(ip, tag):
    child = subprocess.Popen([sys.executable, __file__, str(ip), "blocked"])
    while not in_syn_sent(ip, BLOCKED):
        time.sleep(0.005)
    child.kill()
    child.wait()
    net.figure(tag, "pid", child.pid)


def self_connect(ip, tag):
    """RFC 9293 3.5, figure 7: a socket that connects to itself opens simultaneously."""
    sock = net.new(ip, tag)
    sock.bind((net.own(ip), 0))
    sock.connect(sock.getsockname()[:2])
    sock.sendall(b"x" * 100)
    assert len(sock.recv(1000)) == 100
    sock.close()


def simultaneous_open(ip, tag):
    """Two sockets connect to each other; the test's nftables drop the first SYN of each, so that neither is refused."""
    a, b = net.new(ip, tag + ".a"), net.new(ip, tag + ".b")
    for sock, port in (a, 9011), (b, 9012):
        sock.bind((net.own(ip), port))
        sock.setblocking(False)
    assert a.connect_ex((net.own(ip), 9012)) == errno.EINPROGRESS
    assert b.connect_ex((net.own(ip), 9011)) == errno.EINPROGRESS
    net.wait_events(a, select.POLLOUT)
    net.wait_events(b, select.POLLOUT)
    assert not a.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    assert not b.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    a.close()
    b.setblocking(True)
    net.receive_all(b)
    b.close()


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def server_resets(ip, tag):
    client, server = net.pair(ip, tag)
    reset(server)
    try:
        client.recv(1)
        raise AssertionError("no reset came")
    except ConnectionResetError:
        client.close()


def client_resets(ip, tag):
    client, server = net.pair(ip, tag)
    reset(client)
    net.wait_events(server, select.POLLHUP)
    server.close()


def unread(ip, tag):
    """close() with 777 bytes unread is a RST, not a FIN (RFC 9293 3.6.1)."""
    client, server = net.pair(ip, tag)
    client.sendall(b"x" * 1000)
    assert len(server.recv(223, socket.MSG_WAITALL)) == 223
    net.acked(client)
    server.close()
    net.wait_events(client, select.POLLHUP)
    client.close()


def half_close(ip, tag):
    client, server = net.pair(ip, tag)
    client.sendall(b"x" * 500)
    client.shutdown(socket.SHUT_WR)
    assert net.receive_all(server) == 500
    begin = time.monotonic()
    server.sendall(b"y" * 3000)
    time.sleep(0.3)  # what the test is about
    server.sendall(b"z" * 4000)
    server.close()
    assert net.receive_all(client) == 7000
    net.figure(tag, "half_closed_us", int((time.monotonic() - begin) * 1e6))
    client.close()


END = "import sys, time; sys.stdout.write('up'); sys.stdout.flush(); time.sleep(600)"


def killed(ip, tag, victim):
    client, server = net.pair(ip, tag)
    dies, lives = (client, server) if victim == "client" else (server, client)
    child = subprocess.Popen([sys.executable, "-c", END], pass_fds=[dies.fileno()], stdout=subprocess.PIPE)
    child.stdout.read(2)
    dies.close()  # the child has the last reference
    child.kill()
    child.wait()
    assert lives.recv(1) == b""
    lives.close()


def client_killed(ip, tag):
    killed(ip, tag, "client")


def server_killed(ip, tag):
    killed(ip, tag, "server")


def drop(ip, direction, port):
    subprocess.run(["nft", "add", "rule", "inet", "t", "in", "meta", "nfproto", "ipv%d" % ip, "tcp", direction, str(port),
                    "drop"], check=True)


def silence(ip, tag, options, port, send):
    """A connection of which, once it stands, nothing passes any more."""
    door = net.listener(ip, tag + ".listener", port=port)
    client = net.new(ip, tag + ".client")
    client.connect((net.own(ip), port))
    server = net.accept(door, tag + ".server")
    for level, name, value in options:
        client.setsockopt(level, name, value)
    drop(ip, "dport", port)
    drop(ip, "sport", port)
    if send:
        client.sendall(b"x" * 100)
    try:
        client.recv(1)
        raise AssertionError("the connection did not time out")
    except TimeoutError:
        client.close()
    reset(server)
    door.close()


def user_timeout(ip, tag):
    silence(ip, tag, [(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 500)], 9021, True)


def keepalive(ip, tag):
    silence(ip, tag, [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1),
                      (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 1)], 9022, False)


def synack_again(ip, tag):
    """The test's nftables drop the first ACK of the client, so the server sends its SYN-ACK twice."""
    door = net.listener(ip, tag + ".listener", port=9031)
    client = net.new(ip, tag + ".client")
    client.connect((net.own(ip), 9031))
    server = net.accept(door, tag + ".server")
    client.close()
    server.close()
    door.close()


def accept_wait(ip, tag):
    door = net.listener(ip, tag + ".listener")
    client = net.new(ip, tag + ".client")
    begin = time.monotonic()
    client.connect((net.own(ip), net.port_of(door)))
    connected = time.monotonic()
    time.sleep(0.2)  # what the test is about
    waited = time.monotonic() - connected
    server = net.accept(door, tag + ".server")
    net.figure(tag, "least_us", int(waited * 1e6))
    net.figure(tag, "most_us", int((time.monotonic() - begin) * 1e6) + 1)
    client.close()
    server.close()
    door.close()


def accept_nothing(ip, tag):
    """A non-blocking accept() that finds nobody."""
    door = net.listener(ip, tag)
    door.setblocking(False)
    try:
        door.accept()
        raise AssertionError("accepted nobody")
    except BlockingIOError:
        door.close()


JOBS = [timed_out_1, timed_out_2, timed_out_later, icmp_unreachable, icmp_unreachable_later, icmp_told, simultaneous_open,
        user_timeout, keepalive, synack_again, established, established_later, refused, refused_later, host_unreachable, net_unreachable,
        prohibited, firewall_reset, denied, bind_in_use, tuple_in_use, cancelled, blocked, cancelled_by_kill, self_connect,
        server_resets, client_resets, unread, half_close, client_killed, server_killed, accept_wait, accept_nothing, no_port]

if __name__ == "__main__":
    net.main({job.__name__: job for job in JOBS})
