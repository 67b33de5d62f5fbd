#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold what the documents tell people to type, open and set.

usage: check_documents.py [STRANDLINE]

In README.md, HACKING.md and docs/, in the text as well as in blocks:

- a file or folder of the tree is there, and a link leads to one that is;
- `make TARGET` has its target, `meson test --suite NAME` its suite;
- `./run PROGRAM` and tools/... are programs;
- a command of the tool is one, with options that it has;
- an environment variable of ours is read by something.

What the guide, the README and the manual page tell people to do is done, too:
tests/integration/examples-of-the-docs-run.sh.
"""
import fnmatch
import re
import shlex
import shutil
import subprocess
import sys

import source_tree

FOLDERS = ("src", "tests", "tools", "docs", "include", "schemas")
breaches = []
tree = {path.as_posix() for path in source_tree.files()}
tree |= {parent.as_posix() for path in source_tree.files()
         for parent in path.parents}
makefile = source_tree.read("Makefile") if "Makefile" in tree else ""
targets = set(re.findall(r"^([\w-]+):", makefile, re.M))
meson = "".join(source_tree.read(path) for path in source_tree.files("meson.build"))
suites = set(re.findall(r"suite: '(\w+)'", meson))
code = "".join(source_tree.read(path) for path in
               source_tree.files(".c", ".h", ".py", ".sh", ".build", "run")
               if path.suffix or path.name == "run")
checked = 0


def options_by_command():
    """{command: {option}}, from the tool's help; nothing without the tool."""
    def tool(*arguments):
        return subprocess.run([sys.argv[1], "-q", *arguments], check=True,
                              capture_output=True, text=True).stdout

    if len(sys.argv) < 2:
        return {}
    listed = re.findall(r"^    ([a-z][a-z-]*) {2,}", tool("help"), re.M)
    return {name: set(re.findall(r"--([a-z-]+)", tool("help", name)))
            for name in listed}


commands = options_by_command()


def pieces(text):
    """(number of the line, what is written as something to type)."""
    fence, blank = "", True
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fence = "" if fence else line[3:] or "other"
        elif fence == "sh" or (not fence and blank and line.startswith("    ")):
            yield number, line.strip()
            continue
        blank = not line.strip() or line.startswith("    ")
    outside = re.sub(r"^```.*?^```$|^    .*?$",
                     lambda found: "\n" * found[0].count("\n"), text,
                     flags=re.M | re.S)
    for found in re.finditer(r"`([^`]+)`", outside):
        yield text.count("\n", 0, found.start()) + 1, " ".join(found[1].split())


def check_path(word, complain):
    """@word names files of the tree; …, * and NAME stand for anything."""
    pattern = re.sub(r"…|\b[A-Z]{2,}\b", "*", word).rstrip("/")
    if not any(fnmatch.fnmatchcase(path, pattern) for path in tree):
        complain(f"there is no {word}")


def check_tool(words, complain):
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in ("-c", "-d") else 1:]
    if not words or not commands or not re.fullmatch(r"[a-z][a-z-]+", words[0]):
        return
    if words[0] not in commands:
        complain(f"the tool has no command {words[0]}")
        return
    for option in re.findall(r"(?<!\S)--([a-z-]+)", " ".join(words[1:])):
        if option not in commands[words[0]]:
            complain(f"{words[0]} has no option --{option}")


def check_run(words, complain):
    if not words or "…" in words[0]:
        return
    if words[0] == "strandline":
        check_tool(words[1:], complain)
    elif "/" not in words[0] and not shutil.which(words[0]) and \
            f"executable('{words[0]}'" not in meson:
        complain(f"./run {words[0]}: there is no such program")


def check_line(line, complain):
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        words = line.split()
    for word in words:
        if re.match(rf"(?:\./)?(?:{'|'.join(FOLDERS)})/", word):
            check_path(word.removeprefix("./").split(":")[0], complain)
    for name in re.findall(r"\bSTRANDLINE_[A-Z_]+", line):
        if name not in code:
            complain(f"nothing reads {name}")
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    if not words:
        return
    first, rest = words[0], words[1:]
    if first == "make":
        for word in rest:
            if re.fullmatch(r"[a-z]+", word) and word not in targets:
                complain(f"make has no target {word}")
    elif first == "meson" and "--suite" in rest[:-1]:
        suite = rest[rest.index("--suite") + 1]
        if suite not in suites:
            complain(f"there is no suite {suite}")
    elif first == "./run":
        check_run(rest, complain)
    elif first == "strandline":
        check_tool(rest, complain)
    elif first in commands and any(w.startswith("--") for w in rest):
        check_tool(words, complain)


def check(path):
    global checked
    text = source_tree.read(path)
    for number, piece in pieces(text):
        checked += 1
        check_line(piece, lambda what, at=number: breaches.append(
            f"{path}:{at}: {what}"))
    for link in re.findall(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)", text):
        target = source_tree.ROOT / path.parent / link
        if not target.exists():
            breaches.append(f"{path}: the link to {link} leads nowhere")


for document in source_tree.files(".md"):
    if document.parts[0] == "docs" or document.name in ("README.md",
                                                        "HACKING.md"):
        check(document)
source_tree.report(sorted(set(breaches)),
                   f"documents: {checked} things to type or open are there, "
                   f"with {len(commands)} commands")
