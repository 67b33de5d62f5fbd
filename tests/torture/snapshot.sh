#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills one snapshot call at every step it takes, and looks what the next finds.
#
# usage: snapshot.sh CALL SCENARIO [STRIDE]     (STRANDLINE_STRIDE counts more)
#
# CALL is the program that makes the call (snapshot_call.c).  The guest writes a
# block before and one after each death.  Whatever was half done, afterwards
#
#   - every command that reads works;
#   - both disks stand on overlays, or neither does, in the live and in the
#     stored definition alike, and no overlay is there that nobody names;
#   - the snapshot is listed, and then can be returned to and deleted, or is
#     not, and then nothing of it is left;
#   - QEMU has no job, and no node that no disk needs;
#   - the machine starts again with every byte that was written.
# shellcheck source=kill.sh
. "${STRANDLINE_TESTS:?use: ./run}/torture/kill.sh"

call=${1:?the program}
scenario=${2:?a scenario}
stride=${STRANDLINE_STRIDE:-${3:-1}}

readonly disk_only=16 metadata_only=2 revert_paused=2
xml='<domainsnapshot><name>one</name></domainsnapshot>'
memory_xml="<domainsnapshot><name>one</name>
  <memory snapshot='external' file='$work/one.mem'/></domainsnapshot>"

snapshot() {
  "$call" "$uri" web "$@"
}

prepare() {
  case $scenario in
  create-off | create-inside-off) strandline destroy web >/dev/null ;;
  create-memory) strandline resume web >/dev/null ;;
  revert-inside | delete-inside) snapshot create "$xml" 0 ;;
  revert-external) snapshot create "$xml" $disk_only ;;
  merge | merge-off)
    snapshot create "$xml" $disk_only
    guest_write web vda 5 128k 64k
    guest_write web vdb 6 128k 64k
    [ "$scenario" = merge ] || strandline destroy web >/dev/null
    ;;
  esac
}

command_under_test() {
  case $scenario in
  create | create-off) snapshot create "$xml" $disk_only ;;
  create-with-checkpoint)
    snapshot create "$xml" $disk_only \
      '<domaincheckpoint><name>c1</name></domaincheckpoint>'
    ;;
  create-inside | create-inside-off) snapshot create "$xml" 0 ;;
  create-memory) snapshot create "$memory_xml" 0 ;;
  delete-inside | merge | merge-off) snapshot delete one 0 ;;
  revert-inside) snapshot revert one $revert_paused ;;
  revert-external) snapshot revert one $revert_paused ;;
  *) fail "no scenario '$scenario'" ;;
  esac >/dev/null 2>"$work/stderr"
}

# ---- what is looked at afterwards

# A merge can stop anywhere: who deletes the snapshot again finishes it.
finish_merge() {
  strandline 'dumpxml web; domblklist web; checkpoint-list web' >/dev/null
  [ -z "$(snapshot list)" ] || snapshot delete one 0
  assert_equal "" "$(snapshot list)"
  is_off || assert_no_leftovers_in_qemu
  strandline destroy web >/dev/null 2>&1 || :
  pattern_at vda.qcow2 5 128k
  pattern_at vdb.qcow2 6 128k
}

# "vda.one" of the disk; the XML of the run, or (--inactive) of the definition.
top_of() {
  strandline dumpxml web "${@:2}" | grep -o "<source file='[^']*/$1\.[^']*'" |
    head -n1 | sed "s|.*/||; s|'||"
}

# What comes behind the disk's name: the same for both.
layer() {
  local first second
  first=$(top_of vda "$@")
  second=$(top_of vdb "$@")
  assert_equal "${first#vda.}" "${second#vdb.}"
  echo "${first#vda.}"
}

overlays() {
  find "$work" -maxdepth 1 -name 'vd[ab].*' ! -name '*.qcow2' -printf '%f\n' |
    sort | tr '\n' ' '
}

inside() {
  qemu-img snapshot -U -l "$work/vda.qcow2" | grep -c ' one ' || :
}

pattern_at() {
  qemu-io -U -r -f qcow2 -c "read -P $2 $3 64k" "$work/$1" | contains failed &&
    fail "$1 has no $2 at $3"
  return 0
}

# QEMU writes on when its caller is dead: whoever looks sees it through, or takes
# it back; in either case the guest runs.
finish_job() {
  wait_for no_job_runs
  assert_equal running "$(strandline domstate web | head -n1)"
  assert_equal "$(snapshot list)" \
    "$(find "$work" -maxdepth 1 -name '*.mem*' -printf '%f' | sed 's/.mem//')"
}

no_job_runs() {
  [ "$(strandline job-list web | awk 'NR > 2 && $1 + 0 > 0' | wc -l)" -eq 0 ]
}

assert_sound() {
  local listed now
  strandline 'dumpxml web; domblklist web; checkpoint-list web' >/dev/null
  listed=$(snapshot list)
  now=$(layer)
  assert_equal "$now" "$(layer --inactive)"
  case $scenario in
  create*inside* | *-inside)
    assert_equal qcow2 "$now"
    assert_equal "" "$(overlays)"
    assert_equal "${listed:+1}" "$(inside | sed 's/^0$//')"
    ;;
  revert-external)
    assert_equal one "$listed"
    case $now in
    one) assert_equal "vda.one vdb.one " "$(overlays)" ;;
    one-2) assert_equal "vda.one vda.one-2 vdb.one vdb.one-2 " "$(overlays)" ;;
    *) fail "on '$now'" ;;
    esac
    ;;
  *)
    case $listed$now in
    qcow2) assert_equal "" "$(overlays)" ;;
    oneone) assert_equal "vda.one vdb.one " "$(overlays)" ;;
    *) fail "listed '$listed', on '$now'" ;;
    esac
    ;;
  esac
  assert_equal "${listed:--}" "$(snapshot current)"
}

assert_no_leftovers_in_qemu() {
  local layers
  assert_equal "[]" "$(qmp query-jobs)"
  layers=$(strandline dumpxml web | grep -c "<source file='")
  assert_equal $((2 * layers + 2)) \
    "$(qmp query-named-block-nodes | jq 'length')"
}

make_machine() {
  rm -f "$work"/vd[ab].* "$work"/one.mem
  make_disk vda 16M
  make_disk vdb 16M
  strandline define "$work/web.xml" >/dev/null
  strandline start web --paused >/dev/null
}

remove_machine() {
  local name
  strandline destroy web >/dev/null
  for name in $(snapshot list); do
    snapshot delete "$name" $metadata_only
  done
  strandline undefine web --checkpoints-metadata >/dev/null
}

round() {
  make_machine
  guest_write web vda 1 0 64k
  guest_write web vdb 1 0 64k
  prepare
  die_at "$1"
  case $scenario in
  merge*) finish_merge ;;
  create-memory) finish_job ;;
  esac
  assert_sound
  if is_off; then
    strandline start web --paused >/dev/null
  fi
  assert_sound
  assert_no_leftovers_in_qemu
  guest_write web vda 2 64k 64k
  guest_write web vdb 3 64k 64k
  strandline destroy web >/dev/null
  pattern_at "$(top_of vda)" 1 0
  pattern_at "$(top_of vda)" 2 64k
  pattern_at "$(top_of vdb)" 1 0
  pattern_at "$(top_of vdb)" 3 64k
  strandline start web --paused >/dev/null
  remove_machine
}

domain_xml web vda vdb >"$work/web.xml"
kill_at_every_step round 2
