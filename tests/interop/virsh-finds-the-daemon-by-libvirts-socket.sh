#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# With libvirt_sockets virsh needs to be told of no socket; a second daemon that
# wants the name is refused.  /run is one of the test's own, in a name space.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
cat >>"$work/daemon.conf" <<CONF
libvirt_sockets = 1
libvirt_sock_dir = "$work/libvirt"
CONF
start_daemon --verbose
domain_xml web >"$work/web.xml"
genuine_virsh qemu:///system define "$work/web.xml" >/dev/null
sed 's|^state_root.*|state_root = "'"$work"'/other"|
  s|^unix_sock_dir.*|unix_sock_dir = "'"$work"'/elsewhere"|' \
  "$work/daemon.conf" >"$work/second.conf"
refused "another daemon may be running" \
  strandlined --config "$work/second.conf"

# Whoever it is run by, virsh looks where root's does.
in_own_run() {
  # shellcheck disable=SC2016 # the inner shell's
  unshare --map-root-user --mount sh -c '
    mount -t tmpfs none /run && mkdir /run/libvirt &&
    mount --bind "$0" /run/libvirt && exec "$@"' "$work/libvirt" "$@"
}
requires in_own_run true
assert_equal "web" "$(in_own_run virsh -q -c qemu:///system list --all --name \
  </dev/null | tr -d '\n')"
refused "read only" in_own_run virsh -q -r -c qemu:///system undefine web
stop_daemon
