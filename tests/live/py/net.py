# SPDX-License-Identifier: GPL-2.0-or-later
"""What the live tests' programs share: sockets with a tag that the test finds their lives by, and waiting without sleep.

Each socket is told on stdout as "socket TAG COOKIE" (SO_COOKIE, hexadecimal), each figure as "figure TAG NAME VALUE".
"""

import os
import select
import socket
import struct
import sys
import threading

SO_COOKIE = 57
TCP_SYNCNT = 7
IP = {4: (socket.AF_INET, "127.0.0.1"), 6: (socket.AF_INET6, "::1")}

_lock = threading.Lock()


def say(*words):
    with _lock:
        sys.stdout.write(" ".join(str(word) for word in words) + "\n")
        sys.stdout.flush()


def figure(tag, name, value):
    say("figure", tag, name, value)


def told(sock, tag):
    cookie = struct.unpack("=Q", sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]
    say("socket", tag, format(cookie, "x"))
    return sock


def own(ip):
    return IP[ip][1]


def new(ip, tag, kind=socket.SOCK_STREAM):
    return told(socket.socket(IP[ip][0], kind), tag)


def listener(ip, tag, port=0, backlog=8):
    sock = new(ip, tag)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((own(ip), port))
    sock.listen(backlog)
    return sock


def port_of(sock):
    return sock.getsockname()[1]


def accept(sock, tag):
    return told(sock.accept()[0], tag)


def pair(ip, tag):
    """A connection: its client and its server, tagged TAG.client and TAG.server; the listener is gone."""
    door = listener(ip, tag + ".listener")
    client = new(ip, tag + ".client")
    client.connect((own(ip), port_of(door)))
    server = accept(door, tag + ".server")
    door.close()
    return client, server


def wait_events(sock, events, seconds=30):
    poll = select.poll()
    poll.register(sock, events)
    if not poll.poll(seconds * 1000):
        raise SystemExit("nothing happened on a socket in %d s" % seconds)


def receive_all(sock):
    """Until the peer's FIN. Returns the number of bytes."""
    total = 0
    while True:
        data = sock.recv(65536)
        if not data:
            return total
        total += len(data)


def acked(sock):
    """Waits until the peer acknowledged all that was sent (SIOCOUTQ is 0)."""
    import fcntl
    import termios
    import time

    while struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, b"\0\0\0\0"))[0]:
        time.sleep(0.001)


def tcp_state(sock):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def wait_state(sock, *states):
    import time

    while tcp_state(sock) not in states:
        time.sleep(0.001)


def together(jobs):
    """Runs the jobs (callables) at the same time; the program fails if one does."""
    failed = []

    def run(job):
        try:
            job()
        except BaseException as error:  # pylint: disable=broad-except
            failed.append("%s: %r" % (getattr(job, "__name__", job), error))

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit("\n".join(failed))


def main(scenarios):
    """PROGRAM IP SCENARIO...: all at once. The scenarios are the functions of the dictionary."""
    ip = int(sys.argv[1])
    together([lambda name=name: scenarios[name](ip, "v%d.%s" % (ip, name)) for name in sys.argv[2:] or scenarios])
    sys.stdout.flush()
    os._exit(0)
