# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the style checks share: which files are ours, and how to report.

Files come from git, with the new ones that it does not ignore, so that a file
is checked before it is committed; without git (a release archive) everything
outside the build folders counts.
"""
import hashlib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def files(*suffixes, under=""):
    """Paths relative to the root, sorted; all when no suffix is given."""
    try:
        listed = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others",
             "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*")
                  if not p.relative_to(ROOT).parts[0].startswith("build")]
    return sorted(pathlib.PurePosixPath(p) for p in set(listed)
                  if p.startswith(under) and (ROOT / p).is_file()
                  and (not suffixes or p.endswith(suffixes)))


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def waivers(path):
    """'NAME  reason' lines as a dict; a waiver without a reason is none."""
    found = {}
    for line in read(path).splitlines():
        name, _, reason = line.partition("#")[0].strip().partition(" ")
        if name and not reason.strip():
            sys.exit(f"{path}: '{name}' is waived without a reason")
        if name:
            found[name] = reason.strip()
    return found


def includes(text):
    """Targets of #include "x" and of #include <libvirt/x>."""
    return re.findall(
        r'^\s*#\s*include\s*(?:"([^"]+)"|<(libvirt/[^>]+)>)', text, re.M)


def digest(path, *extra, seen=None):
    """A hash of @path and of every header of ours that it includes."""
    seen = {} if seen is None else seen
    waiting = [path]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        text = read(one)
        seen[one] = text
        for ours, public in includes(text):
            for home in ([f"src/{ours}", f"tests/{ours}",
                          f"{one.parent}/{ours}"] if ours
                         else [f"include/{public}"]):
                candidate = pathlib.PurePosixPath(home)
                if (ROOT / candidate).is_file():
                    waiting.append(candidate)
    total = hashlib.sha256()
    for name in sorted(seen):
        total.update(f"{name}\0{seen[name]}\0".encode())
    for part in extra:
        total.update(f"{part}\0".encode())
    return total.hexdigest()


def report(breaches, fine):
    """Ends the program: the breaches and 1, or one line and 0."""
    print("\n".join(breaches) or fine)
    sys.exit(bool(breaches))
