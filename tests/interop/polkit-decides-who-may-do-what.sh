#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# polkit lets a user in or not, and says which domain it may do what with: the
# genuine one, on a bus of the test's own, with our actions and rules of the
# test's.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

polkitd=/usr/lib/polkit-1/polkitd
requires virsh --version
requires dbus-daemon --version
requires [ -x "$polkitd" ]
# polkitd changes its user, and virsh runs as two others.
requires [ "$(id -u)" = 0 ]

chmod 0711 "$work"
mkdir -m 0755 "$work/actions" "$work/rules"
cp "$STRANDLINE_BUILD/src/daemon/org.strandline.policy" "$work/actions"
set_rule() {
  cat >"$work/rules/1.rules"
  chmod 0644 "$work"/rules/* "$work"/actions/*
}
set_rule <<'JS'
polkit.addRule(function(action, subject) {
  if (subject.user != "daemon")
    return polkit.Result.NO;
  if (action.id == "org.strandline.unix.manage")
    return polkit.Result.YES;
  if (action.id.indexOf("org.strandline.api.domain.suspend") == 0 &&
      action.lookup("connect_driver") == "Test" &&
      action.lookup("domain_name") == "test")
    return polkit.Result.YES;
});
JS
cat >"$work/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=$work/bus</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="signal"/>
    <allow receive_type="error"/>
  </policy>
</busconfig>
CONF
end_it() {
  kill "$1" 2>/dev/null || :
}
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile \
  >"$work/bus.log" 2>&1 </dev/null &
on_exit end_it "$!"
wait_for [ -S "$work/bus" ]
# shellcheck disable=SC2016 # the inner shell's
unshare --mount sh -c '
  mount --bind "$0/actions" /usr/share/polkit-1/actions &&
  mount --bind "$0/rules" /etc/polkit-1/rules.d && exec "$1"' \
  "$work" "$polkitd" >"$work/polkit.log" 2>&1 </dev/null &
polkit_pid=$!
on_exit end_it "$polkit_pid"
wait_for grep -q "Acquired the name" "$work/polkit.log"

cat >>"$work/daemon.conf" <<CONF
auth_unix_rw = "polkit"
unix_sock_rw_perms = "0777"
access_drivers = [ "polkit" ]
CONF
start_daemon --verbose
chmod 0755 "$work/run"
# as USER COMMAND...
as() {
  local user=$1
  shift
  XDG_CONFIG_HOME=/ XDG_CACHE_HOME=/ setpriv --reuid="$user" --regid=1 \
    --clear-groups virsh -q -c \
    "$(daemon_uri test+unix:///default)" "$@" </dev/null
}
assert_equal "test" "$(as daemon list --name | tr -d '\n')"
as daemon suspend test
refused "access denied: virDomainDestroy needs domain:stop" as daemon destroy test
wait_for grep -q "denied virDomainDestroy: user 1 .*, domain 'test'" "$work/daemon.log"
refused "authentication failed" as bin list
grep -q "refused: polkit denies 'org.strandline.unix.manage': user 2 " \
  "$work/daemon.log"
# Root is asked nothing, and may everything.
genuine_virsh test+unix:///default destroy test

# Without polkit nobody may anything who is not root.
kill "$polkit_pid"
wait_for is_gone "$polkit_pid"
refused "authentication failed" as daemon list
wait_for grep -q "refused: polkit does not answer" "$work/daemon.log"
stop_daemon
