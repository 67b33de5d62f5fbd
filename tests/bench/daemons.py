#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon beside genuine libvirtd, asked by the same unmodified clients.

One run, one QEMU binary, two daemons with a machine each that are alike; by
turns, so that a slow moment slows both. The clients are libvirt's: a C program
(bench_client.c, bench_calls.c), virsh, and Python's module. Needs root, for the
private libvirtd (private_libvirtd.sh).

Prints one table, what is aimed at, and whether this run met it.

usage: STRANDLINE_BUILD=build-release daemons.py [--rounds N] [--ms N]
           [--machines N] [--crowd-ms N]
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import run

CLIENTS = (1, 8)
CROWD = 200
# Calls by 8 clients: so many times libvirtd's; resident memory: at most so much
# of libvirtd's; every other figure: at least as good as libvirtd's, but for
# what two measures of the same thing differ by.
RATE_FACTOR, MEMORY_FACTOR, EQUAL = 1.5, 0.5, 0.9
# What resident memory may differ by after more of the same calls.
FLAT = 1.1
PYTHON = """
import sys, time, libvirt
conn = libvirt.open(sys.argv[1])
domain = conn.lookupByName("bench")
for _ in range(int(sys.argv[2])):
    begin = time.monotonic()
    domain.checkpointCreateXML("<domaincheckpoint><name>py</name>"
                               "</domaincheckpoint>")
    print((time.monotonic() - begin) * 1000)
    domain.checkpointLookupByName("py").delete()
"""


class Daemon:
    """A daemon that runs, and how clients reach it."""

    def __init__(self, folder, command, binary, socket):
        self.folder, self.socket, self.binary = folder, socket, binary
        self.log = open(folder / "bench.log", "w")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self.log, stderr=self.log,
            start_new_session=True)
        deadline = time.monotonic() + 30
        while not socket.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit((folder / "bench.log").read_text())
            time.sleep(0.05)

    def uri(self, scheme="qemu+unix:///system"):
        return f"{scheme}?socket={self.socket}"

    def memory_kib(self):
        """Resident: what top shows, and without what is mapped from files."""
        for entry in pathlib.Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                status = (entry / "status").read_text()
            except OSError:
                continue
            if words[0].endswith(self.binary.encode()) and any(
                    str(self.folder).encode() in word for word in words):
                fields = dict(line.split(":", 1)
                              for line in status.splitlines())
                return int(fields["VmRSS"].split()[0])
        return sys.exit(f"bench: no {self.binary} of {self.folder}")

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()
        self.log.close()


def start_daemons(folder):
    ours = folder / "ours"
    theirs = folder / "theirs"
    ours.mkdir()
    theirs.mkdir()
    (ours / "strandlined.conf").write_text(
        f'unix_sock_dir = "{ours}/run"\nstate_root = "{ours}/root"\n'
        + ('user = "nobody"\n' if os.geteuid() == 0 else ""))
    return {
        "strandline": Daemon(
            ours, [run.BUILD / "src/daemon/strandlined", "--config",
                   ours / "strandlined.conf"],
            "strandlined", ours / "run/strandline-sock"),
        "libvirt": Daemon(
            theirs, [run.HERE / "private_libvirtd.sh", theirs, "cat"],
            "libvirtd", theirs / "run/libvirt/libvirt-sock"),
    }


def add(figures, question, side, numbers):
    figures.setdefault(question, {}).setdefault(side, []).extend(numbers)


def measure_rates(clients, options, figures):
    for _ in range(options.rounds):
        for count in CLIENTS:
            for name, client in clients.items():
                answers = client.ask("calls", count, options.ms)
                for what, numbers in answers.items():
                    add(figures, f"state, {count} clients: {what}", name,
                        numbers)


def measure_backups(benches, options, figures):
    for _ in range(options.rounds):
        for order in ("checkpoint-create", "backup"):
            for name, bench in benches.items():
                for what, times in bench.ask(order, 10).items():
                    add(figures, f"{what}: ms", name, times)


def virsh_times(daemon, document, runs):
    virsh = ["virsh", "-q", "-c", daemon.uri()]
    times = []
    for _ in range(runs):
        begin = time.monotonic()
        subprocess.run([*virsh, "checkpoint-create", "bench", document],
                       check=True, stdout=subprocess.DEVNULL)
        times.append((time.monotonic() - begin) * 1000)
        subprocess.run([*virsh, "checkpoint-delete", "bench", "sh"],
                       check=True, stdout=subprocess.DEVNULL)
    return times


