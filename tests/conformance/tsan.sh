#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Many threads on one connection and many connections, under the thread
# sanitizer: tsan.mk builds what that takes below the build folder, and only
# what has changed since the last time.
# usage: tsan.sh BUILD_FOLDER
set -eu
out=$1/tsan
cd "$(dirname "$0")/../.."
mkdir -p "$out"
if ! make -s -j2 -f tests/conformance/tsan.mk "OUT=$out" \
  "DEFINES=-DSTRANDLINE_SCHEMASDIR='\"$PWD/schemas\"'" >"$out/make.log" 2>&1
then
  tail -n 30 "$out/make.log" >&2
  exit 1
fi
unset ASAN_OPTIONS UBSAN_OPTIONS
# Memory that GLib hands from one thread to another by itself looks like a race.
export G_SLICE=always-malloc
export TSAN_OPTIONS=halt_on_error=1:abort_on_error=1:second_deadlock_stack=1
if "$out/test_seeded_race" >"$out/seeded.log" 2>&1 ||
  ! grep -q 'ThreadSanitizer: data race.*seeded_race.c' "$out/seeded.log"
then
  echo "the sanitizer does not see the race of seeded_race.c:" >&2
  tail -n 30 "$out/seeded.log" >&2
  exit 1
fi
exec "$out/test_memory_threads"
