# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of sockets: options.py 4|6 SCENARIO... Each setsockopt() is told as a figure "set", LEVEL:NAME:VALUE:RESULT."""

import ctypes
import os
import socket
import struct

import net

libc = ctypes.CDLL(None, use_errno=True)
IP_MSFILTER = 41
SO_MARK = 36
SO_PRIORITY = 12


def put(sock, tag, level, name, value):
    """setsockopt() as it is, value: bytes or None (a bad pointer). Returns 0 or -errno."""
    data = ctypes.c_char_p(1) if value is None else ctypes.create_string_buffer(value, len(value))
    size = 4 if value is None else len(value)
    result = libc.setsockopt(sock.fileno(), level, name, data, size)
    result = -ctypes.get_errno() if result else 0
    shown = "-" if value is None or len(value) < 4 else struct.unpack("=i", value[:4])[0]
    net.figure(tag, "set", "%d:%d:%s:%d" % (level, name, shown, result))
    return result


def number(value):
    return struct.pack("=i", value)


def stream(ip, tag):
    """One of each level, accepted."""
    with net.new(ip, tag) as sock:
        put(sock, tag, socket.SOL_SOCKET, socket.SO_REUSEADDR, number(1))
        put(sock, tag, socket.SOL_SOCKET, socket.SO_KEEPALIVE, number(1))
        put(sock, tag, socket.SOL_SOCKET, socket.SO_RCVBUF, number(20000))
        put(sock, tag, socket.IPPROTO_TCP, socket.TCP_NODELAY, number(1))
        put(sock, tag, socket.IPPROTO_TCP, socket.TCP_MAXSEG, number(1000))
        if ip == 4:
            put(sock, tag, socket.IPPROTO_IP, socket.IP_TTL, number(33))
            put(sock, tag, socket.IPPROTO_IP, socket.IP_TOS, number(16))
        else:
            put(sock, tag, socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, number(33))
            put(sock, tag, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, number(1))


def refused(ip, tag):
    with net.new(ip, tag) as sock:
        put(sock, tag, socket.IPPROTO_TCP, socket.TCP_MAXSEG, number(1))
        put(sock, tag, socket.IPPROTO_TCP, 9999, number(7))
        put(sock, tag, socket.SOL_SOCKET, 9998, number(8))
        put(sock, tag, socket.SOL_SOCKET, socket.SO_KEEPALIVE, b"x")
        put(sock, tag, socket.SOL_SOCKET, socket.SO_KEEPALIVE, None)
        put(sock, tag, 4242, 1, number(9))
        put(sock, tag, socket.IPPROTO_IP if ip == 4 else socket.IPPROTO_IPV6, socket.IP_TTL if ip == 4 else
            socket.IPV6_UNICAST_HOPS, number(4096))


def unprivileged(ip, tag):
    """By a process that gave up root."""
    os.setresuid(65534, 65534, 65534)
    with net.new(ip, tag) as sock:
        put(sock, tag, socket.SOL_SOCKET, SO_MARK, number(5))
        put(sock, tag, socket.SOL_SOCKET, SO_PRIORITY, number(7))
        put(sock, tag, socket.SOL_SOCKET, SO_PRIORITY, number(6))


def many(ip, tag):
    with net.new(ip, tag) as sock:
        for seconds in range(101, 121):
            put(sock, tag, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, number(seconds))


def large(ip, tag):
    """Values larger than a page, which a cgroup program is shown only in part."""
    with net.new(ip, tag) as sock:
        put(sock, tag, socket.SOL_SOCKET, socket.SO_RCVBUF, number(30000) + bytes(8188))
        net.figure(tag, "rcvbuf", sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
        put(sock, tag, socket.SOL_SOCKET, socket.SO_KEEPALIVE, number(1) + bytes(4092))
        put(sock, tag, socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"no_such_control" + bytes(5000))
        put(sock, tag, socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno" + bytes(5000))
        net.figure(tag, "congestion", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode())


def sources(ip, tag):
    """IP_MSFILTER with 1500 sources: 6016 bytes that the kernel reads to the last."""
    if ip == 6:
        return
    group, own = socket.inet_aton("224.1.2.3"), socket.inet_aton("127.0.0.1")
    with net.new(ip, tag, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + own)
        wanted = b"".join(struct.pack(">I", 0x0A000001 + i) for i in range(1500))
        put(sock, tag, socket.IPPROTO_IP, IP_MSFILTER, group + own + struct.pack("=II", 1, 1500) + wanted)
        got = ctypes.create_string_buffer(group + own + struct.pack("=II", 0, 1500), 16 + 6000)
        size = ctypes.c_int(len(got))
        libc.getsockopt(sock.fileno(), socket.IPPROTO_IP, IP_MSFILTER, got, ctypes.byref(size))
        kept = struct.unpack("=II", got.raw[8:16])[1]
        held = [got.raw[16 + 4 * i:20 + 4 * i] for i in range(min(kept, 1500))]
        same = sorted(held) == sorted(wanted[4 * i:4 * i + 4] for i in range(1500))
        net.figure(tag, "sources", "%d-%s" % (kept, "same" if same else "different"))


def bound(ip, tag):
    with net.new(ip, tag + ".given") as given, net.new(ip, tag + ".any") as anyone, net.new(ip, tag + ".again") as again:
        given.bind((net.own(ip), 9041))
        anyone.bind((net.own(ip), 0))
        net.figure(tag, "port", net.port_of(anyone))
        again.bind((net.own(ip), 0))
        try:
            again.bind((net.own(ip), 9042))
            raise AssertionError("bound twice")
        except OSError as error:
            assert error.errno == 22, error


def listening(ip, tag):
    """The test has set net.core.somaxconn to 64."""
    with net.new(ip, tag + ".small") as small, net.new(ip, tag + ".clamped") as clamped, net.new(ip, tag + ".twice") as twice:
        small.listen(10)
        clamped.listen(1000)
        twice.listen(5)
        twice.listen(20)


JOBS = [stream, refused, many, large, sources, bound, listening, unprivileged]

if __name__ == "__main__":
    net.main({job.__name__: job for job in JOBS})
