#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Nothing more can be written below the daemon's state folder: who asks for what
# has to be written down learns why not, and nothing is half done; who only looks
# is answered; and when there is room again, all goes on.
if [ "$(id -u)" = 0 ] && [ -z "${STRANDLINE_OWN_MOUNTS:-}" ]; then
  STRANDLINE_OWN_MOUNTS=1 exec unshare --mount -- "$0" "$@"
fi
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires [ "$(id -u)" = 0 ]
make_disk vda 8M
domain_xml web vda >"$work/web.xml"
sed 's/>web</>two</; s/<uuid>.*<\/uuid>//' "$work/web.xml" >"$work/two.xml"
cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <server transport='unix' socket='$work/export'/>
</domainbackup>
XML
cat >"$work/push.xml" <<XML
<domainbackup><incremental>c1</incremental><disks>
  <disk name='vda'><target file='$work/inc.qcow2'/></disk></disks>
</domainbackup>
XML
mkdir -m 700 "$root"
mount -t tmpfs -o size=2m,mode=0700 tmpfs "$root"
on_exit umount -l "$root"
vm="genuine_virsh qemu:///system"
start_daemon --verbose
$vm define "$work/web.xml"
$vm start web
$vm checkpoint-create-as web c1 >/dev/null
guest_write web vda 0x11 0 64k

dd if=/dev/zero of="$root/filling" bs=4k 2>/dev/null || :
full() {
  refused "No space left on device" genuine_virsh qemu:///system "$@"
}
full checkpoint-create-as web c2
full backup-begin web "$work/pull.xml"
full define "$work/two.xml"
full managedsave web
[ ! -e "$work/export" ]
assert_equal "c1" "$($vm checkpoint-list web --name | tr -d '\n')"
assert_equal "web" "$($vm list --name --all | tr -d '\n')"
assert_equal "running" "$($vm domstate web)"
$vm domjobinfo web | contains None
kill -0 "$daemon_pid"
guest_write web vda 0x22 1M 64k

rm "$root/filling"
assert_equal "running" "$($vm domstate web)"
is_done() {
  $vm domjobinfo web | contains None
}
$vm backup-begin web "$work/push.xml" >/dev/null
wait_for is_done
for written in '0x11 0 64k' '0x22 1M 64k'; do
  qemu-io -r -f qcow2 -c "read -P $written" "$work/inc.qcow2" >"$work/read"
  grep -q failed "$work/read" && fail "$(cat "$work/read")"
done
$vm checkpoint-create-as web c2 >/dev/null
$vm backup-begin web "$work/pull.xml" >/dev/null
$vm domjobabort web

# Full once more, and its QEMU dies: what is left is a machine that is off.
dd if=/dev/zero of="$root/filling" bs=4k 2>/dev/null || :
machine=$(vm_pid web)
kill -KILL "$machine"
wait_for is_gone "$machine"
$vm domstate web >/dev/null 2>&1 || :
kill -0 "$daemon_pid"
rm "$root/filling"
assert_equal "shut off" "$($vm domstate web)"
$vm start --paused web
$vm destroy web
$vm undefine web --checkpoints-metadata
stop_daemon
