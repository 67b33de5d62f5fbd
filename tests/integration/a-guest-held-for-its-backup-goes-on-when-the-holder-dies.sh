#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A push of a disk that an iothread serves stops the guest for its cut.  If the
# caller is killed before it lets the guest go on, at whichever step, the next
# call does, and nothing is left of the backup; a guest that somebody paused,
# before or after, stays paused.
. "${STRANDLINE_TESTS:?}/lib.sh"

make_disk vda 16M
domain_xml web vda | sed \
  -e "s|<vcpu>|<iothreads>1</iothreads><vcpu>|" \
  -e "s|<driver name='qemu'|<driver name='qemu' iothread='1'|" >"$work/web.xml"
strandline define "$work/web.xml" >/dev/null
strandline start web >/dev/null
monitor=$(vm_folder web)/qmp.sock
cat >"$work/push.xml" <<XML
<domainbackup><disks>
  <disk name='vda'><target file='$work/copy'/></disk>
</disks></domainbackup>
XML
echo "<domaincheckpoint><name>c1</name></domaincheckpoint>" >"$work/c1.xml"

push() {
  command strandline -c "$uri" backup-begin web "$work/push.xml" "$work/c1.xml" \
    >/dev/null 2>&1
}

# What QEMU says itself: no call of ours has looked yet.
status() {
  python3 - "$monitor" <<'PYTHON'
import json, socket, sys

monitor = socket.socket(socket.AF_UNIX)
monitor.connect(sys.argv[1])
lines = monitor.makefile("r")
for name in ("qmp_capabilities", "query-status"):
    monitor.sendall(json.dumps({"execute": name}).encode())
answers = (message["return"] for message in map(json.loads, lines)
           if "return" in message)
next(answers)
print(next(answers)["status"])
PYTHON
}

state() {
  strandline domstate web | head -n 1
}

nothing_is_left() {
  assert_equal "" "$(strandline checkpoint-list web --name)"
  assert_equal "" "$(find "$work" -name 'copy' -o -name '*.strandline-*')"
  assert_equal "[]" "$(strandline qemu-monitor-command web \
    '{"execute":"query-jobs"}' | jq -c .return)"
}

# Between the two there is the cut, and each of its steps.
# The first push asks this QEMU once what it survives.
for _ in first second; do
  rm -f "$work/points"
  fault_at "count:$work/points" push
  wait_for strandline domjobinfo web --completed
  wait_for strandline checkpoint-delete web c1
  rm "$work/copy"
done
first=$(grep -nx 'qmp:stop' "$work/points" | cut -d: -f1)
last=$(grep -nx 'qmp:cont' "$work/points" | cut -d: -f1)
[ $((last - first)) -ge 5 ] || fail "no cut between $first and $last"

for ((point = first + 1; point <= last; point++)); do
  status=0
  fault_at "kill:$point" push || status=$?
  assert_equal 137 $status
  assert_equal paused "$(status)"
  assert_equal running "$(state)"
  assert_equal running "$(status)"
  nothing_is_left
done

status=0
fault_at "kill:$last" push || status=$?
assert_equal 137 $status
strandline suspend web >/dev/null
nothing_is_left
assert_equal paused "$(status)"

status=0
fault_at "kill:$first" push || status=$?
assert_equal 137 $status
assert_equal paused "$(state)"
nothing_is_left
