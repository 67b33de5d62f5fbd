#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Ctrl-C during backup-begin --wait leaves neither files nor checkpoint behind,
# and so does SIGTERM; the exit code says that it was interrupted.
. "${STRANDLINE_TESTS:?}/lib.sh"
. "$STRANDLINE_TESTS/slow_vm.sh"
requires qemu-system-x86_64 --version

start_slow_vm web
echo '<domaincheckpoint><name>monday</name></domaincheckpoint>' \
  >"$work/monday.xml"

job=0
for signal in INT TERM; do
  job=$((job + 1))
  # A shell starts what runs in the background with SIGINT ignored.
  env --default-signal=INT strandline -c "$uri" backup-begin web \
    --checkpointxml "$work/monday.xml" --wait >/dev/null 2>"$work/err" &
  waiting=$!
  wait_for job_runs web
  kill -$signal $waiting
  status=0
  wait $waiting || status=$?
  assert_equal 130 $status
  grep -q "^error: Backup aborted (job $job)" "$work/err"

  assert_equal '' "$(strandline -q checkpoint-list web --name)"
  assert_equal 1 "$(strandline -q job-list web | wc -l)"
  assert_equal "$work/web.qcow2" "$(echo "$work"/web.qcow2*)"
done
