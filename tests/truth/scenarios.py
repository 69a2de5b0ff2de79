# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios: what a client and a server do to each other. Each says in one sentence what it does, and asserts what the
programs themselves see. It returns the payload that each side sent to whom, if that is known: (client, server)."""

import errno
import os
import select
import socket
import struct
import tempfile
import time

from place import together

LINGER_0 = struct.pack("ii", 1, 0)
TCP_USER_TIMEOUT = 18
TCP_FASTOPEN_CONNECT = 30
SO_ZEROCOPY, MSG_ZEROCOPY = 60, 0x4000000


def connect(c, s, port=7000, **options):
    sock = c.socket()
    for name, value in options.items():
        sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    sock.connect((s.address, port))
    return sock


def pair(c, s):
    """A connection; its listener is gone when it begins."""
    door = s.listen()
    client = connect(c, s)
    server = door.accept()[0]
    door.close()
    return client, server


def drain(sock):
    total = 0
    while True:
        data = sock.recv(65536)
        if not data:
            return total
        total += len(data)


def fails(wanted, call, *args):
    try:
        call(*args)
    except OSError as error:
        assert error.errno == wanted, error
        return
    raise AssertionError("a call succeeded that should not")


def state(sock):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def until(test):
    while not test():
        time.sleep(0.002)


def client_first(c, s):
    """The client asks, the server answers, the client closes first."""
    client, server = pair(c, s)
    client.sendall(b"x" * 100)
    assert len(server.recv(1000)) == 100
    server.sendall(b"y" * 5000)
    got = 0
    while got < 5000:
        got += len(client.recv(5000))
    client.close()
    assert drain(server) == 0
    server.close()
    return 100, 5000


def server_first(c, s):
    """The server closes first, as HTTP/1.0 does."""
    client, server = pair(c, s)
    client.sendall(b"x" * 100)
    assert len(server.recv(1000)) == 100
    server.sendall(b"y" * 5000)
    server.close()
    assert drain(client) == 5000
    client.close()
    return 100, 5000


def crossed(c, s):
    """Both close at once, over a link that is slow when they do: the FINs cross."""
    client, server = pair(c, s)
    c.slow()
    s.slow()
    client.send(b"x" * 1000)
    server.send(b"y" * 1000)
    together(lambda: client.shutdown(socket.SHUT_WR), lambda: server.shutdown(socket.SHUT_WR))
    assert drain(client) == drain(server) == 1000
    client.close()
    server.close()
    return 1000, 1000


def half_closed(c, s):
    """The client closes its direction, and the server sends 100 kB before it closes its own."""
    client, server = pair(c, s)
    client.shutdown(socket.SHUT_WR)
    assert drain(server) == 0
    together(lambda: (server.sendall(b"y" * 100000), server.close()), lambda: drain(client))
    client.close()
    return 0, 100000


def client_resets(c, s):
    """The client aborts with SO_LINGER 0."""
    client, server = pair(c, s)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
    client.close()
    fails(errno.ECONNRESET, server.recv, 1)
    server.close()
    return 0, 0


def server_resets(c, s):
    """The server aborts with SO_LINGER 0."""
    client, server = pair(c, s)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
    server.close()
    fails(errno.ECONNRESET, client.recv, 1)
    client.close()
    return 0, 0


def unread(c, s):
    """The server closes with 700 bytes that it has not read: the kernel resets."""
    client, server = pair(c, s)
    client.sendall(b"x" * 700)
    select.select([server], [], [])
    server.close()
    fails(errno.ECONNRESET, client.recv, 1)
    client.close()
    return 700, 0


def too_late(c, s):
    """The client goes on sending after the server has closed: it is reset."""
    client, server = pair(c, s)
    server.close()
    until(lambda: state(client) == 8)
    client.send(b"x" * 10)
    until(lambda: state(client) == 7)
    client.close()
    return 10, 0


def refused(c, s):
    """Nobody listens on the port."""
    sock = c.socket()
    fails(errno.ECONNREFUSED, sock.connect, (s.address, 7001))
    sock.close()
    return None


def silence(c, s):
    """The server's netfilter drops all SYNs, and the client gives up after two."""
    s.rule("tcp dport 7000 drop")
    sock = c.socket()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)
    fails(errno.ETIMEDOUT, sock.connect, (s.address, 7000))
    sock.close()
    return None


def rejected(c, s):
    """The server's netfilter rejects the SYN by ICMP."""
    s.rule("tcp dport 7000 reject with icmpx type admin-prohibited")
    sock = c.socket()
    fails(errno.EHOSTUNREACH if c.ip == 4 else errno.EACCES, sock.connect, (s.address, 7000))
    sock.close()
    return None


