#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# One process waits for a backup; another asks about it and aborts it, on the
# same root, and neither stands in the other's way.
. "${STRANDLINE_TESTS:?}/lib.sh"
. "$STRANDLINE_TESTS/slow_vm.sh"
requires qemu-system-x86_64 --version

start_slow_vm web
echo '<domaincheckpoint><name>monday</name></domaincheckpoint>' \
  >"$work/monday.xml"

command strandline -c "$uri" backup-begin web \
  --checkpointxml "$work/monday.xml" --wait >"$work/out" 2>"$work/err" &
waiting=$!
wait_for job_runs web

info=$(strandline -q domjobinfo web)
grep -q '^Operation: *Backup' <<<"$info"
grep -q '^Job id: *1' <<<"$info"
grep -q '^File total: *256.000 MiB' <<<"$info"
strandline -q job-list web | contains '^ 1 *Backup *Unbounded'
strandline backup-dumpxml web | contains "mode='push'"
refused 'has not copied everything' strandline backup-end web
kill -0 $waiting

assert_equal 'Backup aborted (job 1)' "$(strandline backup-end web --abort)"

status=0
wait $waiting || status=$?
assert_equal 1 $status
grep -q "^error: Backup job 1 of domain 'web' was aborted by another process" \
  "$work/err"
assert_equal 'Backup started (job 1)' "$(cat "$work/out")"

# Nothing is left of it.
assert_equal '' "$(strandline -q checkpoint-list web --name)"
assert_equal 1 "$(strandline -q job-list web | wc -l)"
assert_equal "$work/web.qcow2" "$(echo "$work"/web.qcow2*)"
