#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold what the interface names against what is behind it.

- An error code with a comment in virterror.h is one that the library reports,
  and the other way round; each that is reported is expected by some test.
- Each member of the driver table is there in at least one driver.
"""
import re

import public_api
import source_tree

breaches = []


def text_of(*folders):
    return "".join(source_tree.read(path) for folder in folders
                   for path in source_tree.files(".c", ".h", under=folder))


def names(pattern, text):
    return set(re.findall(pattern, text))


codes = [code for item in public_api.items() if item.name == "virErrorNumber"
         for code in item.members if not code.name.endswith("_LAST")]
# What the tool compares with is not what the library reports.
reported = names(r"\bVIR_ERR_\w+", text_of("src/api/", "src/base/",
                                           "src/driver/", "src/memory/",
                                           "src/model/", "src/nbd/",
                                           "src/qemu/", "src/xml/"))
# What a test's own driver reports is not what a test expects.
expected = names(r"\bVIR_ERR_\w+", "".join(
    source_tree.read(path) for path in source_tree.files(".c", under="tests/")
    if "fake" not in path.name))
for code in codes:
    if code.name in reported and not code.text:
        breaches.append(f"virterror.h: {code.name} is reported: say what for")
    if code.text and code.name not in reported:
        breaches.append(f"virterror.h: {code.name} is never reported: it needs "
                        "no comment")
    if code.name in reported - expected:
        breaches.append(f"tests/: no test expects {code.name}")

table = source_tree.read("src/driver/driver.h").partition("struct Driver {")[2]
members = names(r"\(\*(\w+)\)\(", table)
drivers = names(r"\n    \.(\w+) = ", text_of("src/memory/", "src/qemu/",
                                              "src/remote/"))
breaches += [f"src/driver/driver.h: no driver has {member}"
             for member in sorted(members - drivers)]

source_tree.report(breaches, f"reach: {len(reported)} error codes reported and "
                   f"expected, {len(members)} driver members")
