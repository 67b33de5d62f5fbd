#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Machines as Debian's virt-install writes them for a genuine libvirtd, by
# default and for six operating systems: each starts under strandlined, or is
# refused in one line that names what is to change.
# private_libvirtd.sh runs this.
set -Eeuo pipefail
trap 'echo "not ok - line $LINENO: $BASH_COMMAND"' ERR
folder=$(mktemp -d)
daemon=
finish() {
  [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :
  rm -rf "$folder"
}
trap finish EXIT
if ! command -v virt-install >/dev/null; then
  echo "1..0 # SKIP needs virt-install"
  exit 0
fi
cat >"$folder/conf" <<CONF
unix_sock_dir = "$folder/run"
state_root = "$folder/root"
user = "nobody"
networks = [ "default:virbr0" ]
CONF
strandlined --config "$folder/conf" --verbose >"$folder/log" 2>&1 </dev/null &
daemon=$!
until grep -q serves "$folder/log"; do
  kill -0 "$daemon"
  sleep 0.05
done
ours() {
  virsh -q -c "qemu:///system?socket=$folder/run/strandline-sock" "$@" </dev/null
}
number=0
said() {
  number=$((number + 1))
  echo "ok $number - $1"
}
# The command fails with one line that says what stands in its first word.
refused() {
  local text=$1 message
  shift
  message=$(ours "$@" 2>&1 >/dev/null) && return 1
  message=$(grep -v '^error: Failed to' <<<"$message" | sed '/^$/d')
  [ "$(wc -l <<<"$message")" = 1 ]
  case $message in
  *"$text"*) ;;
  *)
    echo "# $message"
    return 1
    ;;
  esac
}
# $1: the machine; $2: what it is refused for, or nothing; the rest is for
# virt-install.
try() {
  local os=$1 why=$2
  shift 2
  qemu-img create -q -f qcow2 "$folder/$os.qcow2" 64M
  virt-install --connect qemu:///system --virt-type qemu --name "$os" \
    --osinfo "$os" --memory 128 --disk "$folder/$os.qcow2" \
    --network network=default --import --print-xml --dry-run "$@" \
    >"$folder/$os.xml" 2>"$folder/$os.log" </dev/null
  if [ -n "$why" ]; then
    refused "$why" define "$folder/$os.xml"
    said "$os is refused for $why"
    return
  fi
  ours define "$folder/$os.xml"
  refused "'virbr0'" start --paused "$os"
  # Without the host's bridge, which is nobody's to make here.
  sed -i -e 's/<interface type="network">/<interface type="user">/' \
    -e '/<source network=/d' "$folder/$os.xml"
  ours undefine "$os"
  ours define "$folder/$os.xml"
  ours start --paused "$os"
  [ "$(ours domstate "$os" | head -n 1)" = paused ]
  ours destroy "$os"
  said "$os starts"
}

# Unmodified virt-install, connected to us: it asks what this host can do, and
# starts and defines what it made of the answers.  Its --disk wants a storage
# driver, so the disk is written by --xml.
connected() {
  local name=$1 os=$2
  shift 2
  qemu-img create -q -f qcow2 "$folder/$name.qcow2" 64M
  virt-install --connect "qemu+unix:///system?socket=$folder/run/strandline-sock" \
    --virt-type qemu --name "$name" --osinfo "$os" --memory 128 --disk none \
    --xml ./devices/disk/@type=file \
    --xml ./devices/disk/driver/@type=qcow2 \
    --xml "./devices/disk/source/@file=$folder/$name.qcow2" \
    --xml ./devices/disk/target/@dev=vda \
    --xml ./devices/disk/target/@bus=virtio \
    --network user --graphics vnc --import --noautoconsole "$@" \
    >"$folder/$name.log" 2>&1 </dev/null || {
    sed 's/^/# /' "$folder/$name.log"
    return 1
  }
  [ "$(ours domstate "$name")" = running ]
}

echo 1..8
try debian11 '' --graphics vnc
try fedora36 '' --graphics vnc
try ubuntu22.04 '' --graphics none
try linux2020 '' --graphics vnc
try win10 '<hyperv>' --graphics vnc
try win2k19 '<hyperv>' --graphics vnc --boot uefi
connected plain debian11
ours domblklist plain | grep plain.qcow2 >/dev/null
ours destroy plain
said 'virt-install starts a machine by the daemon'
connected uefi debian11 --boot uefi
ours dumpxml uefi --inactive | grep "<os firmware='efi'>" >/dev/null
ours dumpxml uefi | grep "<loader readonly='yes'.*OVMF_CODE" >/dev/null
ours destroy uefi
refused 'UEFI variables' undefine uefi
ours undefine uefi --nvram
said 'virt-install starts one with UEFI'
