#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What libvirt-python sees of our daemon it sees of a genuine one, too: so what
# libvirt-python-drives-machines-through-the-daemon asserts is libvirt's.
# private_libvirtd.sh runs this.
set -Eeuo pipefail
trap 'echo "not ok 1 - line $LINENO: $BASH_COMMAND"' ERR
echo 1..1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
qemu-img create -q -f qcow2 "$folder/vda.qcow2" 8M
cat >"$folder/web.xml" <<XML
<domain type='qemu'><name>web</name><memory unit='MiB'>32</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
<emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
<source file='$folder/vda.qcow2'/><target dev='vda' bus='virtio'/></disk>
<memballoon model='none'/></devices></domain>
XML
told=$(timeout 110 /usr/bin/python3 "$STRANDLINE_TESTS/interop/python_client.py" \
  qemu:///system "qemu:///system?socket=/run/libvirt/libvirt-sock-ro" "$folder")
[ "$told" = "all of it" ]
echo "ok 1 - a genuine libvirtd passes what ours does"
