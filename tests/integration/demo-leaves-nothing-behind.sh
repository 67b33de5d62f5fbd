#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# However the demo ends before its time, it takes everything along: no process,
# no folder and no socket of it is left.  It is the real one, ended by a real
# Ctrl-C (SIGINT to its whole group) or by a program of it that fails: while it
# makes the guest, while QEMU starts, with the machine running, and in a pull.
# And it fails when the restored files are not those that were written.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

mkdir "$work/tmp" "$work/fake"
"$STRANDLINE_SOURCE/tools/build_guest.sh" "$STRANDLINE_BUILD" >/dev/null

# begin_demo [NAME=VALUE...]: in a group of its own, as a terminal gives it one,
# where Ctrl-C is not ignored as it is for other background jobs.
begin_demo() {
  set -m
  env TMPDIR="$work/tmp" PATH="$work/fake:$PATH" "$@" \
    "$STRANDLINE_SOURCE/tools/demo.sh" >"$work/said" 2>&1 </dev/null &
  demo=$!
  set +m
}

# fake PROGRAM LINE...: what the demo gets in the place of PROGRAM.
fake() {
  local program=$1
  shift
  rm -f "$work/fake"/*
  [ -z "$program" ] && return
  printf '%s\n' '#!/bin/bash' "$@" >"$work/fake/$program"
  chmod +x "$work/fake/$program"
}

# ended STATUS: it ended so, and nothing of it is there.
ended() {
  local status=0
  wait "$demo" || status=$?
  [ "$status" = "$1" ] ||
    fail "the demo ended with $status, not $1: $(cat "$work/said")"
  assert_equal "" "$(ls -A "$work/tmp")"
  assert_equal "" "$(processes_below "$work/tmp")"
  assert_equal "" "$(ss -Hxl | grep -F "$work/tmp" || :)"
}

# A step that fails with nothing started yet: the guest cannot be fetched.
fake apt-get 'echo "no mirror today" >&2' 'exit 100'
mkdir "$work/empty"
begin_demo STRANDLINE_BUILD="$work/empty"
ended 100
grep -q 'no mirror today' "$work/said"
assert_equal "" "$(find "$work/empty" -mindepth 2 ! -name lock ! -path '*/debs*')"

# Ctrl-C while QEMU is being started: its pid file may not be there yet.
fake ''
for moment in "strandline .*$work/tmp/.* start web\$" \
  "qemu-system-x86_64 .*$work/tmp/"; do
  begin_demo
  wait_for pgrep -f "^[^ ]*$moment"
  kill -INT -- "-$demo"
  ended 130
done

# A step that fails with the machine at work.
fake strandline "\"$STRANDLINE_BUILD/src/cli/strandline\" \"\$@\" || exit" \
  'case "$*" in *"start web") echo "and that was it" >&2; exit 3 ;; esac'
begin_demo
ended 3
grep -q 'and that was it' "$work/said"

# Ctrl-C while a pull is under way: machine, job, export and socket are there.
# People press it again when nothing seems to happen.
# shellcheck disable=SC2016 # it expands there
fake qemu-io 'ls -d "$TMPDIR"/*/nbd.sock >"$TMPDIR/../export"' \
  'kill -INT 0; sleep 0.05; kill -INT 0; sleep 60'
begin_demo
ended 130
[ -s "$work/export" ] || fail "there was no export at the time: $(cat "$work/said")"

# A restored disk that differs fails it: this pull brings nothing of what the
# guest wrote last.
fake qemu-io 'exit 0'
begin_demo
ended 1
grep -q '^10 .*booted from the restored disk' "$work/said" ||
  fail "it failed too early: $(cat "$work/said")"
if grep -q 'agree' "$work/said"; then
  fail "it did not notice: $(cat "$work/said")"
fi
