#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An overlay must not exist yet, and is looked for before anything is recorded.
# If somebody else makes a file of its name after that look, the snapshot fails,
# and what it undoes is what it made: their file stays as it is.
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

# Not by the function: what is started is the process itself.
STRANDLINE_FAULT=stop:$claim "$(type -P strandline)" -c "$uri" "${create[@]}" \
  third --diskspec "vda,file=$work/third" >"$work/said" 2>&1 &
pid=$!
wait_for is_stopped "$pid"
echo "theirs" >"$work/third"
kill -CONT "$pid"
status=0
wait "$pid" || status=$?
assert_equal 1 $status
grep -qF "cannot create '$work/third'" "$work/said"

assert_equal theirs "$(cat "$work/third")"
assert_equal "first
second" "$(strandline snapshot-list web --name | sed '/^$/d')"
