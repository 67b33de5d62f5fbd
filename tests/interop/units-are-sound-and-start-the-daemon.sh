#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd understands the units and finds them well closed; a daemon that it
# starts for a client serves that client, on each kind of socket.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires systemd-analyze --version
requires systemd-socket-activate --version
requires certtool --version
mkdir "$work/units"
cp "$STRANDLINE_BUILD"/src/daemon/*.service "$STRANDLINE_SOURCE"/src/daemon/*.socket \
  "$work/units"
# What is installed is run from where it was built.
sed -i "s|^ExecStart=.*/strandlined|ExecStart=$(command -v strandlined)|
  s|^ExecStop=.*/strandline-guests|ExecStop=$STRANDLINE_SOURCE/src/daemon/strandline-guests.sh|" \
  "$work"/units/*.service
for unit in "$work"/units/*; do
  # It looks for the others where the first one lies.
  SYSTEMD_UNIT_PATH="$work/units:" systemd-analyze verify --man=no \
    --recursive-errors=no "$unit" >"$work/said" 2>&1 ||
    fail "$unit: $(cat "$work/said")"
  assert_equal "" "$(cat "$work/said")"
done
# In tenths: what is left open is what machines need.
systemd-analyze security --offline=true --threshold=45 --no-pager \
  "$work/units/strandlined.service" >"$work/said" 2>&1 ||
  fail "$(tail -n 1 "$work/said")"
refused "" systemd-analyze security --offline=true --threshold=10 --no-pager \
  "$work/units/strandlined.service"
# A stop of the service leaves the machines alone.
assert_equal "KillMode=process" \
  "$(grep '^KillMode' "$work/units/strandlined.service")"

# What QEMU calls, and services usually do not: its -sandbox does not exist where
# the first is forbidden, and a snapshot with memory fails without the second.
expand() {
  local word
  for word; do
    case $word in
    @*)
      # shellcheck disable=SC2046
      expand $(systemd-analyze --no-pager syscall-filter "$word" | sed '1d; s/#.*//')
      ;;
    *) echo "$word" ;;
    esac
  done
}
# shellcheck disable=SC2046
expand $(sed -n 's/^SystemCallFilter=//p' "$work/units/strandlined.service") \
  >"$work/allowed"
for call in seccomp userfaultfd setresuid prctl; do
  grep -qx "$call" "$work/allowed" || fail "the unit forbids $call()"
done
refused "" grep -qx reboot "$work/allowed"

# Started by its first client, on the sockets that systemd holds.
mkdir -p "$work/run"
activate() {
  command systemd-socket-activate "$@" \
    --setenv=LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" \
    --setenv=ASAN_OPTIONS="$ASAN_OPTIONS" \
    --setenv=STRANDLINE_SCHEMAS="${STRANDLINE_SCHEMAS:-}" \
    "$(command -v strandlined)" --config "$work/daemon.conf" --verbose \
    >"$work/daemon.log" 2>&1 </dev/null &
  daemon_pid=$!
}
activate --listen="$socket"
wait_for [ -S "$socket" ]
assert_equal "test" \
  "$(genuine_virsh test+unix:///default list --name | tr -d '\n')"
stop_daemon

# Those of the network as their units name them; the settings, which have neither
# port nor --listen, say who is let in.
names_of() {
  sed -n 's/^FileDescriptorName=//p' "$work/units/strandlined-$1.socket"
}
assert_equal "tls tcp" "$(names_of tls) $(names_of tcp)"
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
cat >>"$work/daemon.conf" <<CONF
auth_tcp = "none"
ca_file = "$work/pki/ca.pem"
cert_file = "$work/pki/server/servercert.pem"
key_file = "$work/pki/server/serverkey.pem"
CONF
# Free a moment ago: the two of one call are not the same.
read -r tls tcp < <(/usr/bin/python3 -c 'import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in held))')
listens() {
  [ "$(grep -c 'Listening on' "$work/daemon.log")" -eq 3 ]
}
rm -f "$socket"
activate --listen="127.0.0.1:$tls" --listen="127.0.0.1:$tcp" \
  --listen="$socket" --fdname="$(names_of tls):$(names_of tcp):rw"
wait_for listens
over() {
  command virsh -q -c "$1" list --name </dev/null | tr -d '\n'
}
assert_equal "test" \
  "$(over "test+tls://localhost:$tls/default?pkipath=$work/pki/alice")"
assert_equal "test" "$(over "test+tcp://127.0.0.1:$tcp/default")"
assert_equal "test" "$(over "$(daemon_uri test+unix:///default)")"
refused "" over "test+tls://localhost:$tls/default?pkipath=$work/pki/foreign"
# Its certificates are read again, though --listen was not said.
kill -HUP "$daemon_pid"
wait_for grep -q 'certificates are read again' "$work/daemon.log"
mv "$work/pki/server" "$work/pki/gone"
kill -HUP "$daemon_pid"
wait_for grep -q 'certificates stay as they were' "$work/daemon.log"
stop_daemon
