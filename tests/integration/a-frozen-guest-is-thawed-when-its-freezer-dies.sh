#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A real guest and its real agent: frozen and thawed on demand, its file system
# told by our name of the disk; and a quiesced checkpoint whose caller is killed
# between freeze and thaw leaves the guest thawed.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

freeze_status() {
  agent web '{"execute":"guest-fsfreeze-status"}' | jq -r .return
}

start_guest web

assert_equal "/ ext4 vda" \
  "$(strandline domfsinfo web | awk '$1 == "/" { print $1, $3, $4 }')"
strandline domfsfreeze web >/dev/null
assert_equal frozen "$(freeze_status)"
refused 'disabled' strandline domfsfreeze web
strandline domfsthaw web >/dev/null
assert_equal thawed "$(freeze_status)"

make_checkpoint() {
  local plan=$1 name=$2
  echo "<domaincheckpoint><name>$name</name></domaincheckpoint>" \
    >"$work/checkpoint.xml"
  fault_at "$plan" strandline checkpoint-create web "$work/checkpoint.xml" \
    --quiesce >/dev/null 2>&1
}

# A guard whose words are kept, also those that nobody is left to hear.
cat >"$work/guard" <<SH
#!/bin/sh
"$STRANDLINE_GUARD" "\$@" | tee -p -a "$work/guard.said"
SH
chmod +x "$work/guard"
export STRANDLINE_GUARD=$work/guard

# Two that live: the second tells which step of a later one is the transaction.
make_checkpoint "" first
assert_equal thawed "$(freeze_status)"
make_checkpoint "count:$work/points" second
assert_equal thawed "$(freeze_status)"
step=$(grep -n '^qmp:transaction$' "$work/points" | head -n1 | cut -d: -f1)

# One that is killed right before it, with the guest frozen.
status=0
make_checkpoint "kill:$step" third || status=$?
assert_equal 137 "$status"
frozen_and_thawed() {
  [ "$(tail -n 2 "$work/guard.said" | xargs)" = "frozen 1 thawed 1" ] &&
    [ "$(wc -l <"$work/guard.said")" -eq 6 ]
}
wait_for frozen_and_thawed
assert_equal thawed "$(freeze_status)"
guest_run web 'echo written >/data/after; sync; cat /data/after' >"$work/said"
assert_equal written "$(cat "$work/said")"
assert_equal "first second" "$(strandline checkpoint-list web --name | xargs)"
