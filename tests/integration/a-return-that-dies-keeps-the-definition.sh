#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine that was redefined while it ran returns to a snapshot as it ran then,
# and stays defined as it was defined then, also when the one who returns dies
# before any of the files on the way has its new name.
. "${STRANDLINE_TESTS:?}/lib.sh"

make_disk vda 1M
start_vm --paused web vda
strandline dumpxml web --inactive >"$work/web.xml"
sed -i "s|</name>|&<title>for the next start</title>|" "$work/web.xml"
strandline define "$work/web.xml" >/dev/null
strandline snapshot-create-as web one >/dev/null

is_next() {
  strandline dumpxml web --inactive | contains '<title>for the next start<' ||
    fail "the definition is lost: $1"
}

is_then() {
  ! strandline dumpxml web | contains '<title>' ||
    fail "it runs as it is defined, and not as it ran"
}

fault_at "count:$work/points" strandline snapshot-revert web one >/dev/null
is_next "of a return that came to its end"
is_then

while read -r point; do
  ! fault_at "kill:$point" strandline snapshot-revert web one >/dev/null 2>&1 ||
    fail "not killed at $point"
  is_next "by a death at $point"
done < <(grep -nx 'file:rename' "$work/points" | cut -d: -f1)

strandline snapshot-revert web one >/dev/null
is_next "in the end"
is_then
