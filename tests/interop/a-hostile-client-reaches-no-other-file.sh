#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A client who is not root and may take backups names files that are not his: by
# their path, by links, by a folder that he exchanges at the same time, by a pipe
# and a device.  All is refused with a reason, and nothing has been touched.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires python3 --version
requires nbdinfo --version
requires certtool --version
requires [ "$(id -u)" = 0 ]
# Mallory is nobody's friend: any number will do.
mallory=54321
own=$work/backups/mallory
mkdir -p "$own/d" "$work/images" "$work/precious"
echo precious >"$work/precious/file"
chmod 0711 "$work" "$work/backups" "$work/images"
chown -R $mallory "$own"
chmod 0600 "$work/precious/file"
# Where a link leads Mallory could not write himself, and root could.
chmod 0755 "$work/precious"
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
mkdir -m 0700 "$work/tls"
cp "$work/pki/ca.pem" "$work/tls/ca-cert.pem"
cp "$work/pki/server/servercert.pem" "$work/tls/server-cert.pem"
cp "$work/pki/server/serverkey.pem" "$work/tls/server-key.pem"
cat >>"$work/daemon.conf" <<CONF
backup_tls_x509_cert_dir = "$work/tls"
unix_sock_rw_perms = "0777"
image_dirs = [ "$work/images" ]
backup_dirs = [ "$work/backups" ]
access_drivers = [ "file" ]
access_policy = "$work/policy"
CONF
set_policy() {
  printf '%s\n' "allow user:0 *" "$@" >"$work/policy"
  chmod 0600 "$work/policy"
  [ -z "$daemon_pid" ] || kill -HUP "$daemon_pid"
}
as_mallory() {
  setpriv --reuid=$mallory --regid=$mallory --clear-groups \
    virsh -q -c "$(daemon_uri qemu:///system)" "$@" </dev/null
}
vm="genuine_virsh qemu:///system"
untouched() {
  assert_equal "file" "$(ls -A "$work/precious")"
  assert_equal "precious" "$(cat "$work/precious/file")"
  assert_equal "" "$(find /etc -maxdepth 1 -newer "$work/policy" -name 'evil*')"
}
target() {
  cat >"$work/b.xml" <<XML
<domainbackup mode='push'><disks><disk name='vda' ${2:-type='file'}>
  <target ${3:-file}='$1'/></disk></disks></domainbackup>
XML
  chmod 0644 "$work/b.xml"
}
denied() {
  local text=$1
  shift
  refused "$text" as_mallory backup-begin web "$work/b.xml" "$@"
  untouched
}

set_policy "allow user:$mallory read,domain:checkpoint,domain:block-write"
make_disk vda 8M
mv "$work/vda.qcow2" "$work/images/"
ln -s "$work/images/vda.qcow2" "$work/vda.qcow2"
domain_xml web vda | sed "s|$work/vda|$work/images/vda|" >"$work/web.xml"
start_daemon --verbose
$vm define "$work/web.xml"
$vm start --paused web

# What he may do works.
target "$own/d/good.qcow2"
as_mallory backup-begin web "$work/b.xml"
is_done() {
  $vm domjobinfo web | contains None
}
wait_for is_done
assert_equal "root 600" "$(stat -c '%U %a' "$own/d/good.qcow2")"

# The socket of a pull is his who began it, and no other user's.
cat >"$work/b.xml" <<XML
<domainbackup mode='pull'><server transport='unix' socket='$own/s'/>
</domainbackup>
XML
as_mallory backup-begin web "$work/b.xml"
assert_equal "$mallory 660" "$(stat -c '%u %a' "$own/s")"
export_uri="nbd+unix:///vda?socket=$own/s"
setpriv --reuid=$mallory --regid=$mallory --clear-groups \
  nbdinfo --size "$export_uri" >/dev/null
refused "Permission denied" setpriv --reuid=54322 --regid=54322 --clear-groups \
  nbdinfo --size "$export_uri"
# So many and no more are greeted: QEMU has had time for the last one when it has
# answered twice.
cat >"$work/many.py" <<'PY'
import select, socket, subprocess, sys
def connect():
    one = socket.socket(socket.AF_UNIX)
    one.connect(sys.argv[1])
    return one
greeted = [connect() for _ in range(100)]
for one in greeted:
    assert one.recv(8) == b"NBDMAGIC"
last = connect()
for _ in range(2):
    subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
assert not select.select([last], [], [], 0)[0], "101 were greeted"
greeted[0].close()
assert last.recv(8) == b"NBDMAGIC"
PY
python3 "$work/many.py" "$own/s" virsh -c "$(daemon_uri qemu:///system)" \
  qemu-monitor-command web --hmp 'info status' </dev/null
