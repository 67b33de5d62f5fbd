#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the policy does not allow is denied to virsh, and what it hides is not
# there; SIGHUP reads it again, and a wrong one changes nothing.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
cat >>"$work/daemon.conf" <<CONF
access_drivers = ["file"]
access_policy = "$work/policy"
CONF
set_policy() {
  printf '%s\n' "$@" >"$work/policy"
  chmod 0600 "$work/policy"
}
vm() {
  genuine_virsh test+unix:///default "$@"
}

set_policy 'allow * read'
start_daemon --verbose
assert_equal "test" "$(vm list --name | tr -d '\n')"
refused "access denied: virDomainSuspend needs domain:suspend" vm suspend test
grep -q "denied virDomainSuspend: user $(id -u) .*, domain 'test'" \
  "$work/daemon.log"

set_policy 'allow * *'
kill -HUP "$daemon_pid"
wait_for vm suspend test
wait_for grep -q "virDomainSuspend: user $(id -u) .*, domain 'test'" "$work/daemon.log"

set_policy 'allow nonsense'
kill -HUP "$daemon_pid"
wait_for grep -q "policy stays as it was: .*policy:1: " "$work/daemon.log"
vm suspend test

set_policy 'deny * * test' 'allow * *'
kill -HUP "$daemon_pid"
sees_nothing() {
  [ -z "$(vm list --all --name | tr -d '\n')" ]
}
wait_for sees_nothing
refused "failed to get domain 'test'" vm domstate test
stop_daemon

chmod 0666 "$work/policy"
refused "nobody else can write" strandlined --config "$work/daemon.conf"
