#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The daemon is killed at random in a loop while three machines are changed and
# backed up by libvirt-python, virsh and strandline: nothing is lost (storm.py).
#
# usage: daemon.sh KILLS        (the long one, where STRANDLINE_STRIDE is set,
#                                has twenty times as many)
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=../interop/daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires nbdcopy --version
requires /usr/bin/python3 -c 'import libvirt, libvirt_qemu'
kills=${1:?how many}
seconds=170
if [ -n "${STRANDLINE_STRIDE:-}" ]; then
  kills=$((kills * 20))
  seconds=1700
fi
for name in web1 web2 web3 guest; do
  make_disk "$name" 8M
  domain_xml "$name" "$name" >"$work/$name.xml"
done
status=0
timeout "$seconds" /usr/bin/python3 "$STRANDLINE_TESTS/torture/storm.py" \
  "$work" "$socket" "$kills" || status=$?
if [ $status -ne 0 ]; then
  grep -av virDomain "$work/daemon.log" | tail -n 30 >&2
  fail "the storm ended with $status"
fi