$vm domjobabort web
wait_for is_done
cat >"$work/b.xml" <<'XML'
<domainbackup mode='pull'><server transport='tcp' name='0.0.0.0'/></domainbackup>
XML
denied "not served in the clear at '0.0.0.0'"
sed -i "s/'0.0.0.0'/& tls='yes'/" "$work/b.xml"
as_mallory backup-begin web "$work/b.xml"
port=$($vm backup-dumpxml web | sed -n "s/.*port='\([0-9]*\)'.*/\1/p")
refused "TLS" nbdinfo --size "nbd://127.0.0.1:$port/vda"
$vm domjobabort web
wait_for is_done

# By name.
target /etc/evil.qcow2
denied "'/etc/evil.qcow2' is not below a folder that backup_dirs"
target "$own/../../precious/x"
denied "is not below a folder that backup_dirs"
target "$work/images/other.qcow2"
denied "is not below a folder that backup_dirs"
cat >"$work/b.xml" <<'XML'
<domainbackup mode='pull'><server transport='unix' socket='/etc/evil.sock'/>
</domainbackup>
XML
denied "'/etc/evil.sock' is not below"
cat >"$work/b.xml" <<XML
<domainbackup mode='pull'><server transport='unix' socket='$own/s'/>
  <disks><disk name='vda' type='file'><scratch file='/etc/evil.scr'/></disk>
</disks></domainbackup>
XML
denied "'/etc/evil.scr' is not below"

# By links: to a folder, to a file, to nothing.
ln -s "$work/precious" "$own/link"
ln -s "$work/precious/file" "$own/alias"
ln -s "$work/precious/new" "$own/dangling"
target "$own/link/x"
denied "link/x': Not a directory"
target "$own/link/deeper/x"
denied "Too many levels of symbolic links"
for name in alias dangling; do
  target "$own/$name"
  denied "exists"
  denied "Too many levels of symbolic links" --reuse-external
done

# A pipe, which must hold nobody up; and a device.
mkfifo "$own/pipe"
target "$own/pipe"
denied "exists"
denied "pipe" --reuse-external
target /dev/loop0 "type='block'" dev
denied "needs domain:devices"

# A folder that is exchanged while we look: what is made is made in it, or
# nothing is.
cat >"$work/swap.py" <<'PY'
import os, sys
os.setgroups([])
os.setgid(int(sys.argv[3]))
os.setuid(int(sys.argv[3]))
os.chdir(sys.argv[1])
while True:
    os.rename("d", "d.real")
    os.symlink(sys.argv[2], "d")
    os.unlink("d")
    os.rename("d.real", "d")
PY
python3 "$work/swap.py" "$own" "$work/precious" $mallory \
  </dev/null >"$work/swap.log" 2>&1 &
swapper=$!
made=0
for i in $(seq 12); do
  target "$own/d/race$i"
  as_mallory backup-begin web "$work/b.xml" >"$work/said" 2>&1 &&
    made=$((made + 1))
  wait_for is_done
done
kill -KILL $swapper
wait $swapper 2>/dev/null || :
if [ -d "$own/d.real" ]; then
  rm -f "$own/d"
  mv "$own/d.real" "$own/d"
fi
echo "$made of 12 backups found their folder"
untouched

# With all libvirt's permissions he still is not root.
set_policy "allow user:$mallory *"
wait_for as_mallory autostart web
refused "needs domain:monitor" as_mallory qemu-monitor-command web --hmp info
refused "needs domain:agent" as_mallory qemu-agent-command web '{}'
sed "s/>web</>evil</; s|$work/images/vda.qcow2|/etc/shadow|; s/qcow2/raw/" \
  "$work/web.xml" >"$work/evil.xml"
chmod 0644 "$work/evil.xml"
refused "'/etc/shadow' is not below a folder that image_dirs" \
  as_mallory define "$work/evil.xml"
cp /bin/true "$own/emulator"
chown $mallory "$own/emulator"
sed "s/>web</>evil</; s|/usr/bin/qemu-system-x86_64|$own/emulator|" \
  "$work/web.xml" >"$work/evil.xml"
refused "must be root's" as_mallory define "$work/evil.xml"
sed "s/>web</>evil</; s|<domain |<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' |
  s|</domain>|<qemu:commandline><qemu:arg value='-S'/></qemu:commandline></domain>|" \
  "$work/web.xml" >"$work/evil.xml"
refused "needs domain:emulator" as_mallory define "$work/evil.xml"
# An image of his own that names what is not his.
qemu-img create -q -u -f qcow2 -F raw -b /etc/shadow "$work/images/m.qcow2" 8M
sed "s/>web</>evil</; s|images/vda|images/m|" "$work/web.xml" >"$work/evil.xml"
as_mallory define "$work/evil.xml"
refused "names '/etc/shadow' as its backing file" as_mallory start evil
untouched
$vm destroy web
stop_daemon
