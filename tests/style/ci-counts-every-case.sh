#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What CI says last is a count that leaves no failure out, and its status agrees
# with it, whatever has become of the tests.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

log=$work/testlog.json
unset STRANDLINE_NO_SKIP

# ran RESULT [LINE...]: one more test in the log, with its output.
ran() {
  local result=$1
  shift
  jq -nc --arg result "$result" --arg stdout "$(printf '%s\n' "$@")" \
    '{name: "a test", result: $result, stdout: $stdout}' >>"$log"
}

# counts STATUS LINE: that is what comes out; the log starts anew.
counts() {
  local said status=0
  said=$("$STRANDLINE_SOURCE/tools/ci_summary.py" "$log") || status=$?
  assert_equal "$2 ($1)" "$said ($status)"
  rm -f "$log"
}

# Tests without cases, and with.
ran OK
ran OK '1..2' 'ok 1 /a' 'ok 2 /b'
counts 0 "3 passed, 0 failed, 0 skipped"
ran OK
ran FAIL
counts 1 "1 passed, 1 failed, 0 skipped"
ran FAIL '1..3' 'ok 1 /a' 'not ok 2 /b' 'ok 3 /c'
counts 1 "2 passed, 1 failed, 0 skipped"

# Skipped: said, and no success where nothing may be skipped.
ran OK '1..2' 'ok 1 /a # SKIP no KVM' 'ok 2 /b'
ran SKIP
cp "$log" "$work/again"
counts 0 "1 passed, 0 failed, 2 skipped"
mv "$work/again" "$log"
STRANDLINE_NO_SKIP=1 counts 1 "1 passed, 0 failed, 2 skipped"
ran SKIP
counts 1 "0 passed, 0 failed, 1 skipped"

# All cases well, but not the program: it crashed between two, hung, was
# stopped, or forgot some.
for result in FAIL ERROR TIMEOUT INTERRUPT; do
  ran "$result" '1..3' 'ok 1 /a' 'ok 2 /b'
  counts 1 "2 passed, 1 failed, 0 skipped"
  ran "$result"
  counts 1 "0 passed, 1 failed, 0 skipped"
done
# A failure and a crash after it are one test that failed.
ran ERROR '1..3' 'ok 1 /a' 'not ok 2 /b'
counts 1 "1 passed, 1 failed, 0 skipped"

# A log that is empty, missing, or cut short.
: >"$log"
counts 1 "0 passed, 0 failed, 0 skipped"
counts 1 "0 passed, 1 failed, 0 skipped"
ran OK
printf '{"name": "the la' >>"$log"
counts 1 "1 passed, 1 failed, 0 skipped"

# The whole of .ci/run, where make is one of ours: it leaves $MADE as the log.
mkdir -p "$work/tree/build/meson-logs" "$work/fake"
cp -r "$STRANDLINE_SOURCE/.ci" "$STRANDLINE_SOURCE/tools" "$work/tree"
cat >"$work/fake/make" <<'SH'
#!/bin/sh
[ "$*" = check ] || exit 9
[ -z "$MADE" ] || cp "$MADE" build/meson-logs/testlog.json
echo "make: *** something of its own"
exit "$STATUS"
SH
chmod +x "$work/fake/make"

# ci MAKE-STATUS LOG STATUS LINE
ci() {
  local status=0
  STATUS=$1 MADE=$2 PATH=$work/fake:$PATH "$work/tree/.ci/run" >"$work/said" \
    2>/dev/null || status=$?
  assert_equal "$4 ($3)" "$(tail -n1 "$work/said") ($status)"
}

ran OK
mv "$log" "$work/good"
ran OK
ran FAIL
mv "$log" "$work/bad"
ran OK
ran SKIP
mv "$log" "$work/skipped"
ci 0 "$work/good" 0 "1 passed, 0 failed, 0 skipped"
ci 2 "$work/bad" 2 "1 passed, 1 failed, 0 skipped"
ci 0 "$work/bad" 1 "1 passed, 1 failed, 0 skipped"
ci 0 "$work/skipped" 1 "1 passed, 0 failed, 1 skipped"
# It did not build, and the log of the last time is not counted.
ci 2 '' 2 "0 passed, 1 failed, 0 skipped"
ci 0 '' 1 "0 passed, 1 failed, 0 skipped"
