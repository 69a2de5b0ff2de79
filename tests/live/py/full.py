#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A listener whose accept queue is full: of N connects at once it can keep few, and drops the SYNs of the others. Says "ready PORT"
when the first are connected; ends with its input. usage: full N"""
import select
import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1)
clients = []
for _ in range(int(sys.argv[1])):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(listener.getsockname())
    clients.append(client)
connected = set()
while len(connected) < 2:
    connected |= set(select.select([], clients, [])[1])
print("ready", listener.getsockname()[1], flush=True)
sys.stdin.read()
