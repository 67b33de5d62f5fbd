#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold that each source file has its unit test.

src/LAYER/.../X.c has tests/unit/LAYER/.../test_X.c, or a line with the reason
in tools/untested.txt: code whose every line needs a real QEMU is tested in
tests/integration/ and says so there.
"""
import source_tree

breaches = []
waived = source_tree.waivers("tools/untested.txt")
tests = {(path.parts[2], path.name)
         for path in source_tree.files(".c", under="tests/unit/")
         if len(path.parts) > 3}
sources = source_tree.files(".c", under="src/")
for path in sources:
    tested = (path.parts[1], f"test_{path.name}") in tests
    if not tested and str(path) not in waived:
        breaches.append(f"{path}: no tests/unit/{path.parts[1]}/.../"
                        f"test_{path.name}")
    if tested and str(path) in waived:
        breaches.append(f"tools/untested.txt: {path} has a test")
breaches += [f"tools/untested.txt: there is no {name}"
             for name in sorted(waived.keys() - {str(p) for p in sources})]
source_tree.report(breaches, f"tests: {len(sources)} sources, {len(waived)} "
                   "without a unit test of their own")
