#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Type at a program as a person does: on a terminal, when it asks.

usage: terminal.py TEXT COMMAND...

TEXT has escapes (\\r, \\t, \\x03).  Before the first key, and after each \\r and
Ctrl-C, a prompt is waited for: "# " or "> " at the end of what was shown.  Plain
text before Ctrl-C is seen on the screen first.
Prints what was shown, one line a line; fails as the command does.
"""
import os
import pty
import re
import signal
import sys

LIMIT = 60  # seconds, to end a hang
PROMPT = re.compile(rb"[#>] $")
shown = b""


def read(fd):
    """One piece of what is shown; b"" at the end."""
    global shown
    try:
        piece = os.read(fd, 4096)
    except OSError:  # the other end is gone
        return b""
    shown += piece
    return piece


def await_prompt(fd, since):
    while not (len(shown) > since and PROMPT.search(shown)):
        if not read(fd):
            break


def give_up(_signal, _frame):
    os.kill(child, signal.SIGKILL)
    sys.exit(f"no prompt for {LIMIT} s; shown: {shown!r}")


text = sys.argv[1].encode().decode("unicode_escape").encode("latin-1")
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
signal.signal(signal.SIGALRM, give_up)
signal.alarm(LIMIT)
await_prompt(terminal, 0)
for keys in re.findall(rb"[^\r\x03]*[\r\x03]?", text):
    if keys:
        before = len(shown)
        if keys[-1:] == b"\x03":  # it would throw away what was not read yet
            os.write(terminal, keys[:-1])
            while keys[:-1] not in shown[before:] and read(terminal):
                pass
            keys = keys[-1:]
        os.write(terminal, keys)
        if keys[-1:] in b"\r\x03":
            await_prompt(terminal, before + len(keys))
while read(terminal):
    pass
sys.stdout.write(shown.decode("utf-8", "replace").replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
