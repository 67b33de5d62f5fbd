#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Ends all machines that run, the one that was started last first: guests are
# asked to shut down, and what has not done so in time is told to QEMU, which
# stores its bitmaps then.  A QEMU that is killed with the host would not, and each
# chain of backups would begin anew.
#
#   strandline-guests [SECONDS]      all guests together have so long, 120
#
# STRANDLINE_DEFAULT_URI names another daemon than the system's.
set -eu

seconds=${1:-120}
: "${STRANDLINE_DEFAULT_URI:=qemu:///system}"
export STRANDLINE_DEFAULT_URI

# By id, which grows with each start; the last first.
running() {
  strandline list --id | sed '/^$/d' | sort -rn
}

for id in $(running); do
  echo "asking machine $id to shut down"
  strandline shutdown "$id" || :
done
deadline=$(($(date +%s) + seconds))
while [ -n "$(running)" ] && [ "$(date +%s)" -lt "$deadline" ]; do
  sleep 1
done
status=0
for id in $(running); do
  echo "machine $id has not ended: telling its QEMU to"
  strandline destroy --graceful "$id" || status=1
done
exit $status
