#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An overlay must not exist yet, and is looked for before anything is recorded.
# If somebody else makes a file of its name after that look, the snapshot fails,
# and what it undoes is what it made: their file stays as it is.  On the way back
# to a snapshot, which makes overlays too, it is the same.
. "${STRANDLINE_TESTS:?}/lib.sh"

make_disk vda 1M
domain_xml web vda >"$work/web.xml"
strandline define "$work/web.xml" >/dev/null

is_stopped() {
  grep -q '^State:.*T' "/proc/$1/status"
}

create=(snapshot-create-as web --disk-only)

# The first one makes the folder of snapshots, too.
for name in first second; do
  rm -f "$work/points"
  fault_at "count:$work/points" strandline "${create[@]}" "$name" \
    --diskspec "vda,file=$work/$name" >/dev/null
done
claim=$(grep -nx 'file:create' "$work/points" | cut -d: -f1)

# steal POINT FILE TEXT ARG...: the command that has these arguments stops at
# POINT, somebody makes FILE, and it fails saying TEXT.  Not by the function:
# what is started is the process itself.
steal() {
  local point=$1 file=$2 text=$3 pid status=0
  shift 3
  STRANDLINE_FAULT=stop:$point "$(type -P strandline)" -c "$uri" "$@" \
    >"$work/said" 2>&1 &
  pid=$!
  wait_for is_stopped "$pid"
  echo theirs >"$file"
  kill -CONT "$pid"
  wait "$pid" || status=$?
  assert_equal 1 $status
  grep -qF "$text" "$work/said"
  assert_equal "first
second" "$(strandline snapshot-list web --name | sed '/^$/d')"
  assert_equal theirs "$(cat "$file")"
}

steal "$claim" "$work/third" "cannot create '$work/third'" \
  "${create[@]}" third --diskspec "vda,file=$work/third"

rm "$work/points"
fault_at "count:$work/points" strandline snapshot-revert web first >/dev/null
overlay=$(strandline domblklist web --details | awk '/vda/ { print $NF }')
assert_equal "$work/vda.first-2" "$overlay"
claim=$(grep -nx 'file:create' "$work/points" | cut -d: -f1)
steal "$claim" "$work/vda.first-3" "cannot create '$work/vda.first-3'" \
  snapshot-revert web first
