#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the library against its headers.

usage: check_api.py LIBRARY

- what libstrandline exports is what include/libvirt/ declares, no more, no less;
- every declaration says since when; every call documents its parameters, its
  flags by their enum, what it returns, who owns that, and its errors, if not
  what its header says of them;
- every call has its permission (src/api/access.c) and a test that makes it;
- every member of the driver table is reached by a call, and played by the fake
  driver of the unit tests.
"""
import re
import subprocess
import sys

import public_api
import source_tree

breaches = []
OWNERS = ("transfer full", "owned", "not to be freed", "not to be closed",
          "never to be freed", "library's")


def exported(library):
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", "--extern-only", library],
        check=True, capture_output=True, text=True).stdout
    return {line.split()[2].partition("@")[0]
            for line in listed.splitlines()
            if line.split()[1] in "TDBR"}


def check_flags(item, where, enums):
    told = item.params.get("flags", "")
    named = public_api.flag_enums(item)
    if not enums.issuperset(named):
        breaches.append(f"{where}: its @flags name no enum of ours")
    if not named and not re.match(r"none: 0|VIR_TYPED_PARAM_STRING_OKAY", told):
        breaches.append(f"{where}: @flags must say 'bitwise-OR of ENUM' or "
                        "'none: 0'")


def check_document(item, enums):
    where = f"{item.header}: {item.name}"
    if not item.since and not item.name.endswith("Ptr"):
        breaches.append(f"{where} does not say 'Since:'")
    if item.kind not in ("function", "callback"):
        return
    names = public_api.parameters(item)
    same = item.kind == "callback" and " ".join(item.paragraphs)[:4] == "see "
    if list(item.params) != names and not same:
        breaches.append(f"{where}: documents {list(item.params)}, and takes "
                        f"{names}")
    result = item.code.partition(item.name)[0]
    if item.kind == "callback" or re.fullmatch(r"void\s*", result):
        return
    if not item.returns:
        breaches.append(f"{where} does not say 'Returns:'")
    if ("*" in result or result.strip().endswith("Ptr")) and not any(
            owner in item.returns for owner in OWNERS):
        breaches.append(f"{where}: who owns what it returns?")
    if re.search(r"-1|NULL|on error", item.returns) and not item.errors and \
            "VIR_ERR_" not in item.returns and item.header != "virterror.h" \
            and public_api.general_errors(item.header) is None:
        breaches.append(f"{where}: neither it nor its header says which errors")
    if "flags" in names:
        check_flags(item, where, enums)


items = list(public_api.items())
enums = {item.name for item in items if item.kind == "enum"}
names = {item.name: item for item in items
         if item.kind in ("function", "variable")}
for item in items:
    check_document(item, enums)

symbols = exported(sys.argv[1])
breaches += [f"{names[name].header}: {name} is declared, and not exported"
             for name in sorted(names.keys() - symbols)]
breaches += [f"{name} is exported, and no header declares it"
             for name in sorted(symbols - names.keys())]

rules = set(re.findall(r'\{"(vir\w+)"', source_tree.read("src/api/access.c")))
tests = "".join(source_tree.read(path)
                for path in source_tree.files(".c", under="tests/"))
for name, item in sorted(names.items()):
    if item.kind == "function" and name not in rules:
        breaches.append(f"src/api/access.c: {name} has no permission")
    if not re.search(rf"\b{name}\b", tests):
        breaches.append(f"tests/: no test knows {name}")

slots = re.findall(r"\(\*(\w+)\)\(",
                   source_tree.read("src/driver/driver.h").partition(
                       "struct Driver {")[2])
callers = "".join(source_tree.read(path) for folder in ("api", "driver")
                  for path in source_tree.files(".c", under=f"src/{folder}/"))
fake = source_tree.read("tests/unit/fake_driver.c")
for slot in slots:
    if not re.search(rf"\b{slot}\b", callers):
        breaches.append(f"src/driver/driver.h: no call reaches {slot}")
    if not re.search(rf"\.{slot} =", fake):
        breaches.append(f"tests/unit/fake_driver.c: has no {slot}")

source_tree.report(breaches,
                   f"api: {len(names)} names declared, documented, permitted, "
                   f"tested and exported; {len(slots)} driver members")
