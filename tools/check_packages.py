#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold that every program which the tree runs is in tools/packages.txt.

A developer's machine has more than the list says, so a missing line shows only
on a bare one.  Here each command of the shell scripts and Makefile, each
program that C and Python start, and each Python module that is imported, is
traced to its Debian package: that is listed, or one that every Debian has.
Programs that this machine has not are not seen; what needs them fails.
"""
import os
import pathlib
import re
import subprocess
import sys

import source_tree

LIST = "tools/packages.txt"
FOLDERS = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")
MODULES = "/usr/lib/python3/dist-packages"
# Words before which the command itself stands.
KEYWORDS = set("if then elif else while until do time exec command env ! { "
               "requires wait_for xargs nice".split())
# The same, with one word between.
WRAPPERS = {"timeout": 1, "refused": 1, "fault_at": 1}
BUILTINS = set("test echo printf kill true false pwd".split())


def without_documents(text):
    """Shell without comments and here-documents; @ stands for their text."""
    kept, end = [], None
    for line in text.splitlines():
        if end is not None:
            end = None if line.strip() == end else end
            continue
        line = re.sub(r"(^|\s)#.*", r"\1", line)
        kept.append(line)
        here = re.search(r"<<-?\s*['\"]?(\w+)", line)
        end = here[1] if here else None
    return "\n".join(kept).replace("\\\n", " ")


def shell_commands(text):
    """Words at the place of a command.  Quoted text counts only where it has
    $(...) in it: what is quoted otherwise is data, or awk."""
    text = re.sub(r"'[^']*'", " @ ", without_documents(text))
    text = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda quoted: " @ " + "".join(
        quoted[1].partition("$(")[1:]), text)
    for part in re.split(r"[\n;|&()`]+", text):
        words = part.split()
        while words:
            word = words.pop(0)
            if word in WRAPPERS:
                words = words[WRAPPERS[word]:]
            elif word not in KEYWORDS and not re.match(r"[-\w]+\+?=|-", word):
                if re.fullmatch(r"[a-z/][\w./+-]+", word):
                    yield word
                break


def started_programs(text):
    """What C and Python run: the first word of a list of arguments."""
    yield from re.findall(
        r"""(?:run_command|g_find_program_in_path|which|find_program)\(\s*
            ["']([\w./+-]+)["']""", text, re.X)
    yield from re.findall(
        r"""(?:run|Popen|check_output|call|command)\(\s*\[\s*
            ["']([\w./+-]+)["']""", text, re.X)
    yield from re.findall(r"""["']((?:/usr/bin/)?(?:qemu|nbd)[a-z-]+\w*)["']""",
                          text)


def chain(path):
    """@path, and what each link on the way leads to; /bin is /usr/bin, and only
    one of the two is in dpkg's lists."""
    steps = []
    for _ in range(8):
        steps += [path, path.removeprefix("/usr"), "/usr" + path]
        if not os.path.islink(path):
            break
        path = os.path.normpath(os.path.join(os.path.dirname(path),
                                             os.readlink(path)))
    return steps


def owners(paths):
    """{path: package}, of the first link on the way that has one.  dpkg is
    asked once: it reads all its lists for each question."""
    asked = sorted({step for path in paths for step in chain(path)})
    said = subprocess.run(["dpkg-query", "-S", *asked], capture_output=True,
                          text=True).stdout
    known = {}
    for line in said.splitlines():
        packages, _, path = line.partition(": ")
        if not packages.startswith("diversion"):
            known[path] = packages.partition(",")[0].partition(":")[0]
    return {path: next((known[step] for step in chain(path) if step in known),
                       None) for path in paths}


def locate(program):
    if program.startswith("/"):
        return program if os.path.exists(program) else None
    return next((f"{folder}/{program}" for folder in FOLDERS
                 if os.access(f"{folder}/{program}", os.X_OK)), None)


def locate_module(name):
    """A module outside the standard library, as Debian's Python has it."""
    if name in sys.stdlib_module_names:
        return None
    for found in pathlib.Path(MODULES).glob(f"{name}*"):
        if found.name.split(".")[0] == name:
            return str(found / "__init__.py" if found.is_dir() else found)
    return None


def everywhere(packages):
    """Those that no Debian 12 is without; it would not have installed others
    without apt."""
    said = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Essential} ${Priority}\n",
         *packages], capture_output=True, text=True).stdout
    return {"apt"} | {line.split()[0] for line in said.splitlines()
                      if " yes " in line or line.endswith(" required")}


def is_shell(path, text):
    return path.suffix == ".sh" or re.match(r"#!.*/(env )?(ba)?sh\b", text)


def used():
    """{program or module: (where, its file)}"""
    found = {}
    ours = {path.stem for path in source_tree.files(".py")}
    for path in source_tree.files():
        text = (source_tree.ROOT / path).read_text("utf-8", "replace")
        if is_shell(path, text):
            words = shell_commands(text)
        elif path.name == "Makefile":
            words = shell_commands("\n".join(re.findall(
                r"^\t@?-?(.*(?:\\\n.*)*)", text, re.M)))
        elif path.suffix in (".c", ".h", ".py") or path.name == "meson.build":
            words = started_programs(text)
        else:
            continue
        for word in set(words) - BUILTINS:
            found.setdefault(word, (path, locate(word)))
        if path.suffix == ".py":
            for name in re.findall(r"^\s*(?:import|from) (\w+)", text, re.M):
                if name not in ours:
                    found.setdefault(f"python module {name}",
                                     (path, locate_module(name)))
    return found


listed = set(re.findall(r"^([a-z][^\s#]*)", source_tree.read(LIST), re.M))
breaches = []
programs = {name: (where, file) for name, (where, file) in used().items()
            if file}
packages = owners({file for _, file in programs.values()})
base = everywhere({package for package in packages.values() if package})
for name, (where, file) in sorted(programs.items()):
    package = packages[file]
    # python3-minimal comes with python3.
    if package and not {package, package.removesuffix("-minimal")} & (
            listed | base):
        breaches.append(f"{where}: {name} is of the package {package}, which "
                        f"{LIST} has not")
traced = sum(bool(package) for package in packages.values())
if traced < 20:
    breaches.append("hardly any program of the tree was traced to a package")
source_tree.report(breaches, f"packages: {traced} programs are in {LIST}")
