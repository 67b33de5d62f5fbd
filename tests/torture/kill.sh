# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What kills one command at every step that it takes; a scenario sources this
# file instead of lib.sh.  It sets
#
#   $scenario   its name
#   $stride     every how many-th step (STRANDLINE_STRIDE counts more)
#   $victim     "us", or "qemu" for the QEMU of the machine "web"
#   command_under_test   what is killed; its stderr goes to $work/stderr
#
# and calls kill_at_every_step, whose rounds call die_at or kill_qemu_at.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

killed=0
victim=us

# Quiet: what it says is shown only if it fails by itself.
tool() {
  command strandline -c "$uri" "$@" >/dev/null 2>"$work/stderr"
}

qmp() {
  strandline qemu-monitor-command web "{\"execute\":\"$1\"}" | jq -c .return
}

is_off() {
  [ "$(strandline domstate web | head -n1)" = "shut off" ]
}

# One death at @1: 0 is none, and counts the steps.
die_at() {
  local status=0 plan="kill:$1"
  [ "$1" -gt 0 ] || plan=count:$work/points
  fault_at "$plan" command_under_test || status=$?
  if [ "$1" -gt 0 ]; then
    # Waiting for a job of QEMU's takes more or fewer questions each time, so a
    # command may have ended before its last points: then nothing was half done.
    [ $status -eq 137 ] && killed=$((killed + 1))
    [ $status -eq 137 ] || [ $status -eq 0 ] ||
      fail "neither killed nor done at point $1: status $status"
  elif [ $status -ne 0 ]; then
    fail "$scenario fails by itself: $(cat "$work/stderr")"
  fi
}

is_stopped() {
  child=$(pgrep -P "$1" -f 'strandline -c')
  grep -q '^State:.*T' "/proc/$child/status"
}

has_stopped_or_ended() {
  is_stopped "$1" || is_gone "$1"
}

# The command stands still before its @1-th step while QEMU is killed.
kill_qemu_at() {
  local qemu shell child='' status=0
  qemu=$(vm_pid web)
  fault_at "stop:$1" command_under_test &
  shell=$!
  wait_for has_stopped_or_ended $shell
  if is_stopped $shell; then
    kill -KILL "$qemu"
    wait_for is_gone "$qemu"
    kill -CONT "$child"
    killed=$((killed + 1))
  fi
  wait $shell || status=$?
  [ $status -lt 128 ] || fail "died with status $status at point $1"
}

# kill_at_every_step ROUND SHARE: calls ROUND with 0, which counts the steps,
# and then with every $stride-th.  At least one in SHARE must have killed.
kill_at_every_step() {
  local round=$1 share=$2 points first point
  $round 0
  points=$(wc -l <"$work/points")
  [ "$points" -gt 0 ] || fail "$scenario passes no fault point"
  # Another first point in each scenario: together they see every kind of step.
  first=$((1 + ${#scenario} % stride))
  for ((point = first; point <= points; point += stride)); do
    # The last of these lines, where a test fails, says at which death.
    echo "killing $victim in $scenario at $point: $(sed -n "${point}p" "$work/points")" >&2
    $round "$point"
  done
  [ $((share * killed * stride)) -ge "$points" ] ||
    fail "only $killed deaths at $points points"
  echo "$scenario: $victim killed at $killed of its $points points"
}
