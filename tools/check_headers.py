#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compile each header alone.

usage: check_headers.py BUILD_FOLDER

A public header must suit a stranger's program: C99 and C++, pedantic, without
GLib on the include path.  A private one must bring what it uses (gnu17).
"""
import concurrent.futures
import hashlib
import pathlib
import subprocess
import sys

import source_tree

build = pathlib.Path(sys.argv[1]).resolve()
cache = build / "header-cache"
cache.mkdir(exist_ok=True)
packages = subprocess.run(
    ["pkg-config", "--cflags", "glib-2.0", "gio-unix-2.0", "libxml-2.0",
     "jansson", "libnbd", "libtirpc"],
    check=True, capture_output=True, text=True).stdout.split()
STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-pedantic", "-Werror"]
PUBLIC = [["gcc", "-std=c99", "-Wstrict-prototypes", *STRICT],
          ["g++", "-std=c++11", *STRICT],
          ["g++", "-std=c++17", *STRICT]]
PRIVATE = [["gcc", "-std=gnu17", "-fsyntax-only", "-Wall", "-Wextra",
            "-Werror", "-D_GNU_SOURCE", "-Isrc",
            f"-I{build}/src",
            *[flag.replace("-I", "-isystem", 1) for flag in packages]]]
# Shared test code lies at the top of its kind of tests.
TEST_FOLDERS = ["-Itests/unit", "-Itests/integration"]


def check(job):
    """The compiler's complaints about one header; empty when it is fine."""
    header, command = job
    public = header.parts[0] == "include"
    where = header.relative_to("include" if public else
                               header.parts[0]).as_posix()
    mark = cache / hashlib.sha256("\0".join(
        [source_tree.digest(header), *command]).encode()).hexdigest()
    if mark.exists():
        return ""
    language = "c++" if command[0] == "g++" else "c"
    line = f"#include {f'<{where}>' if public else chr(34) + where + chr(34)}\n"
    run = subprocess.run(
        [*command, "-Iinclude", f"-I{header.parts[0]}", *TEST_FOLDERS, "-x", language, "-"],
        cwd=source_tree.ROOT, input=line + "int only_the_header;\n",
        capture_output=True, text=True, check=False)
    if run.returncode == 0:
        mark.touch()
        return ""
    return f"{header} alone ({' '.join(command[:2])}):\n{run.stderr}"


jobs = [(header, command)
        for header in source_tree.files(".h", under="include/")
        for command in PUBLIC]
jobs += [(header, command)
         for folder in ("src/", "tests/")
         for header in source_tree.files(".h", under=folder)
         for command in PRIVATE]
with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
    complaints = list(filter(None, pool.map(check, jobs)))
source_tree.report(complaints, f"headers alone: {len(jobs)} compilations")
