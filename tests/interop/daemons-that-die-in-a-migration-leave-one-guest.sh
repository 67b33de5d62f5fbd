#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine is moved between two daemons by an unmodified virsh, and one of the
# three is killed on the way: the source's daemon, the destination's, or virsh.
# Afterwards one side runs the guest, and the other has nothing of it.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

requires virsh --version

# Two sides, each a folder with a root, sockets and a daemon.  What a killed one
# leaves of its sockets the next one takes away.
for side in a b; do
  mkdir "$work/$side"
  cat >"$work/$side/conf" <<CONF
unix_sock_dir = "$work/$side/run"
state_root = "$work/$side/root"
CONF
  [ "$(id -u)" != 0 ] || echo 'user = "root"' >>"$work/$side/conf"
done

declare -A pids=()

is_serving() {
  grep -q 'strandlined .* serves' "$work/$1/log"
}

# start SIDE [FAULT]
start() {
  : >"$work/$1/log"
  STRANDLINE_FAULT=${2:-} command strandlined --config "$work/$1/conf" \
    --verbose >"$work/$1/log" 2>&1 </dev/null &
  pids[$1]=$!
}

end() {
  kill -KILL "${pids[$1]}" 2>/dev/null || :
  wait "${pids[$1]}" 2>/dev/null || :
}

daemon_of() {
  echo "qemu+unix:///system?socket=$work/$1/run/strandline-sock"
}

# What there is on that side now.
on() {
  local side=$1
  shift
  command virsh -q -c "$(daemon_of "$side")" "$@" </dev/null
}

states() {
  local side
  for side in a b; do
    on $side domstate web 2>/dev/null | sed '/^$/d' || :
  done
}

# The first look finds a leader that is gone, and may have to ask the other
# side's daemon, so both are there again.
is_one_guest() {
  local side
  # To ask for its job is what makes a side find out; its state alone is read.
  for side in a b; do
    on $side domjobinfo web >/dev/null 2>&1 || :
  done
  [ "$(states)" = 'running' ]
}

# Where it is, for the next round; the other side has no QEMU.
find_guest() {
  wait_for is_one_guest
  from=a to=b
  [ -n "$(on a list --name | sed '/^$/d')" ] || from=b to=a
  none_below "$work/$to/root" || fail "a QEMU was left behind"
}

move() {
  timeout 60 virsh -q -c "$(daemon_of "$from")" migrate --live --persistent \
    --undefinesource web "$(daemon_of "$to")" </dev/null >/dev/null 2>&1
}

serve_both() {
  start a "${1:-}"
  start b "${2:-}"
  wait_for is_serving a
  wait_for is_serving b
}

# round WHO FAULT: WHO is the side's daemon that dies.
round() {
  if [ "$1" = a ]; then serve_both "$2"; else serve_both '' "$2"; fi
  move || :
  end a
  end b
  serve_both
  find_guest
  end a
  end b
}

make_disk vda 8M
domain_xml web vda >"$work/web.xml"
serve_both
on a define "$work/web.xml" >/dev/null
on a start web >/dev/null
find_guest
end a
end b

# How many points there are on the way, for either side.
serve_both "count:$work/source" "count:$work/destination"
begun_source=$(wc -l <"$work/source")
begun_destination=$(wc -l <"$work/destination")
move
find_guest
end a
end b
assert_equal b "$from"
source_points=$(wc -l <"$work/source")
destination_points=$(wc -l <"$work/destination")
[ "$source_points" -gt $((begun_source + 20)) ] || fail "too few points"
[ "$destination_points" -gt $((begun_destination + 20)) ] ||
  fail "too few points"

# From the first to the last, a handful on each side.
for part in 1 2 3 4 5 6; do
  point=$((begun_source + (source_points - begun_source) * part / 7))
  round "$from" "kill:$point"
  point=$((begun_destination + \
    (destination_points - begun_destination) * part / 7))
  round "$to" "kill:$point"
done

# And whoever leads: a daemon stands still in the midst of a phase, its client
# goes, and it lives on.
is_stopped() {
  grep -q '^State:.T' "/proc/$1/status"
}
for part in 1 3 5; do
  point=$((begun_source + (source_points - begun_source) * part / 7))
  if [ "$from" = a ]; then
    serve_both "stop:$point"
  else
    serve_both '' "stop:$point"
  fi
  virsh -q -c "$(daemon_of "$from")" migrate --live --persistent \
    --undefinesource web "$(daemon_of "$to")" </dev/null >/dev/null 2>&1 &
  leader=$!
  wait_for is_stopped "${pids[$from]}"
  kill -KILL $leader
  wait $leader 2>/dev/null || :
  kill -CONT "${pids[$from]}"
  find_guest
  end a
  end b
done
