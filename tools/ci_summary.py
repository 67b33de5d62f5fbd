#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print meson's last test run as 'N passed, N failed, N skipped'.

Exit 1 when something failed; when STRANDLINE_NO_SKIP is set (make check), also
when something was skipped, or when there was nothing to count.
"""
import json
import os
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[1]):
    test = json.loads(line)
    cases = re.findall(r"^(not )?ok \d+(.*)$", test.get("stdout") or "", re.M)
    for bad, rest in cases:
        if "# SKIP" in rest:
            skipped += 1
        elif bad:
            failed += 1
        else:
            passed += 1
    if cases and test["result"] in ("FAIL", "ERROR", "TIMEOUT"):
        failed += not any(bad for bad, _ in cases)  # crashed between cases
    elif not cases:
        passed += test["result"] == "OK"
        skipped += test["result"] == "SKIP"
        failed += test["result"] not in ("OK", "SKIP")

print(f"{passed} passed, {failed} failed, {skipped} skipped")
strict = os.environ.get("STRANDLINE_NO_SKIP")
sys.exit(failed > 0 or bool(strict and (skipped or not passed)))
