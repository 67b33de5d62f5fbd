#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# migrate and its like, as they are typed, and what each prints.
. "${STRANDLINE_TESTS:?}/lib.sh"

there="qemu:///embed?root=$work/there"

make_disk vda 16M
start_vm web vda

# Limits are those of a run.
assert_equal 8796093022207 "$(strandline migrate-getspeed web)"
strandline migrate-setspeed web 40
assert_equal 40 "$(strandline migrate-getspeed web)"
strandline migrate-setmaxdowntime web 250
assert_equal 250 "$(strandline migrate-getmaxdowntime web)"
refused 'at least 1 millisecond' strandline migrate-setmaxdowntime web 0

refused "Failed to migrate domain 'web' to nowhere:" \
  strandline migrate web nowhere:///
refused 'runs already' strandline migrate web "$uri"
assert_equal 'running' "$(strandline domstate web | sed '/^$/d')"

# Away in silence, with how far it is on stderr.
out=$(strandline migrate web "$there" --live --persistent --undefinesource \
  --verbose 2>"$work/progress")
assert_equal '' "$out"
assert_equal '' "$(strandline list --all --name | sed '/^$/d')"
assert_equal 'running (migrated)' \
  "$(command strandline -c "$there" domstate web --reason | sed '/^$/d')"
command strandline -c "$there" domjobinfo web --completed | contains 'Memory total'

# And back, paused, under another name.
command strandline -c "$there" migrate web "$uri" --p2p --suspend \
  --dname db
assert_equal 'paused' "$(strandline domstate db | sed '/^$/d')"
assert_equal 'shut off (migrated)' \
  "$(command strandline -c "$there" domstate web --reason | sed '/^$/d')"
strandline destroy db >/dev/null

# A definition alone.
command strandline -c "$there" migrate web "$uri" --offline \
  --persistent --undefinesource
assert_equal 'web' "$(strandline list --all --name | sed '/^$/d')"
