#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sockets that stand still with something in their queues, for snapshots: a listener with connections that wait for accept(),
connections with unread bytes, one half closed, a UDP and a UNIX socket. Says "ready" when all is quiet; ends with its input.
usage: queued ADDRESS"""
import socket
import sys

family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
listener = socket.socket(family)
listener.bind((sys.argv[1], 0))
listener.listen(7)
clients, servers = [], []
for unread in (0, 1, 5000, 60000):
    client = socket.create_connection(listener.getsockname()[:2])
    server, _ = listener.accept()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.sendall(b"x" * unread)
    clients.append(client)
    servers.append(server)
clients[1].shutdown(socket.SHUT_WR)
waiting = [socket.create_connection(listener.getsockname()[:2]) for _ in range(3)]
udp = socket.socket(family, socket.SOCK_DGRAM)
udp.bind((sys.argv[1], 0))
pair = socket.socketpair()
print("ready", listener.getsockname()[1], flush=True)
sys.stdin.read()
