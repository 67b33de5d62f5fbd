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

# Nothing of the inside leaves the library.
assert_equal "" "$(awk '$2 ~ /^[TDBR]$/ { print $3 }' "$work/symbols" |
  sed '/^vir/d')"

# These files, and not one elsewhere.
prefix=$(meson introspect --buildoptions "$STRANDLINE_BUILD" |
  jq -r '.[] | select(.name == "prefix") | .value')
there=$work/dest$prefix
installed() {
  (cd "$work/dest" && find . ! -type d) | sed "s|^\.$prefix/||" | sort
}
(
  echo bin/strandline
  echo sbin/strandlined
  echo etc/strandline/strandlined.conf
  echo lib/systemd/system/strandline-guests.service
  echo lib/systemd/system/strandlined.service
  echo libexec/strandline-guests
  echo lib/sysusers.d/strandlined.conf
  echo share/polkit-1/actions/org.strandline.policy
  echo lib/systemd/system/strandlined.socket
  echo lib/systemd/system/strandlined-ro.socket
  echo lib/systemd/system/strandlined-tcp.socket
  echo lib/systemd/system/strandlined-tls.socket
  echo libexec/strandline-guard
  echo share/bash-completion/completions/strandline
  echo share/man/man1/strandline.1
  echo share/man/man8/strandlined.8
  cd "$(dirname "$library")"
  for file in libstrandline.so{,.0} libstrandline.so.0.*.* \
    pkgconfig/strandline.pc; do
    echo "${PWD#"$there"/}/$file"
  done
  cd "$STRANDLINE_SOURCE/schemas"
  for file in *.rng; do
    echo "share/strandline/schemas/$file"
  done
  cd "$STRANDLINE_SOURCE/include"
  echo share/doc/strandline/reference/README.md
  for file in libvirt/*.h; do
    echo "include/strandline/$file"
    page=${file##*/}
    [ "$page" = libvirt.h ] ||
      echo "share/doc/strandline/reference/${page%.h}.md"
  done
) | sort >"$work/expected"
assert_equal "$(cat "$work/expected")" "$(installed)"

# The guard and the schemas are where the library will look for them.
grep -qaF "$prefix/libexec/strandline-guard" "$library"
grep -qaF "$prefix/share/strandline/schemas" "$library"

# The tool with its library, its page and a machine, nothing from the build.
export STRANDLINE_GUARD=$there/libexec/strandline-guard
export STRANDLINE_SCHEMAS=$there/share/strandline/schemas
PATH=$there/bin:$PATH LD_LIBRARY_PATH=$(dirname "$library")
MANPATH=$there/share/man
export PATH LD_LIBRARY_PATH MANPATH
ldd "$(type -P strandline)" >"$work/libraries"
grep -q "$library" "$work/libraries"
assert_equal "$there/share/man/man1/strandline.1" "$(man -w strandline)"
assert_equal "$(pkg-config --modversion strandline)" \
  "$(command strandline --version)"
make_disk vda 1M
start_vm --paused web vda
strandline checkpoint-create-as web first >/dev/null
strandline destroy web >/dev/null
