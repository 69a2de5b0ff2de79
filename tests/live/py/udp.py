# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets without a connection, and UNIX sockets: udp.py 4|6 SCENARIO..."""

import errno
import os
import socket
import subprocess
import sys

import net

DGRAM = socket.SOCK_DGRAM


def exchange(ip, tag, connected):
    server, client = net.new(ip, tag + ".server", DGRAM), net.new(ip, tag + ".client", DGRAM)
    server.bind((net.own(ip), 0))
    to = server.getsockname()[:2]
    if connected:
        client.connect(to)
    for size in (10, 200, 3000):
        if connected:
            client.send(b"q" * size)
        else:
            client.sendto(b"q" * size, to)
        data, peer = server.recvfrom(9000)
        assert len(data) == size
        server.sendto(data * 2, peer)
        assert len(client.recv(9000)) == 2 * size
    net.figure(tag, "port", to[1])
    net.figure(tag, "pid", os.getpid())
    client.close()
    server.close()


def connected(ip, tag):
    exchange(ip, tag, True)


def unconnected(ip, tag):
    exchange(ip, tag, False)


def refused(ip, tag):
    """A connected UDP socket hears of a closed port at its next call."""
    with socket.socket(net.IP[ip][0], DGRAM) as gone:
        gone.bind((net.own(ip), 0))
        to = gone.getsockname()[:2]
    sock = net.new(ip, tag, DGRAM)
    sock.connect(to)
    sock.send(b"x" * 5)
    try:
        sock.recv(100)
        raise AssertionError("a closed port answered")
    except OSError as error:
        assert error.errno == errno.ECONNREFUSED, error
    sock.close()


def too_large(ip, tag):
    sock = net.new(ip, tag, DGRAM)
    try:
        sock.sendto(bytes(70000), (net.own(ip), 9))
        raise AssertionError("a datagram of 70000 bytes was sent")
    except OSError as error:
        assert error.errno == errno.EMSGSIZE, error
    sock.close()


def empty(ip, tag):
    """A datagram of no bytes is a datagram."""
    sock = net.new(ip, tag, DGRAM)
    sock.bind((net.own(ip), 0))
    sock.sendto(b"", sock.getsockname()[:2])
    assert sock.recv(10) == b""
    sock.close()


def open_until_killed(ip, tag):
    sock = net.new(ip, tag, DGRAM)
    sock.bind((net.own(ip), 0))
    print("up", flush=True)
    sock.recv(10)


def killed(ip, tag):
    child = subprocess.Popen([sys.executable, "-B", __file__, str(ip), "open_until_killed"], stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        if line.startswith("up"):
            break
        net.say(line.strip())
    child.kill()
    child.wait()
    net.figure(tag, "pid", child.pid)


def unix_stream(ip, tag):
    a, b = socket.socketpair()
    net.told(a, tag + ".a")
    net.told(b, tag + ".b")
    a.sendall(b"x" * 700)
    assert len(b.recv(1000)) == 700
    b.sendall(b"y" * 40)
    assert len(a.recv(1000)) == 40
    net.figure(tag, "pid", os.getpid())
    a.close()
    assert b.recv(10) == b""
    b.close()


JOBS = [connected, unconnected, refused, too_large, empty, killed, open_until_killed, unix_stream]

if __name__ == "__main__":
    net.main({job.__name__: job for job in JOBS})
