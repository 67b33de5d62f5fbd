#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Let every block job of a QEMU crawl, so that a test can meet it at work.

usage: slow_jobs.py SOCKET READY

Speaks over a monitor of its own (-qmp unix:SOCKET,...), for the library needs
the other one.  A job is told a speed of one byte a second the moment it exists:
what it copies until then is far less than the disks of a test hold.  Creates
the file READY once it listens, and ends with QEMU.
"""
import json
import pathlib
import socket
import sys

monitor = socket.socket(socket.AF_UNIX)
monitor.connect(sys.argv[1])
lines = monitor.makefile("r", encoding="utf-8")


def send(name, **arguments):
    command = {"execute": name, "arguments": arguments}
    monitor.sendall(json.dumps(command).encode() + b"\n")


json.loads(next(lines))
send("qmp_capabilities")
json.loads(next(lines))
pathlib.Path(sys.argv[2]).touch()
for line in lines:
    message = json.loads(line)
    if message.get("event") != "JOB_STATUS_CHANGE":
        continue
    if message["data"]["status"] == "created":
        send("block-job-set-speed", device=message["data"]["id"], speed=1)
