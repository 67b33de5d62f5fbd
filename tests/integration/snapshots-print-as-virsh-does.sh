#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands on snapshots print about a real machine what virsh prints about
# the like one of its test driver; what only a real disk can do is looked at.
. "${STRANDLINE_TESTS:?}/lib.sh"
requires virsh --version

make_disk vda 4M
start_vm --paused web vda
sed -e "s|type='qemu'|type='test'|" -e '/<emulator>/d' "$work/web.xml" \
  >"$work/test.xml"
# shellcheck disable=SC2016 # it expands there
printf '%s\n' '#!/bin/sh' 'exec sed -i "s/before/after/" "$1"' >"$work/editor"
chmod +x "$work/editor"
export EDITOR=$work/editor TMPDIR=$work
unset VISUAL

# Numbers differ, and the width of one is no layout.
plain() {
  sed -e 's/[0-9][0-9.:-]*/N/g' -e "s|$work|W|g" | sed -e '/./,$!d'
}
same() {
  local expected got
  expected=$(virsh -c test:///default "destroy test; undefine test; \
    define $work/test.xml; start web; suspend web; echo ----; $1" 2>&1 |
    sed '1,/^----/d' | plain)
  got=$(strandline "$1" 2>&1 | plain)
  [ -n "$expected" ] || fail "virsh said nothing on: $1"
  assert_equal "$expected" "$got"
}

same "snapshot-create-as web n 'a & b' --print-xml --memspec /m,snapshot=no \
  vda,snapshot=external,driver=qcow2,file=/x vdb,snapshot=no"

chain="snapshot-create-as web a 'before it'; snapshot-create-as web b"
chain="$chain; snapshot-create-as web c hello"
for options in '' --parent --tree --name --roots --leaves --no-leaves \
  --topological --internal --external --active --inactive --metadata \
  '--from a' '--from a --descendants' '--from a --tree' --current; do
  chain="$chain; snapshot-list web $options"
done
for name in a b c; do
  chain="$chain; snapshot-info web $name"
done
chain="$chain; snapshot-parent web b; snapshot-current web --name"
chain="$chain; snapshot-revert web a --paused; snapshot-current web --name"
chain="$chain; domstate web; snapshot-revert web c; snapshot-info web --current"
chain="$chain; snapshot-edit web a; snapshot-edit web a"
chain="$chain; snapshot-dumpxml web a --xpath /domainsnapshot/description"
chain="$chain; snapshot-current web --snapshotname b; snapshot-list web --current"
chain="$chain; snapshot-delete web b; snapshot-list web --tree"
chain="$chain; snapshot-delete web a --children-only; snapshot-list web"
chain="$chain; snapshot-delete web a; snapshot-list web"
same "$chain"

# There and back: the bytes are those of the moment.
guest_write web vda 0x11 0 64k
strandline snapshot-create-as web morning >/dev/null
guest_write web vda 0x22 0 64k
strandline snapshot-create-as web noon >/dev/null
for turn in 'morning 0x11' 'noon 0x22'; do
  read -r name pattern <<<"$turn"
  strandline snapshot-revert web "$name" >/dev/null
  guest_io web vda "read -q -P $pattern 0 64k"
done
assert_equal noon "$(strandline -q snapshot-current web --name)"
strandline snapshot-delete web morning --children >/dev/null

# In a file of its own, with a checkpoint of the same moment.
guest_write web vda 0x11 1M 64k
echo '<domaincheckpoint><name>monday</name></domaincheckpoint>' \
  >"$work/monday.xml"
strandline -q snapshot-create-as web night --disk-only \
  --checkpointxml "$work/monday.xml" \
  --diskspec "vda,snapshot=external,file=$work/over,,lay.qcow2"
strandline snapshot-info web night >"$work/info"
grep -qx 'Location: *external' "$work/info"
grep -qx 'State: *disk-snapshot' "$work/info"
strandline -q domblklist web >"$work/disks"
grep -qF "$work/over,lay.qcow2" "$work/disks"
assert_equal monday "$(strandline -q checkpoint-list web --name)"
guest_write web vda 0x22 2M 64k
guest_io web vda 'read -q -P 0x11 1M 64k'
strandline checkpoint-dumpxml web monday --size --no-domain >"$work/xml"
grep -q "size='65536'" "$work/xml"
