#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An unmodified libvirt-python drives a machine, its checkpoints and backups,
# hears of them, and calls from eight threads on one connection and on eight.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

# Debian's own: another python3 may come first in PATH, without its modules.
requires /usr/bin/python3 -c 'import libvirt'
make_disk vda 8M
domain_xml web vda >"$work/web.xml"
start_daemon --verbose
assert_equal "all of it" "$(timeout 110 /usr/bin/python3 \
  "$STRANDLINE_TESTS/interop/python_client.py" "$(daemon_uri qemu:///system)" \
  "$(daemon_uri qemu:///system "$socket-ro")" "$work")"
stop_daemon
