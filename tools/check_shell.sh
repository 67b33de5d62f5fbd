#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Holds every shell script to shellcheck, also those without a suffix.
set -eu
cd "$(dirname "$0")/.."
git ls-files -z --cached --others --exclude-standard |
  xargs -0 grep -lZ -m1 -E '^#!/(usr/)?bin/(env )?(ba)?sh' |
  xargs -0 shellcheck --external-sources --source-path=SCRIPTDIR \
    --source-path=tests
