#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold apart what people mix up: no text calls a snapshot a checkpoint.

usage: check_words.py [STRANDLINE]

A snapshot is a state to return to; a checkpoint is a moment since which writes
are recorded, and holds no state.  Older texts about virtual machines speak of
"system checkpoints" where they mean snapshots, and the mistake creeps back with
every page that is written from memory.

- the documents, the public headers and the tool's own texts use none of the
  phrases that mix them up;
- the help of STRANDLINE's snapshot commands speaks of checkpoints only where it
  explains --checkpointxml, and that of its checkpoint commands never of
  snapshots.
"""
import re
import subprocess
import sys

import source_tree

GO_BACK = (r"(?:revert(?:s|ed|ing)?|return(?:s|ed|ing)?|roll(?:s|ed|ing)? back|"
           r"go(?:es|ing)? back|restor(?:e|es|ed|ing))")
CONFUSED = [re.compile(phrase, re.I) for phrase in (
    # kinds of snapshots
    r"\b(?:full[- ])?(?:system|disk|memory|internal|external) checkpoints?\b",
    r"\bcheckpoints? of (?:the |its |a )?(?:memory|whole system)\b",
    # one as another word for the other
    r"\bsnapshot/checkpoint|\bcheckpoint/snapshot",
    r"\bsnapshots? \(checkpoints?\)|\bcheckpoints? \(snapshots?\)",
    r"\bsnapshots?,? (?:also |sometimes )?(?:called|known as) (?:an? )?"
    r"checkpoint",
    r"\bcheckpoints? (?:is|are) (?:an? )?(?:kind of |sort of )?snapshots?\b",
    r"\bsnapshots? (?:is|are) (?:an? )?(?:kind of |sort of )?checkpoints?\b",
    # nobody can go back to a checkpoint
    GO_BACK + r" to (?:an?|the|that|this|its|an earlier) (?:\w+ )?checkpoint",
)]
# The man page and headers explain the option in these words.
ABOUT_XML = re.compile(r"checkpointxml|XML of a checkpoint to make at the same "
                       r"moment", re.I)
breaches = []


def check_text(where, text):
    flat = re.sub(r"\s+", " ", re.sub(r"^ *\* ?", "", text, flags=re.M))
    for phrase in CONFUSED:
        for found in phrase.finditer(flat):
            breaches.append(f"{where}: '{found[0]}' mixes up snapshots and "
                            "checkpoints")


def tool(*arguments):
    return subprocess.run([sys.argv[1], "-q", *arguments], check=True,
                          capture_output=True, text=True).stdout


def check_help():
    listed = re.findall(r"^    ([a-z][a-z-]*) {2,}", tool("help"), re.M)
    for name in listed:
        text = tool("help", name)
        check_text(f"help {name}", text)
        rest = re.sub(ABOUT_XML, "", text)
        if name.startswith("snapshot-") and re.search("checkpoint", rest, re.I):
            breaches.append(f"help {name}: speaks of checkpoints")
        if name.startswith("checkpoint-") and re.search("snapshot", text, re.I):
            breaches.append(f"help {name}: speaks of snapshots")
    return len(listed)


paths = [path for path in source_tree.files(".md", ".rst", ".h", ".c", ".py")
         if path.suffix in (".md", ".rst") or
         path.parts[0] in ("include", "src")]
for path in paths:
    check_text(path, source_tree.read(path))
commands = check_help() if len(sys.argv) > 1 else 0
source_tree.report(breaches, f"words: {len(paths)} files and {commands} "
                   "commands keep snapshots and checkpoints apart")
