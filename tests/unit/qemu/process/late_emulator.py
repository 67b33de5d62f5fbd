#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stands between the library and a real QEMU that is about to be probed.

usage: late_emulator.py keep|move QEMU [ARGUMENT]...

What an NBD client sends reaches QEMU at once, but its goodbye only some time
later, as on a busy host: whoever does not wait for QEMU to notice overtakes it.
"move" lets exports into their I/O threads as asked; "keep" leaves them in the
main thread, where no client's leaving harms QEMU 7.2.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time

MONITOR_FD = 3
LATE_SECONDS = 0.3
REQUEST_MAGIC = 0x25609513
REQUEST_LENGTH = 28
GOODBYE = 2


def is_goodbye(data):
    if len(data) != REQUEST_LENGTH:
        return not data
    magic, _, kind = struct.unpack_from(">IHH", data)
    return magic == REQUEST_MAGIC and kind == GOODBYE


def relay(source, target, is_client):
    """Up to the end of what @source says, which @target is told, too."""
    data = b"-"
    while data:
        data = source.recv(65536)
        if is_client and is_goodbye(data):
            time.sleep(LATE_SECONDS)
        try:
            if data:
                target.sendall(data)
            else:
                target.shutdown(socket.SHUT_WR)
        except OSError:
            return


def in_background(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()


def serve(outer, path):
    """Takes the clients of @outer to the server at @path."""
    while True:
        client = outer.accept()[0]
        server = socket.socket(socket.AF_UNIX)
        server.connect(path)
        in_background(relay, client, server, True)
        in_background(relay, server, client, False)


def put_between(outer_fd, folder):
    """A listener for QEMU in the place of the one it was to get."""
    path = os.path.join(folder, "inner.sock")
    inner = socket.socket(socket.AF_UNIX)
    inner.bind(path)
    inner.listen()
    in_background(serve, socket.socket(fileno=outer_fd), path)
    return inner


def pass_commands(library, qemu, keeps, folder):
    """One at a time, as the library sends them here."""
    rest = b""
    inner = None
    while True:
        data, fds, _, _ = socket.recv_fds(library, 65536, 1)
        if not data:
            break
        if fds:
            inner = put_between(fds[0], folder)
        *lines, rest = (rest + data).split(b"\n")
        for line in filter(bytes.strip, lines):
            command = json.loads(line)
            arguments = command.get("arguments", {})
            if keeps:
                arguments.pop("iothread", None)
            text = json.dumps(command).encode() + b"\n"
            if command["execute"] == "getfd":
                socket.send_fds(qemu, [text], [inner.fileno()])
            else:
                qemu.sendall(text)
    qemu.shutdown(socket.SHUT_WR)


def main():
    mode, *command = sys.argv[1:]
    library = socket.socket(fileno=os.dup(MONITOR_FD))
    ours, theirs = socket.socketpair()
    os.dup2(theirs.fileno(), MONITOR_FD)
    theirs.close()
    process = subprocess.Popen(command, pass_fds=[MONITOR_FD])
    os.close(MONITOR_FD)
    in_background(pass_commands, library, ours, mode == "keep",
                  os.path.dirname(os.environ["LATE_EMULATOR"]))
    relay(ours, library, False)  # up to QEMU's end
    process.wait()


main()
