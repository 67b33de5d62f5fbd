#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A QEMU that may make no tap gets one, on the bridge that its definition or its
# network names; with it nothing is left on the host.  In a network of the test's
# own, which the host's does not see.
if [ "${1:-}" != --inside ]; then
  if [ "$(id -u)" != 0 ] || ! unshare --net true; then
    exit 77
  fi
  exec unshare --net "$0" --inside
fi
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

requires ip -V
chmod 0711 "$work"
uri="qemu:///embed?root=$root&user=nobody&networks=default:br1"
ip link add br0 type bridge
ip link add br1 mtu 1400 type bridge
ip link set br0 up
ip link set br1 up
ip tuntap add dev ours mode tap
before=$(ip -o link | wc -l)

make_disk vda 1M
domain_xml web vda >"$work/web.xml"
add_interface() {
  sed -i "s|  </devices>|    <interface $1/></interface>\n&|" "$work/web.xml"
}
add_interface "type='bridge'><mac address='52:54:00:aa:bb:01'/><source bridge='br0'"
add_interface "type='network'><mac address='52:54:00:aa:bb:02'/><source network='default'"
add_interface "type='ethernet'><mac address='52:54:00:aa:bb:03'/><target dev='ours' managed='no'"
strandline define "$work/web.xml"

# ports BRIDGE: its taps, with address and size.
ports() {
  ip -o link show master "$1" |
    sed -n 's/^[0-9]*: \(vnet[0-9]*\): <[^>]*\bUP\b.*mtu \([0-9]*\) .*ether \([0-9a-f:]*\) .*/\2 \3/p'
}
nobody_left() {
  [ "$(ip -o link | wc -l)" = "$before" ]
}

strandline start web
machine=$(vm_pid web)
assert_equal "nobody" "$(stat -c %U "/proc/$machine")"
assert_equal "1500 fe:54:00:aa:bb:01" "$(ports br0)"
assert_equal "1400 fe:54:00:aa:bb:02" "$(ports br1)"
# The one that was there is in use by the guest now, and stays.
ip -o link show ours | contains LOWER_UP || ip link set ours up
ip -o link show ours | contains LOWER_UP
strandline qemu-monitor-command web --hmp 'info network' >"$work/said"
grep -c 'type=tap' "$work/said" | contains -x 3
strandline destroy web
wait_for nobody_left

# Whoever dies, it goes with QEMU.
fault_at "count:$work/points" strandline start web
kill -KILL "$(vm_pid web)"
wait_for nobody_left
# A start that does not come to its end leaves none: the last tap fails.
last=$(grep -nx 'file:tap' "$work/points" | tail -1 | cut -d: -f1)
refused "fault" fault_at "fail:$last" strandline start web
nobody_left

# What is not there is said by its name, and nothing is made.
ip link delete ours
refused "there is no tap 'ours'" strandline start web
ip tuntap add dev ours mode tap
ip link delete br1
refused "the bridge 'br1', which is network 'default'" strandline start web
ip link add br1 type bridge
ip link delete br0
refused "the bridge 'br0', and this host has none" strandline start web
