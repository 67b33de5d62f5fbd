#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# job-list shows the default job and what is under way; with --all also the jobs
# that have ended and are remembered, each with how it ended.
. "${STRANDLINE_TESTS:?}/lib.sh"

make_disk vda 4M
start_vm --paused web vda

# jobs [--all]: "id operation type" of each job but the default one.
jobs() {
  strandline -q job-list web "$@" | awk 'NF && $1 > 0 { print $1, $2, $3 }'
}

strandline -q job-list web >"$work/list"
assert_equal "0 - None -" "$(xargs <"$work/list")"
assert_equal "" "$(jobs --all)"

strandline backup-begin web --wait >/dev/null 2>&1
cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <server transport='unix' socket='$work/nbd.sock'/>
  <disks><disk name='vda' type='file'><scratch file='$work/scratch'/></disk>
  </disks>
</domainbackup>
XML
strandline backup-begin web "$work/pull.xml" >/dev/null
assert_equal "2 Backup Unbounded" "$(jobs)"
assert_equal "1 Backup Completed
2 Backup Unbounded" "$(jobs --all)"
strandline domjobabort web --id 2 >/dev/null
assert_equal "" "$(jobs)"
assert_equal "1 Backup Completed
2 Backup Cancelled" "$(jobs --all)"

# Looking at the list forgets nothing; asking for the ended job does.
assert_equal "1 Backup Completed
2 Backup Cancelled" "$(jobs --all)"
strandline domjobinfo web --id 1 --completed >/dev/null
assert_equal "2 Backup Cancelled" "$(jobs --all)"
