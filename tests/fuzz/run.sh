#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs each fuzz target for so many seconds, from the saved corpus and every
# procedure's own packets.  What it finds is left in build-fuzz/; an input that
# broke something belongs into tests/fuzz/corpus/ with the repair.
# usage: tests/fuzz/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
build="build-fuzz"
if [ ! -d "$build" ]; then
    CC=clang-14 meson setup "$build" -Dfuzz=true \
        -Db_sanitize=address,undefined -Dwerror=false \
        -Dc_args=-fsanitize=fuzzer-no-link
fi
ninja -C "$build" --quiet tests/fuzz/fuzz_wire tests/fuzz/libfuzzer_wire
mkdir -p "$build/seeds/wire" "$build/found/wire"
"$build/tests/fuzz/fuzz_wire" --write "$build/seeds/wire"
export ASAN_OPTIONS=abort_on_error=1
exec "$build/tests/fuzz/libfuzzer_wire" -max_total_time="$seconds" \
    -max_len=4096 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$build/found/" \
    "$build/found/wire" tests/fuzz/corpus/wire "$build/seeds/wire"
