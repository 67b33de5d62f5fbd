#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Commas, equals signs, per cents and blanks mean nothing, wherever they stand:
# in the root, in the names of machine and export, in the paths of disk,
# firmware, console, target, scratch and socket.  Pushed and pulled, in full and
# then incrementally, the bytes are those of the disk.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

# Each of them would end or change something, if it were looked at.
odd=',id=evil 100%s %n = "x" %41'
root=$work/root$odd
uri="qemu:///embed?root=$(jq -rn --arg root "$root" '$root | @uri')"
name="web$odd"
disk=$work/disk$odd.qcow2
firmware=/usr/share/OVMF
requires test -e $firmware/OVMF_CODE_4M.fd

cp $firmware/OVMF_CODE_4M.fd "$work/code$odd.fd"
cp $firmware/OVMF_VARS_4M.fd "$work/template$odd.fd"
make_disk "disk$odd" 4M
boot="<loader readonly='yes' type='pflash'>$work/code$odd.fd</loader>"
boot+="<nvram template='$work/template$odd.fd'>$work/vars$odd.fd</nvram>"
devices="<serial type='file'><source path='$work/console$odd'/></serial>"
devices+="<channel type='unix'><source mode='bind' path='$work/agent$odd'/>"
devices+="<target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
domain_xml "$name" "disk$odd" | sed -e "s|</os>|$boot</os>|" \
  -e "s|</devices>|$devices</devices>|" >"$work/domain.xml"
strandline define "$work/domain.xml" >/dev/null
strandline start "$name" --paused >/dev/null
for path in "$work/vars$odd.fd" "$work/console$odd"; do
  [ -e "$path" ] || fail "QEMU did not open $path: $(ls "$work")"
done
assert_equal "$name" "$(strandline list --name | head -n1)"

# now FILE: what the disk holds at this moment.
now() {
  guest_io "$name" vda flush
  qemu-img convert -f qcow2 -O raw --force-share "$disk" "$1"
}

checkpoint_xml() {
  echo "<domaincheckpoint><name>$1</name></domaincheckpoint>" \
    >"$work/checkpoint.xml"
}

# push DAY [BASE]
push() {
  cat >"$work/backup.xml" <<XML
<domainbackup>
  ${2:+<incremental>$2</incremental>}
  <disks><disk name='vda' type='file'>
    <target file='$work/$1$odd.qcow2'/><driver type='qcow2'/>
  </disk></disks>
</domainbackup>
XML
  checkpoint_xml "$1"
  strandline backup-begin "$name" "$work/backup.xml" "$work/checkpoint.xml" \
    --wait >/dev/null 2>"$work/progress" || fail "$(cat "$work/progress")"
}

# pull DAY BASE FILE: the whole view; and the map of what changed.
pull() {
  local view socket="$work/sock$odd"
  cat >"$work/backup.xml" <<XML
<domainbackup mode='pull'>
  <incremental>$2</incremental>
  <server transport='unix' socket='$socket'/>
  <disks><disk name='vda' type='file' exportname='export$odd'>
    <scratch file='$work/scratch$odd'/>
  </disk></disks>
</domainbackup>
XML
  checkpoint_xml "$1"
  strandline backup-begin "$name" "$work/backup.xml" "$work/checkpoint.xml" \
    >/dev/null
  [ -e "$work/scratch$odd" ] || fail "no scratch there: $(ls "$work")"
  view=$(jq -rn --arg name "export$odd" --arg socket "$socket" \
    '"nbd+unix:///\($name | @uri)?socket=\($socket | @uri)"')
  guest_write "$name" vda 0xee 0 1M # after the cut: not in the view
  nbdcopy "$view" "$3"
  dirty_extents "$view" backup-vda >"$work/extents"
  strandline backup-end "$name" >/dev/null
}

guest_write "$name" vda 0x11 1M 1M
now "$work/monday"
push monday
qemu-img compare -q -f raw -F qcow2 "$work/monday" "$work/monday$odd.qcow2"

guest_write "$name" vda 0x22 2M 64k
now "$work/tuesday"
push tuesday monday
qemu-img rebase -u -f qcow2 -F qcow2 -b "$work/monday$odd.qcow2" \
  "$work/tuesday$odd.qcow2"
qemu-img compare -q -f raw -F qcow2 "$work/tuesday" "$work/tuesday$odd.qcow2"

guest_write "$name" vda 0x33 3M 64k
now "$work/wednesday"
pull wednesday tuesday "$work/got"
cmp "$work/wednesday" "$work/got"
assert_equal "3145728+65536" "$(cat "$work/extents")"

# Gone with the backup is what was its own, and nothing more is there.
for path in "$work/sock$odd" "$work/scratch$odd"; do
  [ ! -e "$path" ] || fail "left behind: $path"
done
strandline checkpoint-list "$name" --name | sed '/^$/d' >"$work/list"
assert_equal "$(printf '%s\n' monday tuesday wednesday)" \
  "$(cat "$work/list")"
refused "has a character other than" strandline checkpoint-create-as "$name" \
  "monday$odd" # libvirt's rule for these
strandline checkpoint-delete "$name" tuesday >/dev/null
strandline destroy "$name" >/dev/null
assert_equal "" "$(find "$work" -name 'evil*')"
