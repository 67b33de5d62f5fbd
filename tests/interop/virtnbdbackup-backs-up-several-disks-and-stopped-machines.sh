#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unmodified virtnbdbackup makes a full, an incremental and a differential
# backup of a machine with two disks, and a copy of it when it is stopped; each
# is restored, both disks byte for byte.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virtnbdbackup --version
start_daemon --verbose
make_disk vda 8M
make_disk vdb 4M
start_vm --paused web vda vdb
vm="genuine_virsh qemu:///system"

back_up() {
  logged virtnbdbackup -d web -o "$work/$1" -l "$2" -f "$work/nbd" -S "$work"
}
assert_restored() {
  mkdir "$work/back"
  logged virtnbdrestore -i "$work/$1" -o "$work/back"
  assert_same_disk web vda "$work/back/vda.qcow2" qcow2
  assert_same_disk web vdb "$work/back/vdb.qcow2" qcow2
  rm -r "$work/back"
}

guest_write web vda 0x11 0 1M
guest_write web vdb 0x12 1M 64k
back_up chain full
guest_write web vda 0x21 512k 128k
guest_write web vdb 0x22 2M 192k
back_up chain inc
assert_restored chain
guest_write web vda 0x31 7M 64k
guest_io web vdb "write -z 1M 64k"
# It leaves no checkpoint behind, and holds what changed since the last one.
back_up chain diff
assert_equal "virtnbdbackup.0 virtnbdbackup.1" \
  "$($vm checkpoint-list web --name | xargs)"
assert_restored chain

$vm destroy web
back_up stopped copy
assert_restored stopped
stop_daemon
