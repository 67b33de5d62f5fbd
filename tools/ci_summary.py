#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print meson's last test run as 'N passed, N failed, N skipped'.

usage: ci_summary.py TESTLOG.json

A case of a TAP test counts as one, and so does a test that has none.  A test
that ended badly while its cases are all well (it crashed between two of them,
was stopped, or ran fewer than it had planned) is one failure more.

Exit 1 when something failed or when nothing passed: a log that is missing,
empty or cut short is no success.  When STRANDLINE_NO_SKIP is set (make check),
also when something was skipped.
"""
import json
import os
import re
import sys


def count(test):
    """(passed, failed, skipped) of one line of the log."""
    result = test["result"]
    cases = re.findall(r"^(not )?ok \d+(.*)$", test.get("stdout") or "", re.M)
    if not cases:
        return (result == "OK", result not in ("OK", "SKIP"), result == "SKIP")
    skipped = sum("# SKIP" in rest for _, rest in cases)
    failed = sum(bool(bad) and "# SKIP" not in rest for bad, rest in cases)
    passed = len(cases) - skipped - failed
    if not failed and result not in ("OK", "SKIP"):
        failed = 1
    return passed, failed, skipped


def lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            yield from log
    except OSError as error:
        print(f"ci_summary: {error}", file=sys.stderr)
        yield ""


totals = [0, 0, 0]
for line in lines(sys.argv[1]):
    try:
        counted = count(json.loads(line))
    except (ValueError, KeyError, TypeError):
        counted = (0, 1, 0)  # meson was stopped while it wrote this
    totals = [total + one for total, one in zip(totals, counted)]
passed, failed, skipped = totals
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(bool(failed or not passed or
              (skipped and os.environ.get("STRANDLINE_NO_SKIP"))))
