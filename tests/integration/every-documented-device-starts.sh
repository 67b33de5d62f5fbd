#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Machines with one of nearly everything that docs/format/domain.md accepts are
# started by a real QEMU; what running adds is shown and stays out of the
# definition, and a PCI address is where the guest finds the device.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

folder="$work/a b, c=%d"
mkdir "$folder"
for name in vda vdb sda sdb hda; do
  qemu-img create -q -f qcow2 "$folder/$name" 8M
done
qemu-img create -q -f qcow2 -b "$folder/vda" -F qcow2 "$folder/top"
truncate -s 4M "$folder/cd.iso"

# TARGET BUS [DRIVER-OPTION...]
disk() {
  local target=$1 bus=$2
  shift 2
  cat <<XML
<disk type='file'><driver name='qemu' type='qcow2' $*/>
  <source file='$folder/$target'/><target dev='$target' bus='$bus'/></disk>
XML
}

cat >"$work/pc.xml" <<XML
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>pc, all=%s</name>
  <metadata><note xmlns='urn:example'>kept</note></metadata>
  <memory unit='MiB'>64</memory><vcpu>2</vcpu><iothreads>2</iothreads>
  <os><type machine='pc'>hvm</type><bootmenu enable='yes' timeout='10'/></os>
  <features><acpi/><apic/><pae/><vmport state='off'/></features>
  <cpu><model>qemu64</model><topology sockets='1' cores='2' threads='1'/>
    <feature policy='disable' name='svm'/></cpu>
  <clock offset='localtime'><timer name='rtc' tickpolicy='catchup'/>
    <timer name='hpet' present='no'/></clock>
  <on_reboot>destroy</on_reboot>
  <pm><suspend-to-mem enabled='no'/></pm>
  <devices>
    <disk type='file'>
      <driver name='qemu' type='qcow2' cache='writeback' io='threads'
              discard='unmap' detect_zeroes='unmap' error_policy='stop'
              iothread='1'/>
      <source file='$folder/top'/>
      <backingStore type='file'><format type='qcow2'/>
        <source file='$folder/vda'/><backingStore/></backingStore>
      <target dev='vda' bus='virtio'/>
      <serial>A-1 b</serial><boot order='1'/>
    </disk>
    $(disk vdb virtio "cache='unsafe'")
    $(disk sda scsi) $(disk sdb sata) $(disk hda ide)
    <disk type='file' device='cdrom'><source file='$folder/cd.iso'/>
      <target dev='hdb' bus='ide'/></disk>
    <disk type='file' device='cdrom'><target dev='sdc' bus='sata'/></disk>
    <controller type='scsi' index='0'><driver iothread='2'/></controller>
    <controller type='usb' model='ich9-ehci1'/>
    <controller type='usb' model='ich9-uhci1'><master startport='0'/>
    </controller>
    <interface type='user'><model type='virtio'/><boot order='2'/></interface>
    <interface type='user'><model type='e1000'/><link state='down'/></interface>
    <interface type='user'/>
    <serial type='pty'/>
    <serial type='file'><source path='$folder/serial' append='on'/></serial>
    <serial type='unix'><source mode='bind' path='$work/s.sock'/></serial>
    <serial type='null'/>
    <console type='pty'><target type='serial'/></console>
    <console type='pty'><target type='virtio'/></console>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <channel type='pty'><target type='virtio' name='com.example.0'/></channel>
    <input type='tablet'/><input type='keyboard' bus='virtio'/>
    <graphics type='vnc' autoport='yes' passwd='psst' keymap='de'/>
    <rng model='virtio'><rate bytes='1024'/>
      <backend model='random'>/dev/urandom</backend></rng>
    <memballoon model='virtio' autodeflate='on'/>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-name'/><qemu:arg value='again'/>
    <qemu:env name='EXAMPLE' value='a b'/>
  </qemu:commandline>
</domain>
XML

for name in vda sda; do
  cp "$folder/$name" "$folder/q$name"
