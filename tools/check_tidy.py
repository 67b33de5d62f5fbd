#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run clang-tidy over every C file that the build compiles.

usage: check_tidy.py BUILD_FOLDER [FILE...]

A file that was clean is not looked at again until it, a header of ours that it
includes, .clang-tidy or its compile command changes: the analyzer takes seconds
a file, and a check that is slow is a check that is switched off.  A C file
below src/ that no target compiles is a breach as well.
"""
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys

import source_tree

# How many states the analyzer follows in a function before it leaves it: a third
# of its default, in half of the time.
BUDGET = ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=75000")

build = pathlib.Path(sys.argv[1]).resolve()
chosen = [pathlib.PurePosixPath(name) for name in sys.argv[2:]]
cache = build / "tidy-cache"
cache.mkdir(exist_ok=True)
config = source_tree.read(".clang-tidy") + \
    source_tree.read("tests/.clang-tidy")

commands = {}
for entry in json.loads((build / "compile_commands.json").read_text()):
    path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
    if path.is_relative_to(source_tree.ROOT) and not path.is_relative_to(build):
        name = path.relative_to(source_tree.ROOT).as_posix()
        commands[pathlib.PurePosixPath(name)] = entry["command"]


def check(path):
    """What clang-tidy says about @path; nothing when it is clean."""
    # The output's name and its dependency file say nothing about the code.
    command = re.sub(r" -(o|MF|MQ) \S+", "", commands[path])
    mark = cache / source_tree.digest(path, config, command, *BUDGET)
    if mark.exists():
        return ""
    run = subprocess.run(
        ["clang-tidy-14", "--quiet", "-p", build,
         "--extra-arg=-Wno-unknown-warning-option",
         *(f"--extra-arg={word}" for word in BUDGET),
         source_tree.ROOT / path],
        capture_output=True, text=True, check=False)
    if run.returncode == 0:
        mark.touch()
        return ""
    return run.stdout + "".join(
        line for line in run.stderr.splitlines(True)
        if "warnings generated" not in line)


paths = chosen or sorted(commands)
breaches = [f"{path}: no target compiles it"
            for path in (chosen or source_tree.files(".c", under="src/"))
            if path not in commands]
with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
    breaches += filter(None, pool.map(
        check, [path for path in paths if path in commands]))
source_tree.report(breaches, f"clang-tidy: {len(paths)} files clean")
