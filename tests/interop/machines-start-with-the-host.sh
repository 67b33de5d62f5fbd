#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# After a boot the first daemon starts the machines that are marked for it, one
# that cannot start keeps no other back, and a daemon that is started again
# leaves alone what somebody has shut off since.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
vm="genuine_virsh qemu:///system"
state() {
  $vm domstate "$1" | tr -d '\n'
}
is_logged() {
  grep -q "$1" "$work/daemon.log"
}
start_daemon --verbose
mark=$(dirname "$socket")/autostarted
is_marked() {
  [ "$(cat "$mark")" = "$(cat /proc/sys/kernel/random/boot_id)" ]
}
wait_for is_marked
for name in broken marked other; do
  make_disk "$name" 1M
  domain_xml "$name" "$name" >"$work/$name.xml"
  $vm define "$work/$name.xml"
done
$vm autostart broken
$vm autostart marked
rm "$work/broken.qcow2"
stop_daemon

# The same boot: nothing.
start_daemon --verbose
assert_equal "shut off" "$(state marked)"
stop_daemon

echo "of the boot before" >"$mark"
start_daemon --verbose
wait_for is_logged "started machine 'marked'"
assert_equal "running" "$(state marked)"
wait_for is_logged "cannot start machine 'broken'.*broken.qcow2"
assert_equal "shut off" "$(state other)"
$vm destroy marked
stop_daemon
start_daemon --verbose
assert_equal "shut off" "$(state marked)"
stop_daemon

# One that cannot be written is no mark: nothing is started.
rm "$mark"
mkdir "$mark"
start_daemon --verbose
wait_for is_logged "cannot write '$mark'"
stop_daemon
