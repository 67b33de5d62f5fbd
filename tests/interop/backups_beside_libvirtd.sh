#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Checkpoints and backups of a machine of a genuine libvirtd, with our library in
# their client: the tool begins, waits, shows and ends; the guide's program, in
# C, pulls in full and then what changed; another hears of all of it.
# private_libvirtd.sh runs this.
set -Eeuo pipefail
trap 'echo "not ok - line $LINENO: $BASH_COMMAND"' ERR
folder=$(mktemp -d)
ear=
finish() {
  if [ -n "$ear" ]; then
    kill "$ear" 2>/dev/null || :
    wait "$ear" 2>/dev/null || :
  fi
  rm -rf "$folder"
}
trap finish EXIT
uri='qemu:///system?socket=/run/libvirt/libvirt-sock'
programs=$STRANDLINE_BUILD/tests/integration
number=0
said() {
  number=$((number + 1))
  echo "ok $number - $1"
}
ours() {
  strandline -q -c "$uri" "$@" </dev/null
}
equal() {
  if [ "$1" != "$2" ]; then
    echo "# expected '$1', got '$2'"
    return 1
  fi
}
heard() {
  for _ in $(seq 1200); do
    if grep -qx "$1" "$folder/heard"; then
      return
    fi
    sleep 0.05
  done
  sed "s/^/# heard: /" "$folder/heard"
  return 1
}
# Through the disk's device, so that the bitmaps see it.  QEMU says in its log
# what was written.
guest_io() {
  ours qemu-monitor-command web --hmp \
    "qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend \"$1\"" \
    >"$folder/said"
  if grep -qi 'error\|not found' "$folder/said"; then
    sed 's/^/# /' "$folder/said"
    return 1
  fi
}
# $1: a raw image that must be as the disk is.
same_disk() {
  guest_io flush
  qemu-img compare -U -q -f raw -F qcow2 "$1" "$folder/vda.qcow2"
}

chmod 0755 "$folder"
qemu-img create -q -f qcow2 "$folder/vda.qcow2" 8M
cat >"$folder/web.xml" <<XML
<domain type='qemu'><name>web</name><memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
  <emulator>/usr/bin/qemu-system-x86_64</emulator>
  <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
    <source file='$folder/vda.qcow2'/><target dev='vda' bus='virtio'/></disk>
  <memballoon model='none'/></devices></domain>
XML
ours define "$folder/web.xml" >/dev/null
"$programs/event_listener" "$uri" >"$folder/heard" &
ear=$!
heard ready
ours start --paused web >/dev/null

guest_io 'write -P 0x11 0 1M'
cat >"$folder/push.xml" <<XML
<domainbackup><disks><disk name='vda' type='file'><driver type='raw'/>
  <target file='$folder/push.raw'/></disk></disks></domainbackup>
XML
ours backup-begin web "$folder/push.xml" --wait >"$folder/said" 2>&1
same_disk "$folder/push.raw"
heard 'block-job-2 vda 5 0'
said "a push is waited for and ended"

"$programs/pull_client" "$uri" web "$folder/pull.raw" monday >/dev/null
same_disk "$folder/pull.raw"
guest_io 'write -P 0x22 2M 64k'
guest_io 'write -P 0 0 64k'
equal "131072" "$(ours checkpoint-dumpxml web monday --size --no-domain |
  sed -n "s/.*size='\([0-9]*\)'.*/\1/p")"
copied=$("$programs/pull_client" "$uri" web "$folder/pull.raw" tuesday monday)
equal "131072 bytes copied" "$copied"
same_disk "$folder/pull.raw"
equal "monday tuesday" \
  "$(ours checkpoint-list web --topological --name | xargs)"
said "the guide's program pulls in full and then what changed"

cat >"$folder/pull.xml" <<XML
<domainbackup mode='pull'><incremental>monday</incremental>
  <server transport='unix' socket='$folder/sock'/></domainbackup>
XML
equal 1 "$(ours backup-begin web "$folder/pull.xml")"
ours backup-dumpxml web | grep "exportbitmap='backup-vda'" >/dev/null
ours job-list web | grep '^ 1 *Backup *Unbounded' >/dev/null
equal web "$(ours list --with-backup-job --name | xargs)"
equal "" "$(ours list --without-backup-job --name | xargs)"
ours domjobinfo web --id 1 | grep '^Temporary disk space total: 8.000 MiB' >/dev/null
equal "0+65536 2097152+65536" "$(nbdinfo --map=qemu:dirty-bitmap:backup-vda \
  "nbd+unix:///vda?socket=$folder/sock" |
  awk '$3 == 1 { print $1 "+" $2 }' | xargs)"
ours backup-end web >/dev/null
equal "0" "$(ours job-list web | awk '$1 ~ /^[0-9]+$/ { print $1 }' | xargs)"
ours job-list web --all | grep '^ 1 *Backup *Completed' >/dev/null
ours checkpoint-delete web monday >/dev/null
said "a backup is seen and ended by who did not begin it"

ours destroy web >/dev/null
heard 'lifecycle 5 1'
ours undefine web --checkpoints-metadata >/dev/null
said "its end is heard"
echo "1..$number"
