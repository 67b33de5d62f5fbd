#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# snapshot-edit --rename and --clone, and snapshot-revert --force, on a machine
# whose snapshots hold something: under every name the same bytes come back.
. "${STRANDLINE_TESTS:?}/lib.sh"

mkdir "$work/tmp"
export TMPDIR=$work/tmp
unset VISUAL
make_disk vda 4M
start_vm --paused web vda
guest_write web vda 0x11 0 64k
strandline snapshot-create-as web morning --disk-only >/dev/null
guest_write web vda 0x22 0 64k

# edits SCRIPT OPTION...: with sed as the editor.
edits() {
  local script=$1
  shift
  EDITOR="sed -i $script" strandline snapshot-edit web morning "$@"
}
names() {
  strandline -q snapshot-list web --name | xargs
}
# returns NAME: the disk is that of the moment, whatever it is called.
returns() {
  strandline snapshot-revert web "$1" --paused >/dev/null
  guest_io web vda 'read -q -P 0x11 0 64k'
  assert_equal "$1" "$(strandline -q snapshot-current web --name)"
}

refused "Must use --rename or --clone to change morning to noon" \
  edits 's/>morning</>noon</'
assert_equal morning "$(names)"

assert_equal "Snapshot morning cloned to noon." \
  "$(edits 's/>morning</>noon</' --clone | head -n1)"
assert_equal "morning noon" "$(names)"
returns noon
guest_write web vda 0x33 0 64k
returns morning

assert_equal "Snapshot morning renamed to night." \
  "$(edits 's/>morning</>night</' --rename | head -n1)"
assert_equal "night noon" "$(names)"
refused "morning" strandline snapshot-revert web morning
guest_write web vda 0x44 0 64k
returns night

# Told again without its machine: what that was is not known, and --force takes
# the one that is there.
strandline destroy web >/dev/null
make_disk db 4M
start_vm --paused db db
strandline snapshot-create-as db inside >/dev/null
guest_write db vda 0x55 0 64k
strandline snapshot-dumpxml db inside |
  sed -e '/<domain /,/<\/domain>/d' -e '/<inactiveDomain/,/<\/inactiveDomain>/d' \
    >"$work/inside.xml"
strandline snapshot-delete db inside --metadata >/dev/null
strandline snapshot-create db "$work/inside.xml" --redefine >/dev/null
refused "force the return" strandline snapshot-revert db inside
guest_io db vda 'read -q -P 0x55 0 64k'
assert_equal "Domain snapshot inside reverted" \
  "$(strandline snapshot-revert db inside --force | head -n1)"
guest_io db vda 'read -q -P 0 0 64k'
