#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# backup-end --abort of a pull keeps the checkpoint, and says so with a command
# that deletes it; without a checkpoint, or without --abort, nothing is said.
. "${STRANDLINE_TESTS:?}/lib.sh"
requires qemu-system-x86_64 --version

make_disk web 64M
start_vm --paused web web
cat >"$work/pull.xml" <<XML
<domainbackup mode='pull'>
  <server transport='unix' socket='$work/nbd.sock'/>
</domainbackup>
XML
echo '<domaincheckpoint><name>monday</name></domaincheckpoint>' \
  >"$work/monday.xml"

assert_equal 'Backup started (job 1)' \
  "$(strandline backup-begin web "$work/pull.xml" "$work/monday.xml")"
strandline domjobinfo web --rawstats | contains -x 'checkpoint: monday'
said=$(strandline backup-end web --abort)
assert_equal 'Backup ended (job 1)' "$(head -n1 <<<"$said")"
grep -q "Checkpoint 'monday'" <<<"$said"
assert_equal monday "$(strandline -q checkpoint-list web --name)"

# The line it gives does what it says.
line=$(grep '^ *strandline checkpoint-delete' <<<"$said")
eval "$line" >/dev/null
assert_equal '' "$(strandline -q checkpoint-list web --name)"

# Also for a machine whose name a shell would take apart.
odd="my web; \$x"
strandline destroy web >/dev/null
strandline domrename web "$odd" >/dev/null
strandline start "$odd" --paused >/dev/null
strandline -q backup-begin "$odd" "$work/pull.xml" "$work/monday.xml" \
  >"$work/id"
said=$(strandline backup-end "$odd" --abort)
eval "$(grep '^ *strandline checkpoint-delete' <<<"$said")" >/dev/null
assert_equal '' "$(strandline -q checkpoint-list "$odd" --name)"
strandline destroy "$odd" >/dev/null
strandline domrename "$odd" web >/dev/null
strandline start web --paused >/dev/null

# A job is chosen by itself while it is the only one; -q prints its id alone.
assert_equal 3 "$(strandline -q backup-begin web "$work/pull.xml")"
assert_equal 'Backup ended (job 3)' "$(strandline backup-end web --abort)"
id=$(strandline -q backup-begin web "$work/pull.xml" "$work/monday.xml")
assert_equal 'Backup ended (job 4)' "$(strandline backup-end web --id "$id")"
assert_equal monday "$(strandline -q checkpoint-list web --name)"
refused 'has no backup job' strandline backup-end web
refused 'domain' strandline backup-end web --id 4
