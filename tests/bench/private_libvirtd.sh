#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a command beside a genuine libvirtd of its own: private mount, network
# and process namespaces, every folder of libvirt's replaced by one below
# FOLDER, so that neither the host's libvirt nor its network is seen or touched
# and all ends with this script.  Needs root.
#
#   private_libvirtd.sh FOLDER COMMAND...
#
# LIBVIRTD_SETTINGS is a file of more of them for it, among which it may listen on
# the loopback of that network.
set -eu

if [ "${1:-}" != --inside ]; then
  exec unshare --mount --net --pid --fork --kill-child --mount-proc -- \
    bash "$0" --inside "$@"
fi
shift
folder=$1
shift

for part in etc/libvirt run/libvirt var/lib/libvirt var/cache/libvirt \
  var/log/libvirt; do
  mkdir -p "$folder/$part" "/$part"
  mount --bind "$folder/$part" "/$part"
done
# libvirtd looks its default user up even when the configuration names another.
for file in passwd group; do
  cp "/etc/$file" "$folder/$file"
done
grep -q '^libvirt-qemu:' "$folder/passwd" ||
  echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin' \
    >>"$folder/passwd"
grep -q '^libvirt-qemu:' "$folder/group" ||
  echo 'libvirt-qemu:x:64055:' >>"$folder/group"
mount --bind "$folder/passwd" /etc/passwd
mount --bind "$folder/group" /etc/group

cat >/etc/libvirt/qemu.conf <<'CONF'
stdio_handler = "file"
cgroup_controllers = []
security_driver = "none"
user = "root"
group = "root"
namespaces = []
CONF
echo 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf

listen=
if [ -n "${LIBVIRTD_SETTINGS:-}" ]; then
  cp "$LIBVIRTD_SETTINGS" /etc/libvirt/libvirtd.conf
  ip link set lo up
  listen=--listen
fi

libvirtd $listen -p "$folder/libvirtd.pid" >"$folder/libvirtd.log" 2>&1 &
daemon=$!
trap 'kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null || true' EXIT
for _ in $(seq 200); do
  [ -S /run/libvirt/libvirt-sock ] && break
  kill -0 "$daemon"
  sleep 0.05
done
"$@"
