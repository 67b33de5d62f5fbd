#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ./run runs a command as if the build were installed: the tool, the manual
# page, a program that is compiled and linked, from any folder, whatever the
# environment had before; the command's words and status come through.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

run() {
  env -u MANPATH -u LD_LIBRARY_PATH -u PKG_CONFIG_PATH "$STRANDLINE_SOURCE/run" \
    "$@"
}

cd "$work"
assert_equal "$STRANDLINE_BUILD/src/cli/strandline" "$(run sh -c \
  'command -v strandline')"
run strandline --version >/dev/null
assert_equal "$STRANDLINE_BUILD/docs/man/strandline.1" \
  "$(run man -w strandline | xargs readlink -f)"
run man strandline >"$work/page" 2>/dev/null
grep -q '^ *strandline - checkpoints' "$work/page"
run man -w ls >/dev/null # and the others are still there

status=0
said=$(run sh -c 'printf "[%s]" "$@"; exit 7' sh 'a b' '' '*') || status=$?
assert_equal "[a b][][*] 7" "$said $status"

cat >"$work/program.c" <<'C'
#include <libvirt/libvirt.h>

int
main(void)
{
    unsigned long version = 0;

    return virGetVersion(&version, NULL, NULL) < 0 || version == 0;
}
C
read -ra flags < <(run pkg-config --cflags --libs strandline)
nm -D "$STRANDLINE_BUILD"/src/api/libstrandline.so.0 >"$work/symbols"
if grep -q __asan_init "$work/symbols"; then
  flags+=('-fsanitize=address,undefined')
fi
cc -o "$work/program" "$work/program.c" "${flags[@]}"
run ldd "$work/program" >"$work/libraries"
grep -q "$STRANDLINE_BUILD/src/api/libstrandline.so.0" "$work/libraries"
run "$work/program"

STRANDLINE_BUILD=$work refused "make build" run true
refused "usage:" run
