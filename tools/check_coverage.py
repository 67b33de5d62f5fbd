#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold tests/conformance/coverage.txt against the tests.

- each promise is there once, and the tests that it names exist and are run;
- what holds for both drivers is shown by a test that both of them run;
- what is for later says why;
- each test that both drivers run shows some promise.
"""
import re

import source_tree

TABLE = "tests/conformance/coverage.txt"
breaches = []


def listed():
    """(number, promise, drivers, the rest) of each line."""
    for number, line in enumerate(source_tree.read(TABLE).splitlines(), 1):
        parts = line.partition("#")[0].split(maxsplit=2)
        if parts:
            yield (number, *(parts + ["", ""])[:3])


def registered(path):
    """The names of the tests that a program runs."""
    text = source_tree.read(path)
    return set(re.findall(r'(?:STAGE_TEST|ADD|add)\((\w+)\)', text)) | \
        set(re.findall(r'g_test_add_func\(\s*"[^"]*/(\w+)"', text))


def exists(where, name):
    folder, _, program = where.rpartition("/")
    if program.endswith(".sh"):
        path = f"tests/{where}"
        return (source_tree.ROOT / path).is_file() and not name
    path = f"tests/{folder}/test_{program}.c"
    return (source_tree.ROOT / path).is_file() and name in registered(path)


# Those that meson runs once for each driver.
suite = re.search(r"foreach name : \[(.*?)\]\n.*?foreach driver",
                  source_tree.read("tests/conformance/meson.build"), re.S)[1]
common = {f"conformance/{name}" for name in re.findall(r"'(\w+)'", suite)}
shown, promises = set(), {}
for number, promise, drivers, rest in listed():
    at = f"{TABLE}:{number}: {promise}"
    if promise in promises:
        breaches.append(f"{at} is promised twice")
    promises[promise] = drivers
    if drivers == "later":
        if len(rest.split()) < 4:
            breaches.append(f"{at} is for later without a reason")
        continue
    if drivers not in ("both", "memory", "qemu") or not rest:
        breaches.append(f"{at} names no driver, or no test")
    for test in rest.split():
        where, _, name = test.partition(":")
        if not exists(where, name):
            breaches.append(f"{at}: there is no test {test}")
        if drivers == "both" and where not in common:
            breaches.append(f"{at}: {test} is not run on both drivers")
        shown.add(test)
for where in sorted(common):
    path = f"tests/{where.replace('/', '/test_')}.c"
    breaches += [f"{TABLE}: {where}:{name} shows no promise"
                 for name in sorted(registered(path))
                 if f"{where}:{name}" not in shown]

later = sum(drivers == "later" for drivers in promises.values())
source_tree.report(breaches, f"coverage: {len(promises) - later} promises are "
                   f"shown by {len(shown)} tests, {later} are for later")
