#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bench: our control calls beside genuine libvirtd's.

One run, the same QEMU binary, two machines that are alike, asked by turns a few
calls at a time: absolute times drift with what else the machine does, ratios
hardly do. libvirtd is a private one (private_libvirtd.sh, needs root); where
there is none, our figures stand alone.

Prints one table of medians in milliseconds (99th percentile in brackets), what
the project aims at, and whether this run met it. docs/design/performance.md
says where the time goes.

usage: STRANDLINE_BUILD=build-release run.py [--rounds N] [--calls N]
           [--checkpoints N] [--cuts N] [--disk-mib N]
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("STRANDLINE_BUILD", "build-release"))
PROGRAMS = BUILD / "tests/bench"
os.environ.setdefault("STRANDLINE_SCHEMAS", str(HERE.parents[1] / "schemas"))

# What is asked: our median below so many milliseconds, and libvirt's at least
# so many times ours; the cut is held to its 99th percentile.
AIMS = {
    "checkpoint-create": (3, 4),
    "backup-begin": (15, 2),
    "two-disk-cut": (5, None),
}
# With many checkpoints a call may cost this much more than with one, which is
# what medians of the same thing differ by.
GROWTH = 1.25
# The clock of bench_calls.c shows no less: what took 0 took at most this; and what
# takes less there or in bench_memory.c is mostly a look into cold memory.
CLOCK_MS = 0.001
# The test drivers: libvirt's reads its schema anew for each checkpoint.
FEW, CREATE_FACTOR = 10, 30


class Side:
    """One library and its machine: bench_calls.c, which takes orders."""

    def __init__(self, command):
        # Its own session: after a Ctrl-C it sees the end of its orders, and
        # ends its machine in peace.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True)

    def ask(self, *order):
        """-> {question: [milliseconds]}"""
        self.process.stdin.write(" ".join(map(str, order)) + "\n")
        self.process.stdin.flush()
        answers = {}
        for line in self.process.stdout:
            if line == "done\n":
                return answers
            question, *times = line.split()
            answers[question] = [float(time) for time in times]
        sys.exit(f"bench: {self.process.args[-3]} ended early")

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


def make_folder(parent, name, mib):
    folder = parent / name
    folder.mkdir()
    for disk in ("vda", "vdb"):
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2",
                        folder / f"{disk}.qcow2", f"{mib}M"], check=True)
    return folder


def start_sides(folder, mib):
    sides = {"strandline": Side([
        PROGRAMS / "bench_strandline", f"qemu:///embed?root={folder}/root",
        make_folder(folder, "ours", mib)])}
    theirs = PROGRAMS / "bench_libvirt"
    if theirs.exists() and os.geteuid() == 0 and shutil.which("libvirtd"):
        sides["libvirt"] = Side([
            HERE / "private_libvirtd.sh", folder / "libvirt", theirs,
            "qemu:///system", make_folder(folder, "theirs", mib)])
    else:
        print("(no genuine libvirtd here, or not root: our figures alone)")
    return sides


def by_turns(sides, options, suffix, figures):
    for _ in range(options.rounds):
        for order in ("checkpoint-create", "backup", "incremental"):
            for name, side in sides.items():
                for question, times in side.ask(order, options.calls).items():
                    figures.setdefault(question + suffix, {}) \
                        .setdefault(name, []).extend(times)


def measure_calls(options, figures):
    with tempfile.TemporaryDirectory(prefix="strandline-bench-") as folder:
        sides = start_sides(pathlib.Path(folder), options.disk_mib)
        try:
            for name, side in sides.items():
                side.ask("fill", 1)
            by_turns(sides, options, "", figures)
            for side in sides.values():
                side.ask("fill", options.checkpoints - 1)
            by_turns(sides, options, f", {options.checkpoints} checkpoints",
                     figures)
        finally:
            for side in sides.values():
                side.end()


def measure_cut(options, figures):
    output = subprocess.run(
        [PROGRAMS / "bench_cut", str(options.cuts), str(options.disk_mib)],
        check=True, capture_output=True, text=True).stdout
    lines = dict(line.split(maxsplit=1) for line in output.splitlines())
    figures["two-disk-cut"] = {
        "strandline": [float(word) for word in lines["two-disk-cut"].split()]}
    return int(lines["guest-writes"])


