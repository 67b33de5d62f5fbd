#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unmodified virsh defines a machine, starts it, makes a checkpoint, backs it
# up, and takes it down, and is told of it as events; a reader may look only.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
make_disk vda 8M
domain_xml web vda >"$work/web.xml"
cat >"$work/c1.xml" <<XML
<domaincheckpoint><name>c1</name></domaincheckpoint>
XML
cat >"$work/push.xml" <<XML
<domainbackup mode='push'><disks>
  <disk name='vda'><driver type='qcow2'/><target file='$work/out.qcow2'/></disk>
</disks></domainbackup>
XML
start_daemon --verbose
vm="genuine_virsh qemu:///system"

# The memory driver, behind the same socket.
assert_equal " 1   test   running" \
  "$(genuine_virsh test+unix:///default list --all)"
genuine_virsh test+unix:///default dumpxml test >"$work/test.xml"
grep -q "<name>test</name>" "$work/test.xml"

$vm define "$work/web.xml"
domain_xml other >"$work/other.xml"
# It fills a file by pages if nobody asks for lines.
stdbuf -oL virsh -c "$(daemon_uri qemu:///system)" event --all --loop --timeout 100 \
  >"$work/events" 2>&1 </dev/null &
listener=$!
is_heard() {
  grep -q "$1" "$work/events"
}
# It listens when an event has come through.
hears_events() {
  $vm define "$work/other.xml" && $vm undefine other && is_heard 'Undefined'
}
wait_for hears_events

$vm start --paused web
assert_equal "paused" "$($vm domstate web)"
$vm checkpoint-create web "$work/c1.xml"
assert_equal "c1" "$($vm checkpoint-list web --name | tr -d '\n')"
$vm backup-begin web "$work/push.xml"
wait_for is_heard "block-job-2.* completed"
grep -q "operation: 9" "$work/events"
$vm domjobinfo web --completed | contains 'Operation: *Backup'
assert_same_disk web vda "$work/out.qcow2" qcow2

# A push that waits for somebody who knows ids to end it is over for virsh.
sed "s,out.qcow2,again.qcow2," "$work/push.xml" >"$work/again.xml"
ours() {
  command strandline -q -c "$(daemon_uri qemu:///system)" "$@"
}
is_copied() {
  ours domjobinfo web | contains 'Job type: *Completed'
}
ours backup-begin web "$work/again.xml"
wait_for is_copied
$vm domjobinfo web | contains 'Job type: *None'
ours backup-end web

# A reader sees the same and changes nothing.
reader() {
  command virsh -q -c "$(daemon_uri qemu:///system "$socket-ro")" "$@" \
    </dev/null
}
assert_equal "c1" "$(reader checkpoint-list web --name | tr -d '\n')"
refused "read-only" reader destroy web

# What was begun through the daemon is there without it, and after it.
grep -q "virDomainBackupBegin: user $(id -u) .*, domain 'web', job 1" \
  "$work/daemon.log"
stop_daemon
assert_equal "paused" "$(strandline domstate web | head -n1)"
wait "$listener" || :
start_daemon --verbose
assert_equal "c1" "$($vm checkpoint-list web --name | tr -d '\n')"
$vm checkpoint-delete web c1
$vm destroy web
$vm undefine web
assert_equal "" "$($vm list --all --name | tr -d '\n')"
stop_daemon
