#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make torture`: every scenario at every point, 320 deaths of the daemon, and a
# byte-truth test five times as long as in `make check`, ROUNDS times (3 if
# nothing is said).
set -euo pipefail
for ((round = 1; round <= ${ROUNDS:-3}; round++)); do
  echo "round $round"
  STRANDLINE_STRIDE=1 meson test -t 10 -C "$STRANDLINE_BUILD" --no-rebuild --print-errorlogs \
    --suite torture </dev/null
  STRANDLINE_ROUNDS=1000 \
    "$STRANDLINE_BUILD/tests/integration/test_byte_truth"
done
