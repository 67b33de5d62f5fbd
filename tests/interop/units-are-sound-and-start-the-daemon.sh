#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd understands the units and finds them well closed; a daemon that it
# starts for a client serves that client.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires systemd-analyze --version
requires systemd-socket-activate --version
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

# Started by its first client, on the socket that systemd holds.
mkdir -p "$work/run"
command systemd-socket-activate --listen="$socket" \
  --setenv=LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" \
  --setenv=ASAN_OPTIONS="$ASAN_OPTIONS" \
  --setenv=STRANDLINE_SCHEMAS="${STRANDLINE_SCHEMAS:-}" \
  "$(command -v strandlined)" --config "$work/daemon.conf" --verbose \
  >"$work/daemon.log" 2>&1 </dev/null &
daemon_pid=$!
wait_for [ -S "$socket" ]
assert_equal "test" \
  "$(genuine_virsh test+unix:///default list --name | tr -d '\n')"
stop_daemon
