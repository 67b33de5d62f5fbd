#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills one command at every step it takes, and looks what the next one finds.
#
# usage: crash.sh SCENARIO [STRIDE [VICTIM]]     (STRANDLINE_STRIDE counts more)
#
# A scenario is one command of the tool and the state before it.  Its steps are
# counted first (STRANDLINE_FAULT=count:FILE), then it is killed before the
# first, the second, ... (every STRIDE-th).  The guest writes a block before and
# one after each death.  Whatever was half done, afterwards
#
#   - every command that reads works;
#   - each bitmap in QEMU belongs to a checkpoint that is listed, on each disk;
#   - QEMU has no node, export or job, and the folders no file, that was not
#     there before the command (or that the finished command is to leave);
#   - no QEMU runs that no domain accounts for;
#   - an incremental backup since the oldest checkpoint holds exactly the blocks
#     that were written since: none is missing, none too many.
#
# With VICTIM qemu it is the machine's QEMU that is killed at each step, under a
# command that goes on and finds that out.  Then the domain is off, can be
# started, and no job is left; and the incremental backup, after all that was
# lost with QEMU, is refused or right.  Every second time the oldest checkpoint
# had been stored in the images before.
# shellcheck source=kill.sh
. "${STRANDLINE_TESTS:?use: ./run}/torture/kill.sh"

# A question whose command fails must not go on with what that left undone.
shopt -s inherit_errexit

scenario=${1:?a scenario}
stride=${STRANDLINE_STRIDE:-${2:-1}}
victim=${3:-us}
declare -A dirty=() # number of each 64 KiB block of vda written since 'base'
next_block=0

# ---- what a scenario is made of

write_block() {
  local block=$((next_block % 256))
  next_block=$((next_block + 1))
  guest_write web vda $((1 + block % 250)) $((block * 64))k 64k
  dirty[$block]=1
}

checkpoint() {
  strandline checkpoint-create-as web "$1" >/dev/null
}

checkpoint_file() {
  echo "<domaincheckpoint><name>$1</name></domaincheckpoint>" >"$work/c.xml"
}

pull_file() {
  cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <incremental>base</incremental>
  <server transport='unix' socket='$work/nbd.sock'/>
</domainbackup>
XML
}

push_file() {
  cat >"$work/push.xml" <<XML
<domainbackup mode='push'>
  <disks>
    <disk name='vda' type='file'><target file='$work/target-vda'/></disk>
    <disk name='vdb' type='file'><target file='$work/target-vdb'/></disk>
  </disks>
</domainbackup>
XML
}

expose_file() {
  cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <incremental>base</incremental>
  <server transport='unix' socket='$work/nbd.sock'/>
  <disks>
    <disk name='vda' expose='dirty'/>
    <disk name='vdb'/>
  </disks>
</domainbackup>
XML
}

# vda over NBD, vdb into an image, so that both ends are met on the way.
network_file() {
  cat >"$work/push.xml" <<XML
<domainbackup mode='push'>
  <disks>
    <disk name='vda' type='network'>
      <target protocol='nbd'>
        <host transport='unix' socket='$work/export.sock'/>
      </target>
    </disk>
    <disk name='vdb' type='file'><target file='$work/target-vdb'/></disk>
  </disks>
</domainbackup>
XML
}

# Ends with the other processes below $work.
start_target() {
  nbdkit -U "$work/export.sock" -P "$work/export.pid" memory 16M
  wait_for test -S "$work/export.sock"
}

begin_pull() {
  pull_file
  checkpoint_file carried
  strandline backup-begin web "$work/pull.xml" "$work/c.xml" >/dev/null
}

prepare() {
  case $scenario in
  define) ;;
  start | undefine)
    strandline define "$work/web.xml" >/dev/null
    ;;
  checkpoint-create | backup-pull | backup-expose | backup-push) ;;
  backup-network | destroy | save | managedsave | dump) ;;
  checkpoint-delete)
    checkpoint middle
    write_block
    checkpoint newest
    ;;
  backup-end | backup-abort | job-abort) begin_pull ;;
  *) fail "no scenario '$scenario'" ;;
  esac
}

