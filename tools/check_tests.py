#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold that each source file has its unit test.

src/LAYER/.../X.c has tests/unit/LAYER/.../test_X.c, or a line with the reason
in tools/untested.txt (PATTERN  reason): code whose every line needs a real QEMU
is tested in tests/integration/ and says so there.
"""
import fnmatch

import source_tree

breaches = []
waived = source_tree.waivers("tools/untested.txt")
tests = {(path.parts[2], path.name)
         for path in source_tree.files(".c", under="tests/unit/")
         if len(path.parts) > 3}
sources = source_tree.files(".c", under="src/")
idle = set(waived)
for path in sources:
    tested = (path.parts[1], f"test_{path.name}") in tests
    patterns = [p for p in waived if fnmatch.fnmatchcase(str(path), p)]
    if not tested and not patterns:
        breaches.append(f"{path}: no tests/unit/{path.parts[1]}/.../"
                        f"test_{path.name}")
    if not tested:
        idle -= set(patterns)
breaches += [f"tools/untested.txt: '{name}' waives nothing"
             for name in sorted(idle)]
source_tree.report(breaches, f"tests: {len(sources)} sources have their tests, or "
                   f"one of {len(waived)} reasons")