def cancelled(c, s):
    """The client closes its socket while its SYN has no answer."""
    s.rule("tcp dport 7000 drop")
    sock = c.socket()
    sock.setblocking(False)
    assert sock.connect_ex((s.address, 7000)) == errno.EINPROGRESS
    sock.close()
    return None


def lost_syn(c, s):
    """The first SYN is lost, the second is answered."""
    s.rule("tcp flags & (syn | ack) == syn numgen inc mod 100 0 drop")
    client, server = pair(c, s)
    client.close()
    drain(server)
    server.close()
    return 0, 0


def lost_synack(c, s):
    """The first SYN-ACK is lost, and one end or the other tries again."""
    c.rule("tcp flags & (syn | ack) == syn | ack numgen inc mod 100 0 drop")
    client, server = pair(c, s)
    client.close()
    drain(server)
    server.close()
    return 0, 0


def stream(c, s, size):
    client, server = pair(c, s)

    def send():
        client.sendall(b"x" * size)
        client.shutdown(socket.SHUT_WR)

    def read():
        assert drain(server) == size

    together(send, read)
    server.close()
    drain(client)
    client.close()
    return size, 0


def far(c, s):
    """1 MB over a link of 20 ms each way."""
    c.netem("delay", "20ms")
    s.netem("delay", "20ms")
    return stream(c, s, 1000000)


def lossy(c, s):
    """1 MB over a link that loses 3 % of the client's segments."""
    s.loses(3)
    return stream(c, s, 1000000)


def deaf(c, s):
    """300 kB over a link that loses 10 % of the server's ACKs."""
    c.loses(10)
    return stream(c, s, 300000)


def reordered(c, s):
    """1 MB over a link that lets a fifth of the segments overtake the others."""
    c.netem("delay", "10ms", "reorder", "20%", "50%")
    return stream(c, s, 1000000)


def doubled(c, s):
    """300 kB over a link that doubles a tenth of the segments."""
    c.netem("delay", "5ms", "duplicate", "10%")
    return stream(c, s, 300000)


def broken(c, s):
    """300 kB over a link that changes a bit in 2 % of the segments."""
    c.do("ethtool", "-K", c.dev, "tx", "off")
    c.netem("delay", "2ms", "corrupt", "2%")
    return stream(c, s, 300000)


def slow_reader(c, s):
    """The server does not read until the client has probed its closed window."""
    door = s.listen(SO_RCVBUF=8192)
    client = connect(c, s)
    server = door.accept()[0]
    door.close()

    def send():
        client.sendall(b"x" * 300000)
        client.shutdown(socket.SHUT_WR)

    def read():
        until(lambda: c.counters()["TcpExt.TCPWinProbe"])
        assert drain(server) == 300000

    together(send, read)
    server.close()
    drain(client)
    client.close()
    return 300000, 0


def many(c, s):
    """200 connections, one after the other."""
    door = s.listen()
    for _ in range(200):
        client = connect(c, s)
        server = door.accept()[0]
        client.send(b"x" * 10)
        server.recv(10)
        client.close()
        drain(server)
        server.close()
    door.close()
    return 2000, 0


def queue_full(c, s):
    """The listener's queue has room for two, and eight clients come before anybody accepts."""
    door = s.listen(backlog=1)
    clients = [c.socket() for _ in range(8)]
    for sock in clients:
        sock.setblocking(False)
        sock.connect_ex((s.address, 7000))
    select.select([], clients[:2], [])
    time.sleep(1.5)
    door.close()
    for sock in clients:
        sock.close()
    return None


def cookies(c, s):
    """Ten connections while the server answers every SYN with a cookie."""
    s.sysctl(net__ipv4__tcp_syncookies=2)
    door = s.listen()
    for _ in range(10):
        client = connect(c, s)
        server = door.accept()[0]
        client.send(b"x" * 10)
        server.recv(10)
        client.close()
        drain(server)
        server.close()
    door.close()
    return 100, 0


def never_accepted(c, s):
    """The listener closes while three connections wait for accept()."""
    door = s.listen()
    clients = [connect(c, s) for _ in range(3)]
    until(lambda: all(state(sock) == 1 for sock in clients))
    time.sleep(0.1)
    door.close()
    for sock in clients:
        fails(errno.ECONNRESET, sock.recv, 1)
        sock.close()
    return 0, 0


def keepalive(c, s):
    """The link is unplugged, and the client's keepalive gives up."""
    client, server = pair(c, s)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 1)):
        client.setsockopt(socket.IPPROTO_TCP, name, value)
    s.loses(100)
    fails(errno.ETIMEDOUT, client.recv, 1)
    client.close()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
    server.close()
    return 0, 0


def user_timeout(c, s):
    """The link is unplugged, and data that nobody acknowledges is given up after a second."""
    client, server = pair(c, s)
    client.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 1000)
    s.loses(100)
    client.send(b"x" * 10)
    until(lambda: state(client) == 7)
    fails(errno.ETIMEDOUT, client.recv, 1)
    client.close()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
    server.close()
    return None


