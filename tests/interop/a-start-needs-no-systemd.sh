#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A daemon that is a service asks systemd for a scope for each machine; where
# systemd does not answer, or there is no bus, the machine starts all the same
# and the log says where it stays.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires dbus-daemon --version
make_disk vda 8M
domain_xml web vda >"$work/web.xml"
# What systemd marks its services with.
export INVOCATION_ID=0123456789abcdef0123456789abcdef
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
export DBUS_SESSION_BUS_ADDRESS=$DBUS_SYSTEM_BUS_ADDRESS
vm="genuine_virsh qemu:///system"

says() {
  grep -q "machine 'web' stays in the service's control group: .*$1" \
    "$work/daemon.log"
}

starts_and_says() {
  start_daemon --verbose
  $vm start --paused web
  wait_for says "$1"
  kill -0 "$(vm_pid web)"
  $vm destroy web
  stop_daemon
}

start_daemon --verbose
$vm define "$work/web.xml"
stop_daemon
starts_and_says 'No such file or directory'

dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork \
  --nopidfile >"$work/bus.log" 2>&1 </dev/null &
on_exit kill $!
wait_for [ -S "$work/bus" ]
starts_and_says 'org.freedesktop.systemd1'

# Nor does it ask where somebody runs it by hand.
unset INVOCATION_ID
start_daemon --verbose
$vm start --paused web
$vm destroy web
stop_daemon
refused "" says ""
