#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold names, numbers and types of the public headers against libvirt's.

usage: check_values.py BUILD_FOLDER

Every constant and every call that both have: the same value, the same types.
What the proposal has otherwise, or libvirt got later than the release that is
installed here, is in DIFFERENT with its reason, and must differ.
"""
import pathlib
import re
import subprocess
import sys

import public_api
import source_tree

THEIRS = pathlib.Path("/usr/include/libvirt")
DIFFERENT = {
    "VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL":
        "1 is the proposal's NO_METADATA",
    "virDomainBackupGetXMLDesc": "the proposal's has the job's id",
}
PROGRAM = """
#include <libvirt/libvirt.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#define SHOW(x) printf(_Generic((x), char *: "%%s %%s\\n", \\
                                default: "%%s %%lld\\n"), #x, (x));
int main(void) {
%s
    return 0;
}
"""
breaches = []


def constants(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^\s*#\s*(ifdef|endif).*$", "", text, flags=re.M)
    enums = "".join(re.findall(r"enum\s*\{(.*?)\}", text, re.S))
    return set(re.findall(r"\b(VIR_\w+)\b", enums)) | set(
        re.findall(r'^\s*#\s*define\s+(VIR_\w+)\s+["(\d]', text, re.M))


def values(build, include, names):
    """{name: value as text}, as a compiler sees them with these headers."""
    source, binary = build / "values.c", build / "values"
    source.write_text(PROGRAM % "\n".join(
        f"    SHOW({name})" for name in sorted(names)), encoding="utf-8")
    subprocess.run(["gcc", "-w", f"-I{include}", "-o", binary, source],
                   check=True)
    shown = subprocess.run([binary], check=True, capture_output=True, text=True)
    return dict(line.split(" ", 1) for line in shown.stdout.splitlines())


def types(code):
    """A prototype without the names of its parameters."""
    head, _, inner = code.partition("(")
    inner = inner.rpartition(")")[0]
    found = [re.sub(r"\s+", " ", head).strip()]
    for one in inner.split(","):
        one = re.sub(r"\s+", " ", one.replace("*", " * ")).strip()
        words = one.split(" ")
        if len(words) > 1 and re.fullmatch(r"\w+(\[\w*\])?", words[-1]) and \
                words[-1] not in ("int", "long", "char", "void", "const"):
            words.pop()
        found.append(" ".join(words))
    return found


def prototypes(texts):
    text = re.sub(r"/\*.*?\*/|^\s*#(?:[^\n]*\\\n)*[^\n]*$", "", texts,
                  flags=re.S | re.M)
    return {name: types(f"{kind}{name}({inner})") for kind, name, inner in
            re.findall(r"([\w \t*\n]+?)\b(vir\w+)\s*\(([^()]*)\)\s*;", text)}


build = pathlib.Path(sys.argv[1])
ours = "".join(source_tree.read(path) for path in
               source_tree.files(".h", under="include/libvirt/"))
theirs = "".join(path.read_text(encoding="utf-8")
                 for path in sorted(THEIRS.glob("*.h"))
                 if path.name not in ("libvirt-lxc.h", "libvirt-admin.h"))
own_names = "".join(source_tree.read(f"include/libvirt/{name}") for name in
                    ("libvirt-strandline.h",))
shared = {name for name in constants(ours) & constants(theirs)
          if not name.endswith("_LAST")} - constants(own_names)
here = values(build, source_tree.ROOT / "include", shared)
there = values(build, THEIRS.parent, shared)
for name in sorted(shared):
    if (here[name] != there[name]) != (name in DIFFERENT):
        breaches.append(f"{name} is {here[name]}, and {there[name]} in libvirt")

their_calls = prototypes(theirs)
calls = [item for item in public_api.items()
         if item.kind == "function" and item.name in their_calls]
for item in calls:
    mine = types(item.code)
    other = their_calls[item.name]
    head = re.sub(r"[\s*]", "", other[0].replace("extern", ""))
    same = mine[1:] == other[1:] and re.sub(r"[\s*]", "", mine[0]) == head
    if same == (item.name in DIFFERENT):
        breaches.append(f"{item.name} takes {mine}, and {other} in libvirt")

source_tree.report(breaches, f"values: {len(shared)} constants and "
                   f"{len(calls)} calls are as libvirt has them")
