#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# blockcommit, blockpull and blockcopy on a machine whose disk stands on two
# images: what each prints, with and without waiting, and that the guest sees
# the same bytes before and after.
. "${STRANDLINE_TESTS:?}/lib.sh"

make_disk base 16M
qemu-io -f qcow2 -c 'write -q -P 0x11 0 8M' "$work/base.qcow2"
qemu-img create -q -f qcow2 -F qcow2 -b "$work/base.qcow2" "$work/middle.qcow2"
qemu-io -f qcow2 -c 'write -q -P 0x22 4M 4M' "$work/middle.qcow2"
qemu-img create -q -f qcow2 -F qcow2 -b "$work/middle.qcow2" "$work/top.qcow2"
start_vm --paused web top
guest_write web vda 0x33 6M 1M

source_of() {
  strandline -q domblklist "$1" | awk '$1 == "vda" { print $2 }'
}
# prints EXPECTED WORD...: the command's stdout, without empty lines at its end.
prints() {
  local expected=$1
  shift
  assert_equal "$expected" "$(strandline "$@")"
}
holds_its_bytes() {
  local read
  for read in '-P 0x11 0 4M' '-P 0x22 4M 2M' '-P 0x33 6M 1M' '-P 0x22 7M 1M'; do
    guest_io "$1" vda "read -q $read"
  done
}

prints 'No current block job for vda' blockjob web vda
prints '' -q blockjob web vda

# A copy, slowly, so that it is seen at work.
prints 'Block Copy started' blockcopy web vda "$work/copy.qcow2" 1 \
  --format qcow2
strandline blockjob web vda >"$work/info"
grep -Eq '^Block Copy: \[ *[0-9]+ %\]    Bandwidth limit: 1048576 bytes/s \(1.000 MiB/s\)$' \
  "$work/info"
strandline blockjob web vda --raw --bytes >"$work/raw"
grep -qx ' type=Block Copy' "$work/raw"
grep -qx ' bandwidth=1048576' "$work/raw"
refused "vda" strandline blockpull web vda
prints '' blockjob web vda --bandwidth 0
prints '' blockjob web vda --abort
prints 'No current block job for vda' blockjob web vda
assert_equal "$work/top.qcow2" "$(source_of web)"
rm -f "$work/copy.qcow2"

# Given up by Ctrl-C while it is waited for, or when its time is over.
env --default-signal=INT strandline -c "$uri" blockcopy web vda \
  "$work/copy.qcow2" 1 --format qcow2 --wait >"$work/out" 2>"$work/err" &
waiting=$!
at_work() {
  strandline blockjob web vda --raw | contains 'type=Block Copy'
}
wait_for at_work
kill -INT $waiting
status=0
wait $waiting || status=$?
assert_equal "130 error: Copy aborted" "$status $(cat "$work/err")"
prints 'No current block job for vda' blockjob web vda
rm -f "$work/copy.qcow2"
refused "Pull aborted" strandline blockpull web vda 1 --timeout 1
holds_its_bytes web

# In step, and then gone over to the copy.
strandline blockcopy web vda "$work/copy.qcow2" --format qcow2 --wait --verbose \
  >"$work/out" 2>"$work/err"
assert_equal "Block Copy started

Now in mirroring phase" "$(cat "$work/out")"
tr '\r' '\n' <"$work/err" | tail -n1 | grep -Eq '^Block Copy: \[ *[0-9]+ %\]$'
prints '' blockjob web vda --pivot
assert_equal "$work/copy.qcow2" "$(source_of web)"
holds_its_bytes web
strandline destroy web >/dev/null

# The images below: the middle one into the base, then all into the top.
start_vm --paused db top
prints $'\nCommit complete' blockcommit db vda --top "$work/middle.qcow2" --wait
qemu-img info -U --output=json -f qcow2 "$work/top.qcow2" |
  jq -e --arg base "$work/base.qcow2" '.["full-backing-filename"] == $base' \
    >/dev/null
holds_its_bytes db
prints $'\nPull complete' blockpull db vda --wait
qemu-img info -U --output=json -f qcow2 "$work/top.qcow2" |
  jq -e 'has("backing-filename") | not' >/dev/null
holds_its_bytes db

# The image that is written to, into the one below it: in step, then over.
strandline destroy db >/dev/null
qemu-img create -q -f qcow2 -F qcow2 -b "$work/top.qcow2" "$work/newer.qcow2"
start_vm --paused last newer
guest_write last vda 0x11 7M 64k
prints 'Active Block Commit started' blockcommit last vda --active
wait_for sh -c "strandline -c '$uri' blockjob last vda | grep -q '100 %'"
prints '' blockjob last vda --abort
assert_equal "$work/newer.qcow2" "$(source_of last)"
prints $'\nCommit complete, overlay image kept' blockcommit last vda \
  --keep-overlay
prints $'\nSuccessfully pivoted' blockcommit last vda --pivot
assert_equal "$work/top.qcow2" "$(source_of last)"
guest_io last vda 'read -q -P 0x11 7M 64k'