done
cat >"$work/q35.xml" <<XML
<domain type='qemu'>
  <name>q35</name><memory unit='MiB'>64</memory>
  <os><type machine='q35'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file'><driver type='qcow2'/><source file='$folder/qvda'/>
      <target dev='vda'/>
      <address type='pci' bus='0x02' slot='0x00' function='0x0'/></disk>
    <disk type='file'><driver type='qcow2'/><source file='$folder/qsda'/>
      <target dev='sda' bus='sata'/></disk>
    <controller type='pci' index='1' model='pcie-root-port'>
      <target chassis='1' port='0x10'/>
      <address type='pci' bus='0' slot='0x05' function='0x0'
               multifunction='on'/></controller>
    <controller type='pci' index='2' model='pcie-root-port'>
      <target chassis='2' port='0x11'/>
      <address type='pci' bus='0' slot='0x05' function='0x1'/></controller>
    <controller type='pci' index='3' model='pcie-to-pci-bridge'>
      <address type='pci' bus='0x01' slot='0x00'/></controller>
    <interface type='user'><model type='e1000e'/>
      <address type='pci' bus='0' slot='0x09'/></interface>
    <interface type='user'><model type='rtl8139'/>
      <address type='pci' bus='0x03' slot='0x04'/></interface>
    <input type='tablet' bus='usb'/>
    <graphics type='vnc' socket='$work/vnc.sock'/>
    <video><model type='virtio' heads='1'/></video>
    <memballoon model='none'/>
  </devices>
</domain>
XML

# FILE NAME: start, show, define what is shown; the definition is unchanged.
starts_and_stays_itself() {
  local file=$1 name=$2
  strandline define "$file" >/dev/null
  strandline dumpxml "$name" >"$work/defined.xml"
  strandline start --paused "$name" >/dev/null
  strandline dumpxml "$name" >"$work/live.xml"
  strandline dumpxml --inactive "$name" >"$work/inactive.xml"
  assert_equal "$(cat "$work/defined.xml")" "$(cat "$work/inactive.xml")"
  strandline dumpxml --security-info "$name" >"$work/secure.xml"
  strandline define "$work/secure.xml" >/dev/null
  strandline dumpxml --inactive "$name" >"$work/again.xml"
  # The chain is known once the machine runs, and then stays stated.
  assert_equal "$(grep -v backingStore "$work/defined.xml")" \
    "$(grep -v backingStore "$work/again.xml")"
}

# EXPRESSION: the first group of the first line of live.xml that it matches.
shown() {
  sed -nE "s|.*$1.*|\\1|p" "$work/live.xml" | head -n1
}

starts_and_stays_itself "$work/pc.xml" "pc, all=%s"
[ -c "$(shown "tty='([^']*)'")" ] || fail "no pty is shown"
[ -S "$(shown "mode='bind' path='([^']*agent[^']*)'")" ] ||
  fail "no agent socket is shown"
port=$(shown "port='(59[0-9]+)' autoport='yes'")
[ -n "$port" ] || fail "no VNC port is shown"
assert_equal 0 "$(grep -c psst "$work/live.xml" || true)"
assert_equal 1 "$(grep -c "passwd='psst'" "$work/secure.xml")"
strandline destroy "pc, all=%s" >/dev/null

# PROPERTY of DEVICE in q35; "addr" is slot << 3 | function.
device() {
  strandline qemu-monitor-command q35 "{\"execute\":\"qom-get\",\"arguments\":
    {\"path\":\"/machine/peripheral/$1\",\"property\":\"$2\"}}" | jq -r .return
}

starts_and_stays_itself "$work/q35.xml" q35
assert_equal "$((9 << 3))" "$(device net0 addr)"
assert_equal "$((4 << 3))" "$(device net1 addr)"
assert_equal "/machine/peripheral/pci.3/pci.3" "$(device net1 parent_bus)"
assert_equal "$((5 << 3 | 1))" "$(device pci.2 addr)"
assert_equal "/machine/peripheral/pci.2/pci.2" \
  "$(device virtio-disk0 parent_bus)"
[ -S "$work/vnc.sock" ] || fail "VNC does not listen on its socket"
strandline destroy q35 >/dev/null
