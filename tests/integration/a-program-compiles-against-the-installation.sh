#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What `make install` lays down is enough for a stranger's program: headers
# under <libvirt/...>, a pkg-config file, the library; DESTDIR is honoured.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

meson install -C "$STRANDLINE_BUILD" --no-rebuild --quiet --destdir "$work/dest"
export PKG_CONFIG_SYSROOT_DIR=$work/dest
PKG_CONFIG_PATH=$(dirname "$(find "$work/dest" -name strandline.pc)")
export PKG_CONFIG_PATH

cat >"$work/program.c" <<'C'
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>

int
main(void)
{
    virConnectPtr conn = virConnectOpen("nonsense://");

    if (conn || virGetLastError()->code != VIR_ERR_NO_CONNECT)
        return 1;
    puts("refused, with libvirt's code");
    return 0;
}
C
read -ra flags < <(pkg-config --cflags --libs strandline)
library=$(find "$work/dest" -name 'libstrandline.so.0')
# The developers' library wants the sanitizers in the program as well.
nm -D "$library" >"$work/symbols"
if grep -q __asan_init "$work/symbols"; then
  flags+=('-fsanitize=address,undefined')
fi
cc -std=c99 -Wall -Wextra -pedantic -Werror -o "$work/program" \
  "$work/program.c" "${flags[@]}"
said=$(LD_LIBRARY_PATH=$(dirname "$library") "$work/program")
assert_equal "refused, with libvirt's code" "$said"

# Nothing of the inside leaves the library, and nothing lands elsewhere.
assert_equal "" "$(awk '$2 ~ /^[TDBR]$/ { print $3 }' "$work/symbols" |
  sed '/^vir/d')"
prefix=$(meson introspect --buildoptions "$STRANDLINE_BUILD" |
  jq -r '.[] | select(.name == "prefix") | .value')
assert_equal "" "$(find "$work/dest" -type f ! -path "$work/dest$prefix/*")"
