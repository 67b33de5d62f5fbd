#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold what src/ may tell QEMU and its tools.

- Each qemu-img command line names every format: -f (or --image-opts) for the
  image (or a variable called described, whose json: names the driver: not
  every command takes -f), -F for a second one or a backing file, -O for what
  is written.  A
  format that is probed is one that the guest may choose.  The line stands in
  one initialiser, so that it can be seen here.
- Exports never get an iothread: QEMU 7.2 aborts when the view that it serves is
  put upon a disk whose requests another thread has in hand
  (docs/design/disks-with-iothreads.md).
"""
import re

import source_tree

# What each command needs; the second where it has a backing file.
FORMATS = {
    "amend": (["-f"], []), "bitmap": (["-f"], []), "check": (["-f"], []),
    "commit": (["-f"], []), "compare": (["-f", "-F"], []),
    "convert": (["-f", "-O"], ["-F"]), "create": (["-f"], ["-F"]),
    "info": (["-f"], []), "map": (["-f"], []), "measure": (["-f", "-O"], []),
    "rebase": (["-f"], ["-F"]), "resize": (["-f"], []),
    "snapshot": (["-f"], []),
}
# It asks whether this QEMU would live through it, of a QEMU without a machine.
PROBE = "src/qemu/process/capabilities.c"
breaches, lines = [], 0


def check_image_tool(path, text):
    """@text has no comments; positions are those of the file."""
    global lines
    for found in re.finditer(r'"qemu-img"', text):
        lines += 1
        where = f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
        line = re.match(r'"qemu-img"\s*,\s*"([a-z]+)"([^{}]*)\}',
                        text[found.start():])
        if not line or line[1] not in FORMATS:
            breaches.append(f"{where}: write this qemu-img command as one "
                            "initialiser, with its subcommand")
            continue
        words = re.findall(r'"([^"]*)"', line[2])
        always, backed = FORMATS[line[1]]
        needed = always + (backed if "-b" in words or "-B" in words else [])
        if "--image-opts" in words or re.search(r"\bdescribed\b", line[2]):
            needed = [option for option in needed if option == "-O"]
        for option in needed:
            if option not in words:
                breaches.append(f"{where}: qemu-img {line[1]} without {option}"
                                ": no format may be probed")


def check_exports(path, text):
    if path.as_posix() == PROBE or not re.search(
            '"(block-export-add|nbd-server-add)"', text):
        return
    for found in re.finditer(r'"iothreads?"|"iothread%', text):
        number = text.count("\n", 0, found.start()) + 1
        breaches.append(f"{path}:{number}: an iothread where exports are made")


for path in source_tree.files(".c", ".h", under="src/"):
    text = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"),
                  source_tree.read(path), flags=re.S)
    check_image_tool(path, text)
    check_exports(path, text)
source_tree.report(breaches, f"qemu: {lines} command lines of qemu-img name "
                   "their formats")
