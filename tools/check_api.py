#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the library against its headers.

usage: check_api.py LIBRARY

- what libstrandline exports is what include/libvirt/ declares, no more, no less;
- each declared function is documented where it is declared, with "Since:".
"""
import re
import subprocess
import sys

import source_tree

breaches = []


def exported(library):
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", "--extern-only", library],
        check=True, capture_output=True, text=True).stdout
    return {line.split()[2].partition("@")[0]
            for line in listed.splitlines()
            if line.split()[1] in "TDBR"}


def declared(path):
    """{name: comment before it} of the functions and variables in a header."""
    text = source_tree.read(path)
    text = re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*$", "", text, flags=re.M)
    text = re.sub(r'extern "C" \{', "", text)
    found = {}
    # A statement: the comments before it, and everything up to the semicolon.
    for statement in re.findall(
            r"((?:[^;{}/]|/(?!\*)|/\*.*?\*/|\{[^{}]*\})+);", text, re.S):
        code = re.sub(r"/\*.*?\*/", "", statement, flags=re.S).strip()
        if code.startswith("typedef") or code.startswith("enum"):
            continue
        name = re.search(r"\b(vir\w+)\s*\(", code) or \
            re.search(r"^extern\b.*\b(vir\w+)$", code, re.S)
        if name:
            comments = re.findall(r"/\*.*?\*/", statement, re.S)
            found[name[1]] = next((comment for comment in comments
                                   if f"{name[1]}:" in comment), "")
    return found


names = {}
for header in source_tree.files(".h", under="include/libvirt/"):
    for name, comment in declared(header).items():
        names[name] = header
        if f"{name}:" not in comment:
            breaches.append(f"{header}: {name} has no comment 'NAME: ...'")
        elif "Since:" not in comment:
            breaches.append(f"{header}: {name} does not say 'Since:'")

symbols = exported(sys.argv[1])
breaches += [f"{names[name]}: {name} is declared, and not exported"
             for name in sorted(names.keys() - symbols)]
breaches += [f"{name} is exported, and no header declares it"
             for name in sorted(symbols - names.keys())]

source_tree.report(breaches,
                   f"api: {len(names)} names declared, documented and exported")
