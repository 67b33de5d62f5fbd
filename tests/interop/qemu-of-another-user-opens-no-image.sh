#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A daemon of root's runs QEMU as somebody who may open none of its images: it
# starts, takes checkpoints, backups and snapshots and commits them all the
# same, and whatever dies, no file has changed its owner.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires nbdcopy --version
requires [ "$(id -u)" = 0 ]
# Anybody may go through, and see and open nothing.
chmod 0711 "$work"
make_disk vda 16M
qemu-img create -q -f qcow2 -b "$work/vda.qcow2" -F qcow2 "$work/top.qcow2"
make_disk vdb 8M
chmod 0600 "$work"/*.qcow2
domain_xml web top vdb >"$work/web.xml"
vm="genuine_virsh qemu:///system"

# Every image, as it was: name, owner, mode.
owners() {
  (cd "$work" && stat -c '%n %U:%G %a' vda.qcow2 top.qcow2 vdb.qcow2)
}
owners >"$work/owners.before"
same_owners() {
  owners | diff "$work/owners.before" -
  find "$work" -type f ! -user root ! -path '*/run/*' | grep . && return 1
  return 0
}
new_checkpoint() {
  echo "<domaincheckpoint><name>$1</name></domaincheckpoint>" >"$work/$1.xml"
  $vm checkpoint-create web "$work/$1.xml"
}
is_done() {
  $vm domjobinfo web | contains None
}

start_daemon --verbose
$vm define "$work/web.xml"
$vm start web
machine=$(vm_pid web)
assert_equal "nobody" "$(stat -c %U "/proc/$machine")"
grep -q '^NoNewPrivs:.*1' "/proc/$machine/status"
grep -q '^CapBnd:.*0000000000000000' "/proc/$machine/status"
grep -q '^Seccomp:.*2' "/proc/$machine/status"
read -r _ groups < <(grep ^Groups: "/proc/$machine/status")
case $groups in
"$(id -g nobody)" | "$(getent group kvm | cut -d: -f3)") ;;
*) fail "it is in groups '$groups'" ;;
esac
guest_write web vda 0x11 0 1M
new_checkpoint c1
guest_write web vda 0x22 1M 64k

# Push: full, then what was written since.
cat >"$work/push.xml" <<XML
<domainbackup mode='push'><incremental>c1</incremental><disks>
  <disk name='vda' type='file'><target file='$work/inc.qcow2'/></disk>
  <disk name='vdb' backup='no'/>
</disks></domainbackup>
XML
$vm backup-begin web "$work/push.xml"
wait_for is_done
qemu-img info "$work/inc.qcow2" >/dev/null # QEMU's locks are gone
qemu-io -r -f qcow2 -c 'read -P 0x22 1M 64k' "$work/inc.qcow2" >"$work/read"
grep -q failed "$work/read" && fail "$(cat "$work/read")"

# Pull.
cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <server transport='unix' socket='$work/export'/>
</domainbackup>
XML
$vm backup-begin web "$work/pull.xml"
guest_write web vda 0x33 0 64k
# The daemon dies while it runs, and the machine is not the next one's child.
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null || :
start_daemon --verbose
assert_equal "$machine" "$(vm_pid web)"
nbdcopy "nbd+unix:///vda?socket=$work/export" "$work/out.raw"
cmp -n 65536 <(head -c 65536 /dev/zero | tr '\0' '\21') "$work/out.raw"
$vm domjobabort web
wait_for is_done
# Nothing of what is gone is left open.
no_scratch() {
  ! find "/proc/$machine/fd" -lname '*(deleted)' | grep .
}
wait_for no_scratch
$vm checkpoint-delete web c1

# A snapshot, a write, and both overlays go down into the base: it was handed
# for reading, and is written to now.
$vm snapshot-create-as web s1 --disk-only --no-metadata \
  --diskspec "vda,file=$work/s1.qcow2" --diskspec vdb,snapshot=no >/dev/null
guest_write web vda 0x44 2M 64k
$vm blockcommit web vda --active --pivot --wait >/dev/null
guest_write web vda 0x55 3M 64k
assert_same_disk web vda "$work/vda.qcow2" qcow2
same_owners

# QEMU dies, and the daemon while nobody looks.
kill -KILL "$machine"
wait_for is_gone "$machine"
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null || :
same_owners
start_daemon --verbose
assert_equal "shut off" "$($vm domstate web)"
$vm domstate web --reason | contains crashed
$vm start --paused web
$vm snapshot-create-as web s2 --disk-only --no-metadata \
  --diskspec "vda,file=$work/s2.qcow2" --diskspec vdb,snapshot=no >/dev/null
$vm save web "$work/saved"
$vm restore "$work/saved"
$vm destroy --graceful web
same_owners
$vm undefine web --checkpoints-metadata
stop_daemon

# Who does not exist is said before anything is made.
sed -i 's/^user = .*/user = "nobody-at-all"/' "$work/daemon.conf"
refused "there is no user 'nobody-at-all'" \
  command strandlined --config "$work/daemon.conf"
