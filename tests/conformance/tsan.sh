#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Many threads on one connection and many connections, the daemon's threads with
# many clients, and a client whose threads share one socket, under the thread
# sanitizer: tsan.mk builds what that takes below the build folder, and only what
# has changed since the last time.
# usage: tsan.sh BUILD_FOLDER
set -eu
out=$(cd "$1" && pwd)/tsan
cd "$(dirname "$0")/../.."
mkdir -p "$out"
if ! make -s -j2 -f tests/conformance/tsan.mk "OUT=$out" "BUILD=$1" \
  "DEFINES=-DSTRANDLINE_SCHEMASDIR='\"$PWD/schemas\"'" >"$out/make.log" 2>&1
then
  tail -n 30 "$out/make.log" >&2
  exit 1
fi
unset ASAN_OPTIONS UBSAN_OPTIONS
# Memory that GLib hands from one thread to another by itself looks like a race.
export G_SLICE=always-malloc
TSAN_OPTIONS=halt_on_error=1:abort_on_error=1:second_deadlock_stack=1
export TSAN_OPTIONS="$TSAN_OPTIONS:suppressions=tests/conformance/tsan.supp"
if "$out/test_seeded_race" >"$out/seeded.log" 2>&1 ||
  ! grep -q 'ThreadSanitizer: data race.*seeded_race.c' "$out/seeded.log"
then
  echo "the sanitizer does not see the race of seeded_race.c:" >&2
  tail -n 30 "$out/seeded.log" >&2
  exit 1
fi
for test in "$out"/tests/unit/daemon/test_* \
  "$out"/tests/unit/daemon/access/test_* "$out"/tests/unit/remote/test_* \
  "$out"/tests/conformance/test_*
do
  if [ -x "$test" ] && ! "$test" >"$test.log" 2>&1; then
    tail -n 60 "$test.log" >&2
    exit 1
  fi
done
exec "$out/test_memory_threads"
