#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Holds every C file to .clang-format; `tools/check_format.sh --fix` mends.
# The version is fixed: another one formats differently.
set -eu
cd "$(dirname "$0")/.."
mode='--dry-run --Werror'
[ "${1:-}" != --fix ] || mode=-i
# shellcheck disable=SC2086 # two options
git ls-files -z --cached --others --exclude-standard '*.c' '*.h' |
  xargs -0 -r clang-format-14 $mode
