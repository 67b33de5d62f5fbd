#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills one command that moves a disk's images about at every step it takes.
#
# usage: crash_chain.sh SCENARIO [STRIDE [VICTIM]]  (STRANDLINE_STRIDE counts more)
#
# Each round has a machine of its own whose disk is three images, and a raw file
# that holds what the guest must see: it writes a block before the command, one
# after its death and one when all is over.  Whatever was half done, afterwards
#
#   - every command that reads works, and a job that is left can be ended;
#   - QEMU has the nodes of the images that the definition names and no others,
#     and no job;
#   - each image that is named is there, and no file that belongs to nothing;
#   - the image that the stored definition names holds the guest's bytes.
#
# With VICTIM qemu it is the machine's QEMU that is killed at each step, under a
# command that goes on and finds that out; what the guest had flushed before is
# there when the machine starts again.
# shellcheck source=kill.sh
. "${STRANDLINE_TESTS:?use: ./run}/torture/kill.sh"

scenario=${1:?a scenario}
stride=${STRANDLINE_STRIDE:-${2:-1}}
victim=${3:-us}

# ---- the machine

# PATTERN OFFSET, in KiB: to the guest's disk and to the reference.
write_block() {
  guest_write web vda "$1" "$2k" 64k
  qemu-io -f raw -c "write -q -P $1 $2k 64k" "$work/reference"
}

fill() {
  qemu-io -f qcow2 -c "write -q -P $2 $3k 128k" "$work/$1.qcow2"
  qemu-io -f raw -c "write -q -P $2 $3k 128k" "$work/reference"
}

# The same, and a snapshot that was taken on the middle image.
boot_held() {
  start_vm --paused web middle
  strandline snapshot-create-as web held --disk-only \
    --diskspec "vda,file=$work/top.qcow2" >/dev/null
  guest_write web vda 0x33 128k 128k
  qemu-io -f raw -c "write -q -P 0x33 128k 128k" "$work/reference"
}

boot() {
  rm -f "$work"/*.qcow2 "$work/reference"
  qemu-img create -q -f raw "$work/reference" 4M
  make_disk base 4M
  fill base 0x11 0
  qemu-img create -q -f qcow2 -F qcow2 -b "$work/base.qcow2" \
    "$work/middle.qcow2"
  fill middle 0x22 64
  if [ "$scenario" = commit-held ]; then
    boot_held
    return
  fi
  qemu-img create -q -f qcow2 -F qcow2 -b "$work/middle.qcow2" \
    "$work/top.qcow2"
  fill top 0x33 128
  start_vm --paused web top
}

command_under_test() {
  case $scenario in
  pull) tool blockpull web vda --wait ;;
  commit | commit-held)
    tool blockcommit web vda --top "$work/middle.qcow2" --delete --wait
    ;;
  pivot) tool blockcommit web vda --active --pivot --wait ;;
  copy)
    tool blockcopy web vda "$work/copy.qcow2" --format qcow2 --wait --pivot
    ;;
  shallow)
    tool blockcopy web vda "$work/copy.qcow2" --format qcow2 --shallow \
      --wait --finish
    ;;
  *) fail "no scenario '$scenario'" ;;
  esac
}

# ---- what is looked at afterwards

images() {
  strandline dumpxml web "$@" | sed -n "s/.*<source file='\([^']*\)'.*/\1/p"
}

has_no_job() {
  [ "$(strandline job-list web | awk 'NR > 2 && $1 + 0 > 0' | wc -l)" -eq 0 ]
}

# In step, or over: what gets in step waits for somebody.
is_ready_or_over() {
  has_no_job || strandline blockjob web vda | contains '\[100 %\]'
}

# A job that outlived its caller is a sound one: every second is taken where it
# was going, the others are given up.
end_job() {
  wait_for is_ready_or_over
  if ! has_no_job; then
    if [ $(($1 % 2)) -eq 0 ]; then
      strandline blockjob web vda --pivot >/dev/null
    else
      strandline blockjob web vda --abort >/dev/null
    fi
  fi
  wait_for has_no_job
}

is_copy_of() {
  qemu-img compare -q -U -f raw -F qcow2 "$work/$1" "$work/copy.qcow2"
}

# What a copy leaves when it is given up in step is a copy, and the caller's.
assert_files() {
  local image
  while read -r image; do
    [ -e "$image" ] || fail "the definition names '$image', which is not there"
  done < <(images)
  if [ -e "$work/copy.qcow2" ] && ! images | contains /copy.qcow2; then
    is_copy_of at-death || is_copy_of at-end ||
      fail "a copy that is none was left"
  fi
}

# What the snapshot is a state of has been moved down, or it has not.
assert_held() {
  local image
  image=$(strandline snapshot-dumpxml web held |
    sed -n "/<domain /,\$s/.*<source file='\([^']*\)'.*/\1/p" | head -n1)
  [ -e "$image" ] || fail "the snapshot stands on '$image', which is gone"
}

assert_sound() {
  [ "$scenario" != commit-held ] || assert_held
  strandline 'dumpxml web; domblklist web; job-list web' >/dev/null
  assert_equal "[]" "$(qmp query-jobs)"
  assert_equal "$((2 * $(images | wc -l) + 1))" \
    "$(qmp query-named-block-nodes | jq length)"
  assert_equal "$(images | head -n1)" "$(images --inactive | head -n1)"
  assert_files
}

round() {
  boot
  write_block 0x44 1024
  die_at "$1"
  cp "$work/reference" "$work/at-death"
  write_block 0x55 1088
  cp "$work/reference" "$work/at-end"
  end_job "$1"
  assert_sound
  write_block 0x66 1152
  strandline destroy web >/dev/null
  qemu-img compare -q -f raw -F qcow2 "$work/reference" \
    "$(images --inactive | head -n1)" || fail "the guest's bytes are lost"
  strandline undefine web --snapshots-metadata >/dev/null
}

round_of_qemu() {
  boot
  write_block 0x44 1024
  guest_io web vda flush
  if [ "$1" -gt 0 ]; then
    kill_qemu_at "$1"
  else
    die_at 0
  fi
  cp "$work/reference" "$work/at-death"
  cp "$work/reference" "$work/at-end"
  if is_off; then
    has_no_job || fail "a job outlived its QEMU"
    strandline start web --paused >/dev/null
  fi
  end_job "$1"
  assert_sound
  write_block 0x66 1152
  strandline destroy web >/dev/null
  qemu-img compare -q -f raw -F qcow2 "$work/reference" \
    "$(images --inactive | head -n1)" || fail "the guest's bytes are lost"
  strandline undefine web >/dev/null
}

round=round
[ "$victim" = us ] || round=round_of_qemu
kill_at_every_step $round 3
