# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The shell harness: a test sources this file first and gets
#
#   $work   a folder of its own, removed at the end with every process in it
#   $root   $work/root, the state folder of the embedded driver
#   $uri    qemu:///embed?root=$root; strandline() uses it
#
# and stops at the first command that fails, saying which.  A test is a sentence
# in its name, a few commands and assertions: nothing here waits for a fixed
# time, and wait_for has a limit that only a hang can reach.
#
#   requires CMD ARG...            skip the test (77) unless CMD ARG... works
#   on_exit CMD ARG...             run at the end, last one first
#   make_disk NAME SIZE [OPT...]   $work/NAME.qcow2; OPT to qemu-img create
#   domain_xml NAME DISK...        a TCG machine with these disks, vda first
#   start_vm [--paused] NAME DISK...      define it and start it
#   guest_write NAME DISK PATTERN OFFSET LENGTH    through the disk's device
#   guest_io NAME DISK COMMAND     the same with any command of qemu-io
#   start_guest NAME               the demo's Linux guest, its agent answering
#   guest_run NAME COMMAND         a shell command in it; prints its output
#   wait_for CMD ARG...            until CMD succeeds
#   refused TEXT CMD ARG...        CMD fails and says TEXT
#   CMD | contains PATTERN         as grep -q, which ends CMD while it still writes
#   assert_equal EXPECTED GOT      with a diff when they differ
#   assert_same_disk NAME DISK FILE [FORMAT]   the machine's disk against a file
#   dirty_extents NBD-URI BITMAP   "offset+length" lines
#   vm_pid NAME, vm_folder NAME    QEMU's process; the state folder of a machine
#   processes_below FOLDER         pids of those with a file of it as an argument
#   fault_at PLAN CMD ARG...       CMD with STRANDLINE_FAULT=PLAN

set -Eeuo pipefail
trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: failed: $BASH_COMMAND" >&2' ERR

export ASAN_OPTIONS="${ASAN_OPTIONS:-abort_on_error=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}"
export LC_ALL=C G_DEBUG=fatal-criticals
unset STRANDLINE_DEFAULT_URI LIBVIRT_DEFAULT_URI STRANDLINE_FAULT
# A test is no service of the host's systemd, whoever runs it.
unset INVOCATION_ID

work=$(mktemp -d "${TMPDIR:-/tmp}/strandline-XXXXXX")
root=$work/root
uri="qemu:///embed?root=$root"
WAIT_SECONDS=120

exit_steps=()
on_exit() {
  exit_steps=("$(printf '%q ' "$@")" "${exit_steps[@]}")
}

# The folder goes to grep as a file: as an argument grep would find itself.  A
# QEMU of another user has all of it by descriptors: its log tells.
processes_below() {
  {
    grep -slFf <(printf '%s/' "$1") /proc/[0-9]*/cmdline || :
    find /proc/[0-9]*/fd/2 -maxdepth 0 -lname "$1/*/qemu.log" 2>/dev/null || :
  } | cut -d/ -f3 | sort -u
}

none_below() {
  [ -z "$(processes_below "$1")" ]
}

