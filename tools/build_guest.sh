#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes a small bootable guest from Debian packages, in BUILD/guest/.
#
#   vmlinuz      Debian's cloud kernel
#   initramfs    busybox and the virtio modules: mounts the first virtio disk
#   root.qcow2   an ext4 file system: busybox, the guest agent, tools/guest/
#
# Packages are downloaded and unpacked there, never installed; nothing needs
# root (mke2fs -d fills the file system without mounting it).  What was built
# is used again until this recipe changes.  Prints the folder's name.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-${STRANDLINE_BUILD:-$top/build}}
mkdir -p "$build"
guest=$(cd "$build" && pwd)/guest
modules=(virtio/virtio_ring virtio/virtio virtio/virtio_pci_legacy_dev
  virtio/virtio_pci_modern_dev virtio/virtio_pci block/virtio_blk
  char/virtio_console acpi/button input/evdev)
size=256M

recipe=$(cat "$0" "$top"/tools/guest/* | sha256sum)
mkdir -p "$guest"
exec 9>"$guest/lock"
flock 9 # two tests may want the guest at once
if [ "$(cat "$guest/recipe" 2>/dev/null)" = "$recipe" ]; then
  echo "$guest"
  exit
fi
find "$guest" -mindepth 1 ! -name lock ! -name debs ! -path '*/debs/*' -delete
mkdir -p "$guest"/{debs,unpacked,initramfs/{bin,dev,root,modules},root}
trap 'rm -rf "$guest"/{unpacked,initramfs,root,root.raw}' EXIT

apt=(apt-get -q -o APT::Sandbox::User=root)
download() {
  (cd "$guest/debs" && "${apt[@]}" download "$@" >&2)
}
# The kernel's package has the version in its name; a meta package knows it.
kernel_package() {
  apt-cache "${apt[@]:2}" depends linux-image-cloud-amd64 2>/dev/null |
    awk '/Depends: linux-image-[0-9]/ { print $2; exit }'
}

if ! ls "$guest"/debs/linux-image-[0-9]*.deb "$guest"/debs/qemu-guest-agent*.deb \
  >/dev/null 2>&1; then
  echo "guest: downloading a kernel and the guest agent from Debian" >&2
  if ! package=$(kernel_package) || [ -z "$package" ] ||
    ! download "$package" qemu-guest-agent; then
    # The machine's package lists are missing or old: use lists of our own.
    mkdir -p "$guest/debs/lists/partial"
    apt+=(-o "Dir::State::Lists=$guest/debs/lists")
    "${apt[@]}" update >&2
    package=$(kernel_package)
    download "$package" qemu-guest-agent
  fi
fi
for deb in "$guest"/debs/*.deb; do
  dpkg -x "$deb" "$guest/unpacked"
done

install -m 644 "$guest"/unpacked/boot/vmlinuz-* "$guest/vmlinuz"
install -m 755 /bin/busybox "$guest/initramfs/bin/"
for module in "${modules[@]}"; do
  file=$(find "$guest"/unpacked/lib/modules/*/kernel/drivers/"${module%/*}" \
    -name "${module##*/}.ko*" | head -n1)
  case $file in
  *.xz) xz -dc "$file" ;;
  *.zst) zstd -qdc "$file" ;;
  *) cat "$file" ;;
  esac >"$guest/initramfs/modules/${module##*/}.ko"
  echo "${module##*/}.ko" >>"$guest/initramfs/modules/order"
done
install -m 755 "$top/tools/guest/initramfs_init" "$guest/initramfs/init"
(cd "$guest/initramfs" && find . | cpio --quiet -o -H newc -R 0:0 |
  gzip -1 >"$guest/initramfs.new")
mv "$guest/initramfs.new" "$guest/initrd"

root=$guest/root
mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc/acpi/PWRF,proc,sys,dev,run,tmp} \
  "$root"/{var/log,data}
install -m 755 /bin/busybox "$root/bin/"
for applet in $(/bin/busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
rm -f "$root"/bin/{init,shutdown}
install -m 755 "$top/tools/guest/root_init" "$root/sbin/init"
install -m 755 "$top/tools/guest/shutdown" "$root/sbin/shutdown"
ln -s /sbin/shutdown "$root/etc/acpi/PWRF/00000080"
ln -s /proc/mounts "$root/etc/mtab"
echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
install -m 755 "$guest/unpacked/usr/sbin/qemu-ga" "$root/usr/sbin/"
# The machine's own copies of the agent's libraries: QEMU needs the same ones.
ldd "$root/usr/sbin/qemu-ga" | grep -o '/[^ ]*' | while read -r library; do
  install -D -m 755 "$library" "$root$library"
done
# No lazy initialisation: it would write to the disk in the background, and
# incremental backups would hold that instead of what the guest wrote.
mke2fs -q -t ext4 -L strandline \
  -E root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0 \
  -d "$root" "$guest/root.raw" $size >/dev/null
qemu-img convert -f raw -O qcow2 -o compat=1.1 "$guest/root.raw" \
  "$guest/root.qcow2"
echo "$recipe" >"$guest/recipe"
echo "$guest"
