#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# QEMU may be done with a commit before its begin is on record as complete.  If
# that record cannot be written then, the begin fails; the commit has happened
# all the same, and the definitions say so as soon as anything can be written.
. "${STRANDLINE_TESTS:?}/lib.sh"

command=(blockcommit web vda --top "$work/middle.qcow2" --delete)

boot() {
  rm -f "$work"/*.qcow2
  make_disk base 1M
  qemu-io -f qcow2 -c 'write -q -P 0x11 0 128k' "$work/base.qcow2"
  for pair in "middle base" "top middle"; do
    qemu-img create -q -f qcow2 -F qcow2 -b "$work/${pair#* }.qcow2" \
      "$work/${pair% *}.qcow2"
  done
  qemu-io -f qcow2 -c 'write -q -P 0x22 64k 64k' "$work/middle.qcow2"
  start_vm --paused web top
  folder=$(vm_folder web)
}

is_stopped() {
  grep -q '^State:.*T' "/proc/$1/status"
}

has_concluded() {
  grep -q '"status": "concluded"' "$folder/events.out"
}

images() {
  strandline dumpxml web | sed -n "s/.*<source file='\([^']*\)'.*/\1/p"
}

boot
fault_at "count:$work/points" strandline "${command[@]}" >/dev/null
record=$(sed '1,/qmp:block-commit/d' "$work/points" |
  grep -nx -m1 file:write | cut -d: -f1)
record=$((record + $(grep -nx qmp:block-commit "$work/points" | cut -d: -f1)))
strandline destroy web >/dev/null
strandline undefine web >/dev/null

boot
STRANDLINE_FAULT=stop:$record "$(type -P strandline)" -c "$uri" \
  "${command[@]}" >"$work/said" 2>&1 &
pid=$!
wait_for is_stopped "$pid"
wait_for has_concluded
mkdir "$folder/.jobs.xml.new"
kill -CONT "$pid"
status=0
wait "$pid" || status=$?
assert_equal 1 $status
grep -q "cannot create state file '.jobs.xml.new'" "$work/said"
rmdir "$folder/.jobs.xml.new"

strandline blockjob web vda >/dev/null
assert_equal "$work/top.qcow2
$work/base.qcow2" "$(images)"
[ ! -e "$work/middle.qcow2" ] || fail "what was merged was to be deleted"
strandline destroy web >/dev/null
qemu-io -f qcow2 -c 'read -q -P 0x11 0 64k' -c 'read -q -P 0x22 64k 64k' \
  "$work/top.qcow2"
