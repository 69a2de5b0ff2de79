# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that end in order, or with their listener: close.py 4|6 SCENARIO..."""

import os
import select
import socket
import subprocess
import sys
import time

import net


def client_first(ip, tag):
    client, server = net.pair(ip, tag)
    client.close()
    assert net.receive_all(server) == 0
    server.close()


def client_waits(ip, tag):
    """The client is in FIN_WAIT2 for the program, not orphaned, when the server's FIN comes."""
    client, server = net.pair(ip, tag)
    client.shutdown(socket.SHUT_WR)
    net.receive_all(server)
    server.close()
    net.receive_all(client)
    client.close()


def in_fin_wait2(ip, port):
    with open("/proc/self/net/tcp" + ("6" if ip == 6 else "")) as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return any(row[1].endswith(":%04X" % port) and row[3] == "05" for row in rows)


def client_first_orphan(ip, tag):
    """close() leaves a socket in FIN_WAIT2, which is a TIME_WAIT socket to the kernel, before the server's FIN comes."""
    client, server = net.pair(ip, tag)
    port = client.getsockname()[1]
    client.close()
    assert net.receive_all(server) == 0
    while not in_fin_wait2(ip, port):  # until the server's ACK came, which may be a delayed one
        time.sleep(0.001)
    server.close()


def server_first(ip, tag):
    client, server = net.pair(ip, tag)
    server.sendall(b"x" * 321)
    server.close()
    assert net.receive_all(client) == 321
    client.close()


def shutdown_write(ip, tag):
    client, server = net.pair(ip, tag)
    client.shutdown(socket.SHUT_WR)
    assert net.receive_all(server) == 0
    server.sendall(b"x" * 1234)
    server.close()
    assert net.receive_all(client) == 1234
    client.close()


def shutdown_both(ip, tag):
    client, server = net.pair(ip, tag)
    client.shutdown(socket.SHUT_RDWR)
    assert net.receive_all(server) == 0
    server.close()
    client.close()


def shutdown_refused(ip, tag):
    sock = net.new(ip, tag)
    try:
        sock.shutdown(socket.SHUT_RDWR)
        raise AssertionError("shutdown() of a socket without a connection succeeded")
    except OSError as error:
        assert error.errno == 107, error  # ENOTCONN
    sock.close()


def leave(ip, tag):
    """A process of its own that connects to the port and ends without a close()."""
    net.new(ip, tag + ".client").connect((net.own(ip), int(os.environ["PORT"])))
    os._exit(0)


def exits(ip, tag):
    door = net.listener(ip, tag + ".listener")
    child = subprocess.Popen([sys.executable, "-B", __file__, str(ip), "leave"],
                             env=dict(os.environ, PORT=str(net.port_of(door))))
    server = net.accept(door, tag + ".server")
    assert net.receive_all(server) == 0
    child.wait()
    net.figure(tag, "pid", child.pid)
    server.close()
    door.close()


def never_accepted(ip, tag):
    door = net.listener(ip, tag + ".listener")
    client = net.new(ip, tag + ".client")
    client.connect((net.own(ip), net.port_of(door)))
    net.wait_state(client, 1)
    door.close()
    net.wait_events(client, select.POLLHUP)
    client.close()


JOBS = [client_first, client_waits, client_first_orphan, server_first, shutdown_write, shutdown_both, shutdown_refused, leave,
        exits, never_accepted]

if __name__ == "__main__":
    net.main({job.__name__: job for job in JOBS})
