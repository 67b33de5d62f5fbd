#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the promise of base/fault.h: no visible step without a fault point.

The tests that kill us at every point are worth what the points cover, so:
- a function of src/base/atomic_file.c that changes a file passes a fault point
  before it does;
- elsewhere in src/qemu and src/model a function that changes a file passes one too, or has a
  line with the reason in tools/fault_waivers.txt (FILE:FUNCTION  reason);
- the one function that sends QMP commands passes one;
- a point's name is kind:what.
"""
import re

import source_tree

STEPS = re.compile(
    r"(?<![\w>.])(open|openat|creat|rename|renameat|renameat2|unlink|unlinkat|"
    r"remove|fsync|fdatasync|mkdir|mkdirat|rmdir|truncate|ftruncate|fopen|link|"
    r"linkat|symlink|symlinkat|g_mkdir|g_mkdir_with_parents|g_unlink|g_rename|"
    r"caller_open|caller_unlink|g_remove|g_rmdir|g_file_set_contents|g_file_set_contents_full)\s*\(")
breaches, used = [], set()


def functions(text):
    """(name, body) of each definition: house style puts both in column 0."""
    return re.findall(r"^(\w+)\([^;{]*?\)\n\{\n(.*?)^\}", text, re.M | re.S)


def changes_a_file(body):
    """The first step in @body that changes a file, as a match; or None."""
    for step in STEPS.finditer(body):
        call = body[step.start():].partition(";")[0]
        if step[1] in ("open", "openat", "caller_open") and not re.search(
                r"O_CREAT|O_WRONLY|O_RDWR|O_TRUNC", call):
            continue
        return step
    return None


waived = source_tree.waivers("tools/fault_waivers.txt")
paths = [path for path in source_tree.files(".c", under="src/")
         if path.parts[1] in ("qemu", "model") or path.name == "atomic_file.c"]
steps = 0
for path in paths:
    text = source_tree.read(path)
    for name, body in functions(text):
        body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
        step = changes_a_file(body)
        if step is None:
            continue
        steps += 1
        point = body.find("fault_point(")
        if f"{path}:{name}" in waived:
            used.add(f"{path}:{name}")
        elif point < 0 or point > step.start():
            breaches.append(
                f"{path}: {name}() calls {step[1]}() without a fault point "
                "before it; use base/atomic_file.h")
    for literal in re.findall(r'fault_point\("([^"]*)"', text):
        if not re.fullmatch(r"[a-z]+:[a-z][a-z-]*", literal):
            breaches.append(f"{path}: fault point '{literal}' is not kind:what")

# Below the public calls there is one function that writes to the monitor.
SENDER = "src/qemu/qmp/client.c"
if (source_tree.ROOT / SENDER).exists():
    bodies = dict(functions(source_tree.read(SENDER)))
    if "fault_point(" not in bodies.get("qmp_client_send_plain", ""):
        breaches.append(f"{SENDER}: qmp_client_send_plain() passes no fault point")
for name in sorted(waived.keys() - used):
    breaches.append(f"tools/fault_waivers.txt: '{name}' needs no waiver")
source_tree.report(breaches, f"fault points: {steps} functions that change "
                   f"files, {len(used)} of them waived")