command_under_test() {
  case $scenario in
  define) tool define "$work/web.xml" ;;
  start) tool start web --paused ;;
  undefine) tool undefine web ;;
  destroy) tool destroy web ;;
  checkpoint-create)
    checkpoint_file fresh
    tool checkpoint-create web "$work/c.xml"
    ;;
  checkpoint-delete) tool checkpoint-delete web middle ;;
  backup-pull)
    pull_file
    checkpoint_file carried
    tool backup-begin web "$work/pull.xml" "$work/c.xml"
    ;;
  backup-expose)
    expose_file
    checkpoint_file carried
    tool backup-begin web "$work/pull.xml" "$work/c.xml"
    ;;
  backup-push)
    push_file
    checkpoint_file carried
    tool backup-begin web "$work/push.xml" "$work/c.xml"
    ;;
  backup-network)
    network_file
    checkpoint_file carried
    tool backup-begin web "$work/push.xml" "$work/c.xml"
    ;;
  backup-end) tool backup-end web ;;
  backup-abort) tool backup-end web --abort ;;
  job-abort) tool domjobabort web ;;
  save) tool save web "$work/web.saved" ;;
  managedsave) tool managedsave web ;;
  dump) tool dump web "$work/web.saved" --memory-only ;;
  esac
}

# ---- what is looked at afterwards

checkpoints() {
  strandline checkpoint-list web --name | sed '/^$/d' | sort
}

bitmaps_of() {
  qmp query-named-block-nodes | jq -r --arg node "sl-$1-fmt" '
    .[] | select(."node-name" == $node) | ."dirty-bitmaps" // [] | .[]
    | select(.name) | .name' | sort
}

nodes() {
  qmp query-named-block-nodes | jq -r '.[]."node-name"' | sort
}

# Everything below our folder but records, which come and go with what they
# record, and the files that this script makes.
files() {
  find "$work" -mindepth 1 ! -path "$root/domains/*/checkpoints/*" \
    ! -name jobs.xml ! -name status.xml ! -name '*.log' -printf '%P\n' |
    grep -vE '^(c|pull|push)\.xml$|^stderr$|^points$|\.new$' | sort
}

is_defined() {
  strandline dominfo web >/dev/null 2>&1
}

qemus() {
  pgrep -fc "qemu-system.*$root" || :
}

running_jobs() {
  strandline job-list web | awk 'NR > 2 && $1 + 0 > 0 { print $1 }'
}

# A job that outlived its caller is a sound one: it can be ended.
end_jobs() {
  local id
  for id in $(running_jobs); do
    wait_for strandline backup-end web --id "$id"
  done
}

# QEMU writes on when its caller is dead, and whoever looks sees it through: in
# the end there is the guest, or a whole file of it, and nothing half done.
bring_back() {
  case $scenario in save | managedsave | dump) ;; *) return 0 ;; esac
  wait_for no_job_runs
  assert_equal "" "$(find "$work" -name '*.partial-*')"
  if [ "$scenario" = save ] && is_off; then
    strandline restore "$work/web.saved" >/dev/null
  fi
  rm -f "$work/web.saved"
}

no_job_runs() {
  [ -z "$(running_jobs)" ]
}

assert_sound() {
  local disk
  strandline 'dumpxml web; domblklist web; checkpoint-list web' >/dev/null
  end_jobs
  for disk in vda vdb; do
    assert_equal "$(checkpoints)" "$(bitmaps_of $disk)"
  done
  assert_equal "$nodes_before" "$(nodes)"
  assert_equal "[]" "$(qmp query-block-exports)"
  assert_equal "[]" "$(qmp query-jobs)"
}

# The blocks that an incremental backup since 'base' offers, by number.
offered() {
  pull_file
  strandline backup-begin web "$work/pull.xml" >/dev/null
  dirty_extents "nbd+unix:///vda?socket=$work/nbd.sock" backup-vda |
    while IFS=+ read -r offset length; do
      seq $((offset / 65536)) $(((offset + length) / 65536 - 1))
    done | sort -n
  strandline backup-end web >/dev/null
}

