#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What does a guest write cost with N checkpoints: one bitmap recording, or all?

We keep one bitmap recording per disk and let the others stand; libvirt keeps
every one recording.  This writes 4 KiB at random through NBD to a paused QEMU's
1 TiB null disk, by turns with no bitmap, with N of which one records, and with
N that all record, and prints medians in microseconds a write.
docs/design/one-recording-bitmap.md quotes it.

usage: recording_bitmaps.py [N...]
"""
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import nbd

WRITES = 2000
TURNS = 7
DISK = 1 << 40


class Qmp:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.stream = self.socket.makefile("r")
        self.stream.readline()
        self.run("qmp_capabilities")

    def run(self, command, **arguments):
        arguments = {k.replace("_", "-"): v for k, v in arguments.items()}
        line = json.dumps({"execute": command, "arguments": arguments})
        self.socket.sendall(line.encode() + b"\n")
        while True:
            reply = json.loads(self.stream.readline())
            if "error" in reply:
                sys.exit(f"{command}: {reply['error']['desc']}")
            if "return" in reply:
                return reply["return"]


class Bitmaps:
    """N bitmaps on the node, of which all or one record."""

    def __init__(self, qmp, count, recording):
        self.qmp, self.count = qmp, count
        for i in range(count):
            stopped = recording == "one" and i + 1 < count
            qmp.run("block-dirty-bitmap-add", node="disk", name=f"b{i}",
                    disabled=stopped)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for i in range(self.count):
            self.qmp.run("block-dirty-bitmap-remove", node="disk",
                         name=f"b{i}")


def write_cost(handle, offsets):
    data = b"x" * 4096
    start = time.monotonic()
    for offset in offsets:
        handle.pwrite(data, offset)
    return (time.monotonic() - start) / len(offsets) * 1e6


def measure(qmp, handle, count):
    offsets = [random.randrange(DISK // 4096) * 4096 for _ in range(WRITES)]
    costs = {"none": [], "one": [], "all": []}
    for _ in range(TURNS):
        costs["none"].append(write_cost(handle, offsets))
        for recording in ("one", "all"):
            with Bitmaps(qmp, count, recording):
                costs[recording].append(write_cost(handle, offsets))
    none, one, every = (statistics.median(c) for c in costs.values())
    print(f"{count:6} {none:9.1f} {one:9.1f} {every:9.1f} {every / one:9.2f}")


def main(counts):
    with tempfile.TemporaryDirectory() as folder:
        disk = {"driver": "null-co", "node-name": "disk", "size": DISK}
        qemu = subprocess.Popen([
            "qemu-system-x86_64", "-S", "-nodefaults", "-display", "none",
            "-accel", "tcg", "-blockdev", json.dumps(disk), "-daemonize",
            "-pidfile", f"{folder}/pid",
            "-qmp", f"unix:{folder}/qmp,server=on,wait=off"])
        if qemu.wait() != 0:
            sys.exit("QEMU did not start")
        qmp = Qmp(f"{folder}/qmp")
        qmp.run("nbd-server-start",
                addr={"type": "unix", "data": {"path": f"{folder}/nbd"}})
        qmp.run("block-export-add", type="nbd", id="disk", node_name="disk",
                name="disk", writable=True)
        handle = nbd.NBD()
        handle.connect_uri(f"nbd+unix:///disk?socket={folder}/nbd")
        print(f"{'N':>6} {'none':>9} {'one rec.':>9} {'all rec.':>9} "
              f"{'all/one':>9}   (us a 4 KiB write, median of {TURNS})")
        for count in counts:
            measure(qmp, handle, count)
        handle.shutdown()
        qmp.run("quit")


main([int(word) for word in sys.argv[1:]] or [1, 10, 100, 500])
