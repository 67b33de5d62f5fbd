#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# checkpoint-edit gives a checkpoint's XML to the user's editor and takes what
# is said about it; what cannot be taken changes nothing and is not lost.
. "${STRANDLINE_TESTS:?}/lib.sh"

mkdir "$work/tmp"
export TMPDIR=$work/tmp
make_disk vda 4M
start_vm --paused web vda
strandline checkpoint-create-as web monday 'before the change' >/dev/null
unset VISUAL

# edits SCRIPT...: with sed as the editor, its options in the variable.
edits() {
  EDITOR="sed -i $1" strandline checkpoint-edit web monday
}

assert_equal "Checkpoint monday edited." "$(edits 's/before/after/' | head -n1)"
assert_equal "after the change" "$(strandline checkpoint-dumpxml web monday \
  --xpath '//domaincheckpoint/description/text()' | head -n1)"
assert_equal "" "$(ls "$work/tmp")"

# Nothing was changed; VISUAL goes first.
assert_equal "Checkpoint monday XML configuration not changed." \
  "$(VISUAL=true EDITOR=false strandline checkpoint-edit web monday | head -n1)"

# An editor that fails, or is not there.
EDITOR=false refused "Failed to edit with 'false'" \
  strandline checkpoint-edit web monday
EDITOR=nosuch-editor refused "nosuch-editor" \
  strandline checkpoint-edit web monday
EDITOR="'" refused "Failed to understand the editor" \
  strandline checkpoint-edit web monday
assert_equal "" "$(ls "$work/tmp")"

# Another name, and no XML: refused, and what was written is kept.
refused "Cannot rename checkpoint monday to tuesday" \
  edits 's/>monday</>tuesday</'
refused "kept in '$work/tmp/strandline-" edits 's/<creationTime>/<oops>/'
assert_equal 2 "$(grep -lE 'tuesday|oops' "$work/tmp"/* | wc -l)"
assert_equal 600 "$(stat -c %a "$work/tmp"/*.xml | sort -u)"
assert_equal monday "$(strandline checkpoint-list web --name | head -n1)"

# It is still the base that it was.
guest_write web vda 0x11 1M 64k
strandline checkpoint-dumpxml web monday --size --no-domain >"$work/xml"
grep -q "name='vda'.*size='65536'" "$work/xml"
