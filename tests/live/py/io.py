# SPDX-License-Identifier: GPL-2.0-or-later
"""Data by every call that moves it: io.py 4|6 SCENARIO... Each end tells what it did: figures "send" and "recv",
CALLS:ERRORS:BYTES, as the program counted them."""

import errno
import os
import socket
import struct
import tempfile
import time

import net


class End:
    """A socket that counts. None from a call is a failure; None from a peek is nothing at all."""

    def __init__(self, sock, tag):
        self.sock, self.tag, self.done = sock, tag, {"send": [0, 0, 0], "recv": [0, 0, 0]}

    def count(self, kind, moved):
        row = self.done[kind]
        row[0] += 1
        if moved is None:
            row[1] += 1
        else:
            row[2] += moved

    def send(self, call, *args):
        moved = call(*args)
        self.count("send", moved)
        return moved

    def recv(self, call, *args):
        got = call(*args)
        moved = got if isinstance(got, int) else len(got)
        self.count("recv", moved)
        return moved

    def fails(self, kind, wanted, call, *args):
        try:
            call(*args)
            raise AssertionError("%s: a call succeeded that should not" % self.tag)
        except OSError as error:
            assert error.errno == wanted, (self.tag, error)
        self.count(kind, None)

    def close(self):
        for kind, row in self.done.items():
            net.figure(self.tag, kind, ":".join(map(str, row)))
        self.sock.close()


def ends(ip, tag):
    client, server = net.pair(ip, tag)
    return End(client, tag + ".client"), End(server, tag + ".server")


def finish(client, server):
    """The client's FIN, seen by the server: one more receive, of nothing."""
    client.sock.shutdown(socket.SHUT_WR)
    assert server.recv(server.sock.recv, 100) == 0
    server.close()
    client.close()


def sends(ip, tag):
    client, server = ends(ip, tag)
    sock = client.sock
    client.send(os.write, sock.fileno(), b"w" * 11)
    client.send(sock.send, b"s" * 220)
    client.send(sock.sendto, b"t" * 330, sock.getpeername())
    client.send(sock.sendmsg, [b"a" * 400, b"b" * 40])
    client.send(os.writev, sock.fileno(), [b"c" * 500, b"d" * 50, b"e" * 5])
    with tempfile.TemporaryFile() as file:
        file.write(b"f" * 666)
        file.flush()
        client.send(os.sendfile, sock.fileno(), file.fileno(), 0, 666)
    out, into = os.pipe()
    os.write(into, b"p" * 777)
    client.send(os.splice, out, sock.fileno(), 777)
    total = 11 + 220 + 330 + 440 + 555 + 666 + 777
    assert server.recv(server.sock.recv, total, socket.MSG_WAITALL) == total
    finish(client, server)


def receives(ip, tag):
    client, server = ends(ip, tag)
    sock = server.sock
    client.send(client.sock.send, b"x" * 2100)
    net.acked(client.sock)
    server.recv(os.read, sock.fileno(), 100)
    server.recv(sock.recv, 200)
    server.recv(lambda: sock.recvfrom(300)[0])
    server.recv(os.readv, sock.fileno(), [bytearray(150), bytearray(250)])
    server.recv(lambda: sock.recvmsg(500)[0])
    assert len(sock.recv(1000, socket.MSG_PEEK)) == 600  # takes nothing, and is counted as nothing
    server.recv(sock.recv, 10000)
    finish(client, server)


def splice_from(ip, tag):
    """splice() from a socket passes by the receive path: the kernel's own figures have its bytes."""
    client, server = ends(ip, tag)
    client.send(client.sock.send, b"x" * 3000)
    net.acked(client.sock)
    out, into = os.pipe()
    assert os.splice(server.sock.fileno(), into, 3000) == 3000
    assert len(os.read(out, 4000)) == 3000
    finish(client, server)


def failures(ip, tag):
    client, server = ends(ip, tag)
    for _ in range(3):
        server.fails("recv", errno.EAGAIN, server.sock.recv, 10, socket.MSG_DONTWAIT)
    client.send(client.sock.send, b"x" * 10)
    assert server.recv(server.sock.recv, 100) == 10
    client.sock.shutdown(socket.SHUT_WR)
    client.fails("send", errno.EPIPE, client.sock.send, b"y")
    client.fails("send", errno.EPIPE, os.write, client.sock.fileno(), b"y")
    assert server.recv(server.sock.recv, 100) == 0
    server.close()
    client.close()


def timeout(sock, name):
    sock.setsockopt(socket.SOL_SOCKET, name, struct.pack("ll", 0, 250000))


def blocked_receive(ip, tag):
    client, server = ends(ip, tag)
    timeout(server.sock, socket.SO_RCVTIMEO)
    begin = time.monotonic()
    server.fails("recv", errno.EAGAIN, server.sock.recv, 100)
    net.figure(tag, "most_us", int((time.monotonic() - begin) * 1e6) + 1)
    finish(client, server)


def blocked_send(ip, tag):
    client, server = ends(ip, tag)
    client.sock.setblocking(False)
    try:
        while True:
            client.send(client.sock.send, bytes(65536))
    except BlockingIOError:
        client.count("send", None)
    client.sock.setblocking(True)
    timeout(client.sock, socket.SO_SNDTIMEO)
    begin = time.monotonic()
    try:
        client.send(client.sock.send, bytes(1 << 20))  # the peer's window may still take a little
        client.fails("send", errno.EAGAIN, client.sock.send, bytes(1 << 20))
    except BlockingIOError:
        client.count("send", None)
    net.figure(tag, "most_us", int((time.monotonic() - begin) * 1e6) + 1)
    while True:
        try:
            if not server.recv(server.sock.recv, 1 << 20, socket.MSG_DONTWAIT):
                break
        except BlockingIOError:
            server.count("recv", None)
            client.sock.shutdown(socket.SHUT_WR)
            net.wait_events(server.sock, 1)  # POLLIN
    server.close()
    client.close()


def stream(ip, tag):
    """4 MB, in calls of many sizes, and as a large sendfile()."""
    client, server = ends(ip, tag)

    def feed():
        for size in (1, 10, 100, 1000, 10000, 100000, 1000000):
            client.sock.settimeout(None)
            left = size
            while left:
                left -= client.send(client.sock.send, bytes(left))
        client.sock.shutdown(socket.SHUT_WR)

    def drain():
        while server.recv(server.sock.recv, 77777):
            pass

    net.together([feed, drain])
    server.close()
    client.close()


def sendfile_large(ip, tag):
    client, server = ends(ip, tag)

    def feed():
        with tempfile.TemporaryFile() as file:
            file.truncate(3000000)
            at = 0
            while at < 3000000:
                at += client.send(os.sendfile, client.sock.fileno(), file.fileno(), at, 3000000 - at)
        client.sock.shutdown(socket.SHUT_WR)

    def drain():
        while server.recv(server.sock.recv, 77777):
            pass

    net.together([feed, drain])
    server.close()
    client.close()


JOBS = [sends, receives, splice_from, failures, blocked_receive, blocked_send, stream, sendfile_large]

if __name__ == "__main__":
    net.main({job.__name__: job for job in JOBS})