def measure_clients(daemons, folder, options, figures):
    document = folder / "sh.xml"
    document.write_text("<domaincheckpoint><name>sh</name></domaincheckpoint>")
    for _ in range(options.rounds):
        for name, daemon in daemons.items():
            add(figures, "virsh checkpoint-create: ms", name,
                virsh_times(daemon, document, 5))
            output = subprocess.run(
                ["/usr/bin/python3", "-c", PYTHON, daemon.uri(), "10"], check=True,
                capture_output=True, text=True).stdout
            add(figures, "python checkpoint-create: ms", name,
                [float(line) for line in output.split()])


def ask_all(sides, *order):
    return {name: side.ask(*order) for name, side in sides.items()}


def measure_many(daemons, clients, options, figures):
    for name, daemon in daemons.items():
        add(figures, "memory, idle: KiB", name, [daemon.memory_kib()])
    ask_all(clients, "define", options.machines)
    for _ in range(options.rounds):
        for name, answers in ask_all(clients, "list", 3).items():
            for times in answers.values():
                add(figures, f"list, {options.machines} machines: ms", name,
                    times)
    for name, daemon in daemons.items():
        add(figures, f"memory, {options.machines} machines: KiB", name,
            [daemon.memory_kib()])
    ask_all(clients, "undefine", options.machines)


def measure_crowd(daemon, client, options):
    """Ours alone: calls by many for long.  bench_client ends at an error."""
    figures = []
    for _ in range(2):
        answers = client.ask("calls", CROWD, options.crowd_ms // 2)
        figures.append((answers["rate"][0], daemon.memory_kib()))
    (first, before), (second, after) = figures
    return (f"{CROWD} clients for {options.crowd_ms / 1000:g} s: "
            f"{(first + second) * options.crowd_ms / 2000:.0f} calls, no "
            f"error, {before} KiB half-way and {after} KiB at the end: "
            f"{run.yes(after <= before * FLAT)}")


def is_better_high(question):
    return question.endswith("rate")


def verdict(question, factor):
    if question == "state, 8 clients: rate":
        return f">= {RATE_FACTOR}x", run.yes(factor >= RATE_FACTOR)
    if question.startswith("memory"):
        return f">= {1 / MEMORY_FACTOR:.0f}x", run.yes(
            factor >= 1 / MEMORY_FACTOR)
    return ">= 1x", run.yes(factor >= EQUAL)


def print_table(figures):
    row = "{:36} {:>14} {:>14} {:>7}  {:8} {}"
    print(row.format("figure", "strandlined", "libvirtd", "better", "aim",
                     "here"))
    for question, sides in figures.items():
        ours = max(statistics.median(sides["strandline"]), 0.001)
        theirs = max(statistics.median(sides["libvirt"]), 0.001)
        factor = ours / theirs if is_better_high(question) else theirs / ours
        print(row.format(question, f"{ours:.6g}", f"{theirs:.6g}",
                         f"{factor:.1f}x", *verdict(question, factor)))


def measure(folder, options, figures):
    daemons = start_daemons(folder)
    benches, clients = {}, {}
    try:
        for name, daemon in daemons.items():
            benches[name] = run.Side([
                run.PROGRAMS / "bench_libvirt", daemon.uri(),
                run.make_folder(folder, name, options.disk_mib)])
            benches[name].ask("fill", 1)
            clients[name] = run.Side([run.PROGRAMS / "bench_client",
                                      daemon.uri(), "bench"])
        measure_rates(clients, options, figures)
        measure_backups(benches, options, figures)
        measure_clients(daemons, folder, options, figures)
        measure_many(daemons, clients, options, figures)
        return measure_crowd(daemons["strandline"], clients["strandline"],
                             options)
    finally:
        for side in (*benches.values(), *clients.values()):
            side.end()
        for daemon in daemons.values():
            daemon.end()


def main():
    parser = argparse.ArgumentParser(usage=__doc__.rsplit("usage: ", 1)[1])
    for name, default in (("rounds", 3), ("ms", 2000), ("machines", 1000),
                          ("disk-mib", 1024), ("crowd-ms", 60000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    if not (run.PROGRAMS / "bench_client").exists() or os.geteuid() != 0 or \
            not shutil.which("libvirtd"):
        print("(no genuine libvirtd here, or not root: no daemons compared)")
        return
    figures = {}
    with tempfile.TemporaryDirectory(prefix="strandline-bench-") as folder:
        crowd = measure(pathlib.Path(folder), options, figures)
    print(f"""{run.build_type()}
{run.first_line('qemu-system-x86_64', '--version')}
{run.first_line('libvirtd', '--version')}
{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}

Medians, by turns; rates are calls a second, of {options.ms} ms each.
""")
    print_table(figures)
    print(f"\n{crowd}")


if __name__ == "__main__":
    main()
