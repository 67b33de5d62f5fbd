#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The daemon is killed while a machine is backed up: the machine goes on, and
# the next daemon knows its job and its checkpoints, serves what the first one
# exported, and ends it.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires nbdcopy --version
make_disk vda 8M
domain_xml web vda >"$work/web.xml"
cat >"$work/c1.xml" <<XML
<domaincheckpoint><name>c1</name></domaincheckpoint>
XML
cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <server transport='unix' socket='$work/export'/>
</domainbackup>
XML
vm="genuine_virsh qemu:///system"
start_daemon --verbose
$vm define "$work/web.xml"
$vm start --paused web
$vm backup-begin web "$work/pull.xml" "$work/c1.xml"
$vm domjobinfo web | grep -v 'Time' >"$work/job.before"
grep -q 'Operation: *Backup' "$work/job.before"
$vm backup-dumpxml web >"$work/backup.before"
$vm checkpoint-dumpxml web c1 >"$work/c1.before"
machine=$(vm_pid web)

kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null || :
kill -0 "$machine"
start_daemon --verbose
assert_equal "$machine" "$(vm_pid web)"
assert_equal "paused" "$($vm domstate web)"
$vm domjobinfo web | grep -v 'Time' | diff "$work/job.before" -
$vm backup-dumpxml web | diff "$work/backup.before" -
$vm checkpoint-dumpxml web c1 | diff "$work/c1.before" -
nbdcopy "nbd+unix:///vda?socket=$work/export" "$work/out.raw"
assert_same_disk web vda "$work/out.raw" raw
refused "its job 1 is running" \
  genuine_virsh qemu:///system backup-begin web "$work/pull.xml"

$vm domjobabort web
no_job() {
  $vm domjobinfo web | contains 'None'
}
wait_for no_job
assert_equal "c1" "$($vm checkpoint-list web --name | tr -d '\n')"
# The next one takes the same place.
$vm backup-begin web "$work/pull.xml"
$vm domjobabort web
wait_for no_job
$vm destroy web
stop_daemon
