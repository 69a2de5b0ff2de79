# SPDX-License-Identifier: GPL-2.0-or-later
"""Buffers that are full, empty, too small, or grow: buffers.py 4|6 SCENARIO..."""

import select
import socket
import struct
import threading
import time

import net

SYS_RECVFROM = {"x86_64": "45", "aarch64": "207"}


def limits(sock, tag):
    net.figure(tag, "rcvbuf", sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
    net.figure(tag, "sndbuf", sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))


def probes_sent():
    """By this namespace."""
    with open("/proc/thread-self/net/netstat") as f:
        names, values = f.readline().split(), f.readline().split()
    return int(values[names.index("TCPWinProbe")])


def small_pair(ip, tag, rcvbuf):
    """A connection whose server has a receive buffer of that size: the child has it from its listener."""
    door = net.new(ip, tag + ".listener")
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
    door.bind((net.own(ip), 0))
    door.listen(1)
    client = net.new(ip, tag + ".client")
    client.connect((net.own(ip), net.port_of(door)))
    server = net.accept(door, tag + ".server")
    door.close()
    return client, server


def slow_reader(ip, tag):
    """The reader does not read until the sender has probed its closed window; then it reads all."""
    client, server = small_pair(ip, tag, 8192)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    total = 200000
    before = probes_sent()

    def send():
        begin = time.monotonic_ns()
        client.sendall(b"x" * total)
        net.figure(tag + ".client", "send_us", (time.monotonic_ns() - begin) // 1000)
        client.shutdown(socket.SHUT_WR)

    def read():
        while probes_sent() == before:
            time.sleep(0.01)
        limits(server, tag + ".server")
        assert net.receive_all(server) == total

    net.together([send, read])
    limits(client, tag + ".client")
    server.close()
    client.close()


def udp_full(ip, tag):
    """300 datagrams for a socket that has room for a few, and reads them only then."""
    taker = net.new(ip, tag + ".server", socket.SOCK_DGRAM)
    taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    taker.bind((net.own(ip), 0))
    giver = net.new(ip, tag + ".client", socket.SOCK_DGRAM)
    giver.connect((net.own(ip), net.port_of(taker)))
    for _ in range(300):
        giver.send(b"x" * 500)
    taken = 0
    taker.setblocking(False)
    try:
        while taker.recv(1000):
            taken += 1
    except BlockingIOError:
        pass
    net.figure(tag + ".server", "dropped", 300 - taken)
    limits(taker, tag + ".server")
    giver.close()
    taker.close()


def asleep_in_recv(thread):
    """Is the thread inside recvfrom(), off the CPU? What /proc says of it names the call it sleeps in."""
    import platform

    with open("/proc/self/task/%d/syscall" % thread.native_id) as f:
        return f.read().split()[0] == SYS_RECVFROM[platform.machine()]


def waits(ip, tag):
    """Three receives that find nothing and wait 50 ms and more, two that find data."""
    client, server = net.pair(ip, tag)
    least = []

    def read():
        for _ in range(3):
            assert server.recv(1) == b"x"
        assert server.recv(1) == b"y" and server.recv(1) == b"z"

    reader = threading.Thread(target=read)
    reader.start()
    for data in (b"x", b"x", b"xyz"):
        while not asleep_in_recv(reader):
            time.sleep(0.001)
        begin = time.monotonic_ns()
        time.sleep(0.05)
        least.append(time.monotonic_ns() - begin)
        client.send(data)
    reader.join()
    net.figure(tag + ".server", "waited_us", sum(least) // 1000)
    server.close()
    client.close()


def tuned(ip, tag):
    """A fast stream to a reader whose buffer nobody has set."""
    client, server = net.pair(ip, tag)
    net.figure(tag + ".server", "rcvbuf_first", server.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))

    def send():
        client.sendall(b"x" * 30000000)
        client.shutdown(socket.SHUT_WR)

    net.together([send, lambda: net.receive_all(server)])
    limits(server, tag + ".server")
    server.close()
    client.close()


def unread(ip, tag):
    """5000 bytes lie in the receive queue when the reader comes."""
    client, server = net.pair(ip, tag)
    client.send(b"x" * 5000)
    select.select([server], [], [])
    while struct.unpack("i", inq(server))[0] < 5000:
        time.sleep(0.001)
    assert len(server.recv(5000)) == 5000
    client.close()
    server.close()


def inq(sock):
    import fcntl
    import termios

    return fcntl.ioctl(sock, termios.FIONREAD, b"\0\0\0\0")


net.main({"slow_reader": slow_reader, "udp_full": udp_full, "waits": waits, "tuned": tuned, "unread": unread})
