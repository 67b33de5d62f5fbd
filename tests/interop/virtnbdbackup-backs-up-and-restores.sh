#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unmodified virtnbdbackup makes a full backup and increments of a machine of
# the daemon, over a restart of it and with its checkpoints redefined; what
# virtnbdrestore makes of them is the disk, byte for byte.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virtnbdbackup --version
start_daemon --verbose
make_disk vda 8M
start_vm --paused web vda
vm="genuine_virsh qemu:///system"

back_up() {
  logged virtnbdbackup -d web -o "$work/out" -l "$1" -f "$work/nbd" -S "$work"
}
checkpoints() {
  $vm checkpoint-list web --name | xargs
}
bytes_of() {
  stat -c %s "$work/out/vda.$1.data"
}

guest_write web vda 0x11 0 1M
guest_write web vda 0x12 4M 64k
back_up full
# It ends its pulls by aborting them: nothing is under way afterwards.
$vm domjobinfo web | contains 'Job type: *None'
[ ! -e "$work/nbd" ]

guest_write web vda 0x22 512k 128k
guest_write web vda 0x23 6M 192k
back_up inc
stop_daemon
start_daemon --verbose
guest_io web vda "write -z 4M 64k"
back_up inc
assert_equal "virtnbdbackup.0 virtnbdbackup.1 virtnbdbackup.2" "$(checkpoints)"

# It redefines those that it wrote down and that are gone from here.
for name in 0 1 2; do
  $vm checkpoint-delete web "virtnbdbackup.$name" --metadata
done
guest_write web vda 0x44 7M 64k
back_up inc
assert_equal "virtnbdbackup.0 virtnbdbackup.1 virtnbdbackup.2 virtnbdbackup.3" \
  "$(checkpoints)"

# An increment holds what changed and little more, not the disk.
[ "$(bytes_of full)" -ge $((1088 * 1024)) ]
[ "$(bytes_of inc.virtnbdbackup.1)" -ge $((320 * 1024)) ]
[ "$(bytes_of inc.virtnbdbackup.1)" -lt $((400 * 1024)) ]
[ "$(bytes_of inc.virtnbdbackup.3)" -lt $((100 * 1024)) ]

mkdir "$work/back"
logged virtnbdrestore -i "$work/out" -o "$work/back"
assert_same_disk web vda "$work/back/vda.qcow2" qcow2
stop_daemon
