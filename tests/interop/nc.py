#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""nc -U SOCKET, since there need be none that knows -U."""
import os
import selectors
import socket
import sys

if sys.argv[1] == "-h":
    sys.exit()
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[-1])
ways = {0: peer.fileno(), peer.fileno(): 1}
both = selectors.DefaultSelector()
for way in ways:
    both.register(way, selectors.EVENT_READ)
while True:
    for key, _ in both.select():
        taken = os.read(key.fd, 65536)
        if not taken:
            sys.exit()
        os.write(ways[key.fd], taken)
