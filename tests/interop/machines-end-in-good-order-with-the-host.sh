#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the host runs on its way down ends every machine: one whose guest does not
# answer, by its QEMU, and the checkpoint it has is a base afterwards.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
make_disk vda 8M
make_disk vdb 8M
domain_xml one vda >"$work/one.xml"
domain_xml two vdb >"$work/two.xml"
echo '<domaincheckpoint><name>c1</name></domaincheckpoint>' >"$work/c1.xml"
cat >"$work/push.xml" <<XML
<domainbackup mode='push'><incremental>c1</incremental><disks>
  <disk name='vda' type='file'><target file='$work/inc.qcow2'/></disk>
</disks></domainbackup>
XML
vm="genuine_virsh qemu:///system"
start_daemon --verbose
for name in one two; do
  $vm define "$work/$name.xml"
  $vm start "$name"
done
$vm checkpoint-create one "$work/c1.xml"
guest_write one vda 0x33 1M 64k

STRANDLINE_DEFAULT_URI=$(daemon_uri qemu:///system) \
  "$STRANDLINE_SOURCE/src/daemon/strandline-guests.sh" 1 >"$work/said" 2>&1 ||
  fail "$(cat "$work/said")"
# The last first, and then what is left, in the same order.
assert_equal "asking machine 2 to shut down
asking machine 1 to shut down" "$(grep asking "$work/said")"
assert_equal "" "$($vm list --name | tr -d '\n')"
$vm start --paused one
$vm backup-begin one "$work/push.xml"
is_done() {
  $vm domjobinfo one | contains None
}
wait_for is_done
qemu-io -r -f qcow2 -c 'read -P 0x33 1M 64k' "$work/inc.qcow2" >"$work/read"
grep -q failed "$work/read" && fail "$(cat "$work/read")"
$vm destroy one
stop_daemon
