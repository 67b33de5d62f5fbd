#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool and virsh come to the daemon through a genuine sshd, with its own keys
# and settings, on the loopback; a host whose key is another one is refused, and
# so is a user whom it does not know.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires ssh -V

# Unpacked and not installed: its package would start a service.
sshd=/usr/sbin/sshd
unpacked=${STRANDLINE_BUILD:?}/sshd
if [ ! -x "$sshd" ]; then
  sshd=$unpacked/usr/sbin/sshd
fi
fetch_sshd() {
  [ ! -x "$sshd" ] || return 0
  mkdir -p "$work/deb"
  (cd "$work/deb" && apt-get -q download openssh-server) || return
  mkdir -p "$unpacked"
  dpkg -x "$work"/deb/openssh-server_*.deb "$unpacked"
}
requires fetch_sshd

mkdir "$work/ssh"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/user"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/stranger"
port=$(python3 -c '
import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    print(probe.getsockname()[1])')
cat >"$work/ssh/conf" <<CONF
ListenAddress 127.0.0.1:$port
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
CONF

# Root's wants a user and a folder that only its package makes: here they are in
# a view of the files that ends with it.
if [ "$(id -u)" = 0 ]; then
  {
    cat /etc/passwd
    echo 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin'
  } >"$work/ssh/passwd"
  cat >"$work/ssh/view" <<SH
#!/bin/sh
set -e
mount --bind "$work/ssh/passwd" /etc/passwd
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
exec "$sshd" -D -e -f "$work/ssh/conf"
SH
  unshare --mount sh "$work/ssh/view" \
    >"$work/ssh/log" 2>&1 </dev/null &
else
  "$sshd" -D -e -f "$work/ssh/conf" >"$work/ssh/log" 2>&1 </dev/null &
fi
on_exit kill "$!"
wait_for grep -q 'Server listening' "$work/ssh/log"

# The user's own known hosts are none of ours; over there a nc that knows -U may
# be missing.
cat >"$work/ssh/client" <<SH
#!/bin/sh
exec ssh -F /dev/null -o UserKnownHostsFile=$work/ssh/known \
  -o StrictHostKeyChecking=yes -o BatchMode=yes "\$@"
SH
chmod +x "$work/ssh/client"
echo "[127.0.0.1]:$port $(cat "$work/ssh/host.pub")" >"$work/ssh/known"

start_daemon --verbose
# far DRIVER KEY: a URI by that key.
far() {
  printf '%s+ssh://%s@127.0.0.1:%s/%s?socket=%s&keyfile=%s' \
    "${1%:*}" "$(id -un)" "$port" "${1#*:}" "$socket" "$work/ssh/$2"
  printf '&command=%s&proxy=netcat&netcat=%s&no_tty=1\n' \
    "$work/ssh/client" "$STRANDLINE_TESTS/interop/nc.py"
}
tool() {
  command strandline -q -c "$@" </dev/null
}
genuine() {
  command virsh -q -c "$@" </dev/null
}

make_disk vda 1M
domain_xml web vda >"$work/web.xml"
for client in tool genuine; do
  $client "$(far qemu:system user)" define "$work/web.xml" >/dev/null
  assert_equal 'web' \
    "$($client "$(far qemu:system user)" list --all --name | sed '/^$/d')"
  $client "$(far qemu:system user)" undefine web >/dev/null
  assert_equal 'test' \
    "$($client "$(far test:default user)" list --name | sed '/^$/d')"
done
grep -q 'Accepted publickey' "$work/ssh/log"

refused 'Permission denied' tool "$(far qemu:system stranger)" list
# Another host in its place.
echo "[127.0.0.1]:$port $(cat "$work/ssh/user.pub")" >"$work/ssh/known"
refused 'Host key verification failed' tool "$(far qemu:system user)" list
stop_daemon
