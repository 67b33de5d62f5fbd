#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the tree to what a compiler does not see.

- a file of C, shell or Python has at most 800 lines, or a line with the reason
  in tools/size_waivers.txt; a folder has at most 20 modules;
- every file opens with one SPDX line and says what it is for: a .c file may
  leave that to its header;
- no `goto`, no `//` comment, no assignment in a condition;
- library code does not print and does not exit: only programs do;
- of the lines of src/*.c a share carries a comment, which says why and what
  must hold: raise it when what is reached lies above.
"""
import re

import source_tree

LINES, MODULES, SPDX = 800, 20, "SPDX-License-Identifier: LGPL-2.1-or-later"
COMMENTED = 12.4  # per cent of the lines of src/*.c that are not empty
CODE = (".c", ".h", ".sh", ".py")
PROGRAMS = ("src/cli/", "src/qemu/guard", "src/daemon/main")
breaches = []


def strip_c(text):
    """C without comments, and with its strings emptied; lines stay."""
    def blank(found):
        kept = "\n" * found[0].count("\n")
        return kept if found[0].startswith("/") else found[0][0] * 2
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                  blank, text, flags=re.S)


def check_size(path, text, waived):
    lines = text.count("\n")
    if lines > LINES and str(path) not in waived:
        breaches.append(f"{path}: {lines} lines; over {LINES} it needs a line "
                        "in tools/size_waivers.txt")
    if lines <= LINES and str(path) in waived:
        breaches.append(f"{path}: fits again; remove its waiver")


def check_opening(path, text):
    top = "\n".join(text.splitlines()[:3])
    if SPDX not in top:
        breaches.append(f"{path}:1: no line '{SPDX}'")
    rest = re.sub(r"^(#!.*\n)?.*SPDX.*\n", "", text, count=1)
    purpose = re.match(r'\s*(/\*(.*?)\*/|"""(.*?)"""|((?:#.*\n)+))', rest,
                       re.S)
    words = len(re.findall(r"\w+", purpose[0])) if purpose else 0
    told = path.suffix == ".c" and (
        (source_tree.ROOT / path.with_suffix(".h")).exists())
    if words < 3 and not told:
        breaches.append(f"{path}:1: does not say what it is for")


def check_c(path, text):
    code = strip_c(text)
    for number, line in enumerate(code.splitlines(), 1):
        where = f"{path}:{number}"
        if re.search(r"\bgoto\b", line):
            breaches.append(f"{where}: goto; split the function or use Undo")
        if "//" in line:
            breaches.append(f"{where}: comments are /* */")
        if re.search(r"\b(if|while)\s*\(.*[^=!<>]=[^=]", line) and \
                "for (" not in line:
            breaches.append(f"{where}: assignment in a condition")
        if str(path).startswith("src/") and \
                not str(path).startswith(PROGRAMS) and \
                re.search(r"(?<![\w>.])(printf|puts|fprintf|g_print|g_printerr|"
                          r"perror|exit|abort|g_error)\s*\(", line):
            breaches.append(f"{where}: library code neither prints nor exits")
    return code


waived = source_tree.waivers("tools/size_waivers.txt")
folders, total, commented = {}, 0, 0
for path in source_tree.files(*CODE, "meson.build", "Makefile"):
    text = source_tree.read(path)
    check_size(path, text, waived)
    if path.suffix in CODE or path.name == "Makefile":
        check_opening(path, text)
    elif SPDX not in text.partition("\n")[0]:
        breaches.append(f"{path}:1: no line '{SPDX}'")
    if path.suffix in (".c", ".h"):
        folders.setdefault(path.parent, set()).add(path.stem)
        code = check_c(path, text)
        if path.suffix == ".c" and path.parts[0] == "src":
            for before, after in zip(text.splitlines(), code.splitlines()):
                if before.strip():
                    total += 1
                    commented += "/*" in before or not after.strip()
for folder, modules in sorted(folders.items()):
    if len(modules) > MODULES and folder.parts[0] == "src":
        breaches.append(f"{folder}: {len(modules)} modules; {MODULES} at most")
share = 100 * commented / (total or 1)
if share < COMMENTED:
    breaches.append(f"src: {share:.2f} % of the lines of src/*.c carry a "
                    f"comment; {COMMENTED} % at least: say why in new code")
source_tree.report(
    breaches, f"tree: sizes and openings hold; {share:.2f} % of {total} lines "
    "of src/*.c carry a comment")