def no_port(c, s):
    """Two local ports are left, and three connections want one."""
    c.sysctl(net__ipv4__ip_local_port_range="40000 40001")
    door = s.listen()
    clients = [connect(c, s), connect(c, s)]
    third = c.socket()
    fails(errno.EADDRNOTAVAIL, third.connect, (s.address, 7000))
    third.close()
    for sock in clients:
        server = door.accept()[0]
        sock.close()
        drain(server)
        server.close()
    door.close()
    return 0, 0


def fast_open(c, s):
    """TCP fast open: the second connection's data comes with its SYN."""
    c.sysctl(net__ipv4__tcp_fastopen=3)
    s.sysctl(net__ipv4__tcp_fastopen=3)
    door = s.listen()
    door.setsockopt(socket.IPPROTO_TCP, 23, 16)
    for _ in range(2):
        client = c.socket()
        client.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
        client.connect((s.address, 7000))
        client.send(b"x" * 50)
        server = door.accept()[0]
        assert len(server.recv(100)) == 50
        client.close()
        drain(server)
        server.close()
    door.close()
    return 100, 0


def both_connect(c, s):
    """Simultaneous open: both connect to each other, over a link that is slow when they do."""
    one, other = c.socket(), s.socket()
    one.bind((c.address, 7100))
    other.bind((s.address, 7200))
    noise = [(host.socket(socket.SOCK_DGRAM), peer) for host, peer in ((c, s), (s, c))]
    c.slow()
    s.slow()
    for sock, peer in noise + noise:
        sock.sendto(b"x" * 1300, (peer.address, 9))
    together(lambda: one.connect((s.address, 7200)), lambda: other.connect((c.address, 7100)))
    for sock, _ in noise:
        sock.close()
    one.close()
    drain(other)
    other.close()
    return 0, 0


def sendfile(c, s):
    """500 kB by sendfile()."""
    client, server = pair(c, s)
    with tempfile.TemporaryFile() as f:
        f.write(b"x" * 500000)
        f.flush()

        def send():
            at = 0
            while at < 500000:
                at += os.sendfile(client.fileno(), f.fileno(), at, 500000 - at)
            client.shutdown(socket.SHUT_WR)

        together(send, lambda: drain(server))
    server.close()
    drain(client)
    client.close()
    return 500000, 0


def zerocopy(c, s):
    """100 kB by MSG_ZEROCOPY."""
    client, server = pair(c, s)
    client.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)

    def send():
        for _ in range(10):
            client.send(b"x" * 10000, MSG_ZEROCOPY)
        client.shutdown(socket.SHUT_WR)

    together(send, lambda: drain(server))
    server.close()
    drain(client)
    client.close()
    return 100000, 0


def killed(c, s):
    """The client's process is killed with its connection open."""
    door = s.listen()
    pid = os.fork()
    if not pid:
        sock = connect(c, s)
        sock.send(b"x" * 10)
        os.kill(os.getpid(), 9)
    server = door.accept()[0]
    os.waitpid(pid, 0)
    assert drain(server) == 10
    server.close()
    door.close()
    return 10, 0


def udp(c, s):
    """20 datagrams there and 20 back."""
    door = s.socket(socket.SOCK_DGRAM)
    door.bind((s.address, 7000))
    sock = c.socket(socket.SOCK_DGRAM)
    sock.connect((s.address, 7000))
    for i in range(20):
        sock.send(b"x" * (i + 1))
        data, peer = door.recvfrom(100)
        door.sendto(data, peer)
        sock.recv(100)
    sock.close()
    door.close()
    return 210, 210


def udp_full(c, s):
    """200 datagrams for a socket that has room for a few."""
    door = s.socket(socket.SOCK_DGRAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    door.bind((s.address, 7000))
    sock = c.socket(socket.SOCK_DGRAM)
    sock.connect((s.address, 7000))
    for _ in range(200):
        sock.send(b"x" * 500)
    sock.close()
    door.close()
    return 100000, 0


def udp_refused(c, s):
    """A datagram to a port that nobody has, and the ICMP that says so."""
    sock = c.socket(socket.SOCK_DGRAM)
    sock.connect((s.address, 7001))
    sock.send(b"x" * 10)
    fails(errno.ECONNREFUSED, sock.recv, 1)
    sock.close()
    return 10, 0


ALL = [client_first, server_first, crossed, half_closed, client_resets, server_resets, unread, too_late, refused, silence,
       rejected, cancelled, lost_syn, lost_synack, far, lossy, deaf, reordered, doubled, broken, slow_reader, many, queue_full,
       cookies, never_accepted, keepalive, user_timeout, no_port, fast_open, both_connect, sendfile, zerocopy, killed, udp,
       udp_full, udp_refused]