# Ends what runs below our folder, by its pid: QEMU is not our child, and when
# we end while it starts, its pid file is not there yet.  A second Ctrl-C, or
# the hangup of a terminal that is closed, must not leave the half of it.
end_test() {
  local status=$? step pids
  trap - ERR EXIT
  trap '' INT TERM HUP PIPE
  set +e
  for step in "${exit_steps[@]}"; do
    eval "$step"
  done
  until none_below "$work"; do
    mapfile -t pids < <(processes_below "$work")
    kill -KILL "${pids[@]}" 2>/dev/null
    sleep 0.01
  done
  if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
    tail -n 20 "$root"/domains/*/qemu.log >&2 2>/dev/null
  fi
  if [ -n "${STRANDLINE_KEEP:-}" ]; then
    echo "kept: $work" >&2
  else
    rm -rf "$work"
  fi
  exit "$status"
}
trap end_test EXIT
trap 'exit 130' INT TERM HUP

is_gone() {
  ! kill -0 "$1" 2>/dev/null || contains '^State:.*Z' "/proc/$1/status"
}

requires() {
  if "$@" >/dev/null 2>&1; then
    return
  fi
  echo "needs: $*" >&2
  [ -n "${STRANDLINE_NO_SKIP:-}" ] && exit 1
  exit 77
}

fail() {
  echo "$*" >&2
  exit 1
}

wait_for() {
  local deadline=$((SECONDS + WAIT_SECONDS))
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $deadline ]; then
      fail "waited $WAIT_SECONDS s for: $*"
    fi
    sleep 0.02
  done
}

strandline() {
  command strandline -c "$uri" "$@"
}

fault_at() {
  local plan=$1
  shift
  STRANDLINE_FAULT=$plan "$@"
}

# To the end of what there is to read: whoever writes to a pipe that nobody reads
# any more is ended by it, and the test with him.
contains() {
  grep "$@" >/dev/null
}

refused() {
  local text=$1 said status=0
  shift
  said=$("$@" 2>&1 >/dev/null) || status=$?
  [ $status -ne 0 ] || fail "should have been refused: $*"
  [ $status -lt 128 ] || fail "died with status $status: $*
$said"
  case $said in
  *"$text"*) ;;
  *) fail "refused as it should be, but without '$text': $said" ;;
  esac
}

assert_equal() {
  if [ "$1" != "$2" ]; then
    diff -u --label expected --label got <(echo "$1") <(echo "$2") >&2 || :
    fail "they differ"
  fi
}

make_disk() {
  local name=$1 size=$2
  shift 2
  qemu-img create -q -f qcow2 "$@" "$work/$name.qcow2" "$size"
}

# vda vdb ...: the targets of the disks, by number
target_of() {
  printf 'vd%s' "$(echo abcdefgh | cut -c "$(($1 + 1))")"
}

# The position of DISK in its machine: the alias is virtio-diskN in this order.
alias_of() {
  local letters=abcdefgh before
  before=${letters%%"${1#vd}"*}
  printf 'virtio-disk%d' "${#before}"
}

disks_xml() {
  local number=0 disk
  for disk; do
    cat <<XML
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='$work/$disk.qcow2'/>
      <target dev='$(target_of $number)' bus='virtio'/>
    </disk>
XML
    number=$((number + 1))
  done
}

domain_xml() {
  local name=$1
  shift
  cat <<XML
<domain type='qemu'>
  <name>$name</name>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
$(disks_xml "$@")
  </devices>
</domain>
XML
}

# The demo's Linux: 256 MiB, kernel and initramfs from outside, its agent on a
# virtio channel, its console in $work/NAME.console.
guest_xml() {
  local name=$1 disk=$2 append=${3:-} guest
  guest=$("$STRANDLINE_SOURCE/tools/build_guest.sh" "$STRANDLINE_BUILD")
  cat <<XML
<domain type='qemu'>
  <name>$name</name>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>$guest/vmlinuz</kernel>
    <initrd>$guest/initrd</initrd>
    <cmdline>console=ttyS0 quiet $append</cmdline>
  </os>
  <features><acpi/></features>
  <on_reboot>destroy</on_reboot>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
$(disks_xml "$disk")
    <serial type='file'><source path='$work/$name.console'/></serial>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
XML
}

start_vm() {
  local paused=() name
  if [ "$1" = --paused ]; then
    paused=(--paused)
    shift
  fi
  name=$1
  domain_xml "$@" >"$work/$name.xml"
  strandline define "$work/$name.xml" >/dev/null
  strandline start "$name" "${paused[@]}" >/dev/null
}

agent_answers() {
  strandline qemu-agent-command "$1" '{"execute":"guest-ping"}'
}

start_guest() {
  local name=$1 guest
  guest=$("$STRANDLINE_SOURCE/tools/build_guest.sh" "$STRANDLINE_BUILD")
  cp --sparse=always "$guest/root.qcow2" "$work/$name.qcow2"
  guest_xml "$name" "$name" >"$work/$name.xml"
  strandline define "$work/$name.xml" >/dev/null
  strandline start "$name" >/dev/null
  wait_for agent_answers "$name"
}

agent() {
  strandline qemu-agent-command "$@"
}


guest_run() {
  local name=$1 ask pid status
  ask=$(jq -nc --arg line "$2" '{execute: "guest-exec", arguments: {
    path: "/bin/sh", arg: ["-c", $line], "capture-output": true}}')
  pid=$(agent "$name" "$ask" | jq .return.pid)
  ask="{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":$pid}}"
  # The status can be asked once after the end: keep the answer.
  wait_for ask_exit "$name" "$ask"
  status=$(cat "$work/$name.exit")
  jq -r '.return["out-data"] // ""' <<<"$status" | base64 -d
  [ "$(jq .return.exitcode <<<"$status")" = 0 ]
}

ask_exit() {
  agent "$1" "$2" >"$work/$1.exit"
  jq -e .return.exited "$work/$1.exit"
}

# QEMU prints what qemu-io did, and what failed, on its own stdout: its log.
guest_io() {
  local name=$1 disk=$2 command=$3 said log seen
  log=$(vm_folder "$name")/qemu.log
  seen=$(stat -c %s "$log")
  said=$(strandline qemu-monitor-command "$name" --hmp \
    "qemu-io -d /machine/peripheral/$(alias_of "$disk")/virtio-backend \"$command\"")
  said+=$(tail -c +$((seen + 1)) "$log")
  case $said in
  *rror* | *failed* | *'not found'*) fail "$command: $said" ;;
  esac
}

guest_write() {
  guest_io "$1" "$2" "write -P $3 $4 $5"
}

vm_folder() {
  local uuid
  uuid=$(strandline domuuid "$1" | tr -d '[:space:]')
  echo "$root/domains/$uuid"
}

vm_pid() {
  cat "$(vm_folder "$1")/qemu.pid"
}

# --force-share: QEMU has the disk open; what it kept back is flushed first.
assert_same_disk() {
  local name=$1 disk=$2 file=$3 format=${4:-raw} path
  path=$(strandline domblklist "$name" | awk -v t="$disk" '$1 == t {print $2}')
  if [ "$(strandline domstate "$name" | head -n1)" != "shut off" ]; then
    guest_io "$name" "$disk" flush
  fi
  qemu-img compare -q --force-share -f qcow2 -F "$format" "$path" "$file" ||
    fail "$name's disk $disk and $file differ"
}

dirty_extents() {
  nbdinfo --json --map="qemu:dirty-bitmap:$2" "$1" |
    jq -r '.[] | select(.type == 1) | "\(.offset)+\(.length)"'
}