def measure_memory(options, figures):
    """The test drivers: nothing but the calls themselves."""
    for name, program in (("strandline", "bench_memory"),
                          ("libvirt", "bench_memory_libvirt")):
        if not (PROGRAMS / program).exists():
            continue
        count = options.many if name == "strandline" else options.many_theirs
        lines = subprocess.run(
            [PROGRAMS / program, str(count)], check=True, capture_output=True,
            text=True).stdout.splitlines()
        for line in lines:
            question, number, *times = line.split()
            figures.setdefault(f"test:/// {question}, {number} checkpoints",
                               {})[name] = [float(time) for time in times]


def median(times):
    return max(statistics.median(times), CLOCK_MS)


def memory_verdict(question, times, figures):
    call, _, rest = question.removeprefix("test:/// ").partition(", ")
    ours, theirs = times.get("strandline"), times.get("libvirt")
    few = figures[f"test:/// {call}, {FEW} checkpoints"]["strandline"]
    if call == "list" or not ours:
        return "-", "-"
    if rest.startswith(f"{FEW} "):
        if call != "create" or not theirs:
            return "-", "-"
        factor = median(theirs) / median(ours)
        return f">= {CREATE_FACTOR}x", yes(factor >= CREATE_FACTOR)
    factor = median(ours) / median(few)
    return "no growth", f"{factor:.2f}x: {yes(factor <= GROWTH)}"


def p99(times):
    return sorted(times)[math.ceil(len(times) * 0.99) - 1]


def text(times):
    if not times:
        return "-"
    digits = 2 if statistics.median(times) >= 0.1 else 4
    return f"{statistics.median(times):.{digits}f} ({p99(times):.{digits}f})"


def verdict(question, times, base):
    """-> (the aim, whether it is met), or two dashes."""
    ours, theirs = times.get("strandline"), times.get("libvirt")
    if question.startswith("test:///"):
        return memory_verdict(question, times, base)
    plain, _, many = question.partition(",")
    if many and plain in AIMS:
        factor = median(ours) / median(base)
        return "no growth", f"{factor:.2f}x: {yes(factor <= GROWTH)}"
    if question not in AIMS:
        return "-", "-"
    limit, factor = AIMS[question]
    if factor is None:
        return f"p99 < {limit} ms", yes(p99(ours) < limit)
    met = yes(median(ours) < limit)
    if theirs:
        met += ", " + yes(median(theirs) / median(ours) >= factor)
    return f"< {limit} ms, >= {factor}x", met


def yes(is_met):
    return "met" if is_met else "MISSED"


def print_table(figures):
    row = "{:36} {:>18} {:>18} {:>7}  {:18} {}"
    print(row.format("call", "strandline", "libvirt", "ratio", "aim", "here"))
    for question, times in figures.items():
        ours, theirs = times.get("strandline"), times.get("libvirt")
        ratio = "-"
        if ours and theirs:
            ratio = f"{median(theirs) / median(ours):.1f}x"
        base = figures
        if not question.startswith("test:///"):
            base = figures[question.partition(",")[0]]["strandline"]
        print(row.format(question, text(ours), text(theirs), ratio,
                         *verdict(question, times, base)))


def first_line(*command):
    found = shutil.which(command[0])
    if not found:
        return f"no {command[0]}"
    return subprocess.run(command, capture_output=True, text=True,
                          check=True).stdout.splitlines()[0]


def build_type():
    known = json.loads((BUILD / "meson-info/intro-buildoptions.json")
                       .read_text())
    values = {option["name"]: option["value"] for option in known}
    return f"{values['buildtype']} build, sanitizers: {values['b_sanitize']}"


def main():
    parser = argparse.ArgumentParser(usage=__doc__.rsplit("usage: ", 1)[1])
    for name, default in (("rounds", 4), ("calls", 10), ("checkpoints", 100),
                          ("cuts", 250), ("disk-mib", 10240),
                          ("many", 10000), ("many-theirs", 100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    figures = {}
    writes = measure_cut(options, figures)
    measure_calls(options, figures)
    measure_memory(options, figures)
    count = options.rounds * options.calls
    print(f"""{build_type()}
{first_line('qemu-system-x86_64', '--version')}
{first_line('libvirtd', '--version')}
{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}

Two qcow2 disks of {options.disk_mib} MiB. Milliseconds, median (p99) of
{count} calls, by turns of {options.calls}; the cut: of {options.cuts}, during \
which
the guest made {writes} writes. Backups are pulls of both disks, aborted again;
the incremental is from the oldest checkpoint.
""")
    print_table(figures)


if __name__ == "__main__":
    main()
