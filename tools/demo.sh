#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The whole story with a real guest: `make demo`.
#
# A Linux machine runs from the disk that is backed up: in full and then
# incrementally by push, incrementally by pull over NBD.  The three images are
# chained, a second machine boots from the chain and prints the checksums of
# the files that the first one wrote.  Any difference fails the command.
#
# No root, no service, no network: everything lives in a folder of its own that
# is removed at the end, also after a failure or Ctrl-C (tests/lib.sh).
# shellcheck source=../tests/lib.sh
. "${STRANDLINE_TESTS:?use: make demo}/lib.sh"

mib() {
  awk -v bytes="$1" 'BEGIN { printf "%.1f MiB", bytes / 1048576 }'
}

stored() {
  local blocks
  blocks=$(stat -c %b "$1")
  mib $((blocks * 512))
}

# step WHAT DATA: one line for what has just been done.
number=0
since=$EPOCHREALTIME
step() {
  number=$((number + 1))
  printf '%2d  %-56s %10s %7s s\n' $number "$1" "$2" \
    "$(awk -v a="$since" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f", b - a}')"
  since=$EPOCHREALTIME
}

# write_files FOLDER COUNT KIB: so many files of so many KiB of random data.
write_files() {
  local folder=$1 count=$2 kib=$3
  guest_run web "mkdir -p /data/$folder && cd /data/$folder &&
    for n in \$(seq $count); do
      dd if=/dev/urandom of=file\$n bs=1024 count=$kib 2>/dev/null || exit
    done; sync"
  written=$(mib $((count * kib * 1024)))
}

checksums() {
  guest_run web 'cd /data && find . -type f | sort | xargs sha256sum'
}

push_xml() {
  local image=$1 base=${2:-}
  cat <<XML
<domainbackup mode='push'>
  ${base:+<incremental>$base</incremental>}
  <disks>
    <disk name='vda' type='file'>
      <driver type='qcow2'/>
      <target file='$work/$image.qcow2'/>
    </disk>
  </disks>
</domainbackup>
XML
}

# push DAY [BASE]: a backup into DAY.qcow2, with a checkpoint called DAY made
# at the same moment, while the agent keeps the file systems frozen.
push() {
  local day=$1
  push_xml "$@" >"$work/backup.xml"
  echo "<domaincheckpoint><name>$day</name></domaincheckpoint>" \
    >"$work/checkpoint.xml"
  strandline backup-begin web "$work/backup.xml" "$work/checkpoint.xml" \
    --quiesce --wait >/dev/null 2>"$work/progress" ||
    fail "$(cat "$work/progress")"
}

# Pull: what changed since $1 is read over NBD into $2.qcow2.  An image that
# stands on the export keeps what is read through it; only the ranges that the
# bitmap names are read.
pull() {
  local base=$1 image=$work/$2.qcow2 socket=$work/nbd.sock
  local export="nbd+unix:///vda?socket=$socket" reads=()
  cat >"$work/backup.xml" <<XML
<domainbackup mode='pull'>
  <incremental>$base</incremental>
  <server transport='unix' socket='$socket'/>
  <disks><disk name='vda'/></disks>
</domainbackup>
XML
  echo "<domaincheckpoint><name>$2</name></domaincheckpoint>" \
    >"$work/checkpoint.xml"
  strandline backup-begin web "$work/backup.xml" "$work/checkpoint.xml" \
    --quiesce >/dev/null
  dirty_extents "$export" backup-vda >"$work/extents"
  qemu-img create -q -f qcow2 -F raw -b "$export" "$image"
  while IFS=+ read -r offset length; do
    reads+=(-c "read -q $offset $length")
  done <"$work/extents"
  qemu-io -f qcow2 -C "${reads[@]}" "$image"
  qemu-img rebase -u -f qcow2 -b '' "$image"
  strandline backup-end web >/dev/null
}

chain() {
  qemu-img rebase -u -f qcow2 -F qcow2 -b "$work/$1.qcow2" "$work/$2.qcow2"
}

guest_has_ended() {
  [ "$(strandline domstate "$1" | head -n1)" = "shut off" ]
}

guest=$("$STRANDLINE_SOURCE/tools/build_guest.sh" "$STRANDLINE_BUILD")
step "guest: Debian kernel, busybox, agent on an ext4 disk" \
  "$(stored "$guest/root.qcow2")"

start_guest web
step "machine 'web' defined and started; its agent answers" ""

write_files first 4 1024
step "guest wrote 4 files" "$written"

push monday
step "full push backup + checkpoint 'monday', quiesced" \
  "$(stored "$work/monday.qcow2")"

write_files second 6 512
step "guest wrote 6 more files" "$written"

push tuesday monday
step "incremental push since 'monday' + checkpoint 'tuesday'" \
  "$(stored "$work/tuesday.qcow2")"

write_files third 3 768
guest_run web 'rm /data/first/file2; sync'
step "guest wrote 3 more files and removed one" "$written"

checksums >"$work/expected"
pull tuesday wednesday
step "incremental pull since 'tuesday', read over NBD" \
  "$(mib "$(awk -F+ '{ sum += $2 } END { print sum + 0 }' "$work/extents")")"

strandline destroy web >/dev/null
chain monday tuesday
chain tuesday wednesday
qemu-img create -q -f qcow2 -F qcow2 -b "$work/wednesday.qcow2" \
  "$work/restored.qcow2"
step "stopped; chained: monday <- tuesday <- wednesday" ""

guest_xml restored restored strandline.report=/data >"$work/restored.xml"
strandline define "$work/restored.xml" >/dev/null
strandline start restored >/dev/null
wait_for guest_has_ended restored
step "second machine booted from the restored disk, and ended" ""

tr -d '\r' <"$work/restored.console" | sed -n 's/^strandline-sum //p' \
  >"$work/got"
assert_equal "$(cat "$work/expected")" "$(cat "$work/got")"
[ -s "$work/got" ] || fail "the restored machine reported no files"
step "checksums of $(wc -l <"$work/got") files agree with what was written" ""
echo "demo: restored and booted; every file is what the guest had written"