assert_incremental_is_right() {
  assert_equal "$(printf '%s\n' "${!dirty[@]}" | sort -n)" "$(offered)"
}

tidy_up() {
  local name
  for name in $(checkpoints); do
    [ "$name" = base ] || strandline checkpoint-delete web "$name" >/dev/null
  done
  rm -f "$work"/target-*
}

# A running machine with its oldest checkpoint, and what is there from now on.
boot() {
  domain_xml web vda vdb >"$work/web.xml"
  make_disk vda 16M
  make_disk vdb 16M
  strandline define "$work/web.xml" >/dev/null
  strandline start web --paused >/dev/null
  checkpoint base
  nodes_before=$(nodes)
  if [ "$scenario" = backup-network ]; then
    start_target
  fi
}

# One death at @1: 0 is none, to see that the scenario works.
round_on_running_machine() {
  prepare
  write_block
  die_at "$1"
  bring_back
  if is_off; then
    assert_equal 0 "$(qemus)"
    strandline start web --paused >/dev/null
  fi
  write_block
  assert_sound
  assert_incremental_is_right
  tidy_up
  assert_equal "$files_before" "$(files)"
}

# The commands around a machine's life: there is no machine before, or none
# after.  Whatever stands afterwards can be started or, every second time, taken
# away; and then no QEMU is left that no domain accounts for.
round_of_life() {
  prepare
  die_at "$1"
  if is_defined && is_off && [ $(($1 % 2)) -eq 1 ]; then
    strandline undefine web >/dev/null
    assert_equal 0 "$(qemus)"
  fi
  is_defined || strandline define "$work/web.xml" >/dev/null
  if is_off; then
    strandline start web --paused >/dev/null
  fi
  assert_equal 1 "$(qemus)"
  guest_write web vda 7 0 64k
  strandline destroy web >/dev/null
  assert_equal 0 "$(qemus)"
  strandline undefine web >/dev/null
  strandline list --all >/dev/null
  assert_equal "$files_before" "$(files)"
}

# ---- the death of QEMU

assert_incremental_is_right_or_refused() {
  local said
  pull_file
  if said=$(strandline backup-begin web "$work/pull.xml" 2>&1 >/dev/null); then
    strandline backup-end web >/dev/null
    assert_incremental_is_right
    return
  fi
  case $said in
  *"since checkpoint 'base' is not known"*"full backup"*) ;;
  *) fail "refused for another reason: $said" ;;
  esac
}

# What a QEMU that died can take along: all that was recorded.
begin_anew() {
  local name
  for name in $(checkpoints); do
    strandline checkpoint-delete web "$name" >/dev/null
  done
  rm -f "$work"/target-*
  checkpoint base
  dirty=()
}

round_of_qemu() {
  if [ $(($1 % 2)) -eq 1 ]; then
    strandline destroy web >/dev/null
    strandline start web --paused >/dev/null
  fi
  prepare
  write_block
  if [ "$1" -gt 0 ]; then
    kill_qemu_at "$1"
  else
    die_at 0
    kill -KILL "$(cat "$root"/domains/*/qemu.pid)"
  fi
  wait_for is_off
  strandline 'dumpxml web; domblklist web; checkpoint-list web' >/dev/null
  assert_equal "" "$(running_jobs)"
  assert_equal 0 "$(qemus)"
  strandline start web --paused >/dev/null
  write_block
  assert_equal "$nodes_before" "$(nodes)"
  assert_incremental_is_right_or_refused
  begin_anew
  assert_equal "$files_before" "$(files)"
}

case $scenario in
define | start | undefine)
  round=round_of_life
  boot # what a first machine leaves for good belongs to every later state
  strandline checkpoint-delete web base >/dev/null
  strandline destroy web >/dev/null
  strandline undefine web >/dev/null
  ;;
*)
  round=round_on_running_machine
  boot
  ;;
esac
[ "$victim" = us ] || round=round_of_qemu
files_before=$(files)
kill_at_every_step $round 2
