#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold docs/man/strandline.rst against what the tool says of itself.

usage: check_manual.py STRANDLINE

- each command of `strandline help` has a section in the manual, and each
  section below COMMANDS... is a command;
- each option of a command stands in the synopsis and in the list of options of
  its section, and none that the command does not have.  --domain, which is
  explained once for all, need not stand in the lists.
"""
import re
import subprocess
import sys

import source_tree

MANUAL = "docs/man/strandline.rst"
breaches = []


def tool(*arguments):
    return subprocess.run([sys.argv[1], "-q", *arguments], check=True,
                          capture_output=True, text=True).stdout


def commands():
    """{name: {option}} from the tool's help."""
    listed = re.findall(r"^    ([a-z][a-z-]*) {2,}", tool("help"), re.M)
    return {name: options_of(tool("help", name)) for name in listed}


def options_of(text):
    after = text.partition("\n  OPTIONS\n")[2]
    return set(re.findall(r"^    \[?--([a-z-]+)", after, re.M))


def sections():
    """{name: text} of those that are underlined with '-' after the first
    chapter of commands."""
    text = source_tree.read(MANUAL)
    text = text[text.index("\nCOMMANDS FOR DOMAINS\n"):
                text.index("\nEXIT STATUS\n")]
    parts = re.split(r"^([a-z][a-z-]*)\n-+\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def check(name, options, text):
    synopsis = re.search(r"^``(.*)``$", text, re.M)
    if not synopsis or not synopsis[1].startswith(name):
        breaches.append(f"{MANUAL}: {name}: no synopsis ``{name} ...``")
        return
    said = set(re.findall(r"--([a-z-]+)", synopsis[1]))
    listed = set(re.findall(r"^--([a-z-]+)", text, re.M))
    named = set(re.findall(r"``--(file|domain)", text))
    bare = {"domain", "file"} & options
    for option in sorted(options - said - bare):
        breaches.append(f"{MANUAL}: {name}: synopsis lacks --{option}")
    for option in sorted(options - listed - named - bare):
        breaches.append(f"{MANUAL}: {name}: --{option} is not explained")
    for option in sorted((said | listed) - options):
        breaches.append(f"{MANUAL}: {name} has no option --{option}")


known, written = commands(), sections()
if len(known) < 10:
    breaches.append("the tool's help names hardly any command")
for missing in sorted(known.keys() - written.keys()):
    breaches.append(f"{MANUAL}: no section on the command {missing}")
for extra in sorted(written.keys() - known.keys()):
    breaches.append(f"{MANUAL}: there is no command {extra}")
for shared in sorted(known.keys() & written.keys()):
    check(shared, known[shared], written[shared])
source_tree.report(breaches, f"the manual tells of {len(known)} commands")
