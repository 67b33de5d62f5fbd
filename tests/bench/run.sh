#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The bench: our control calls and genuine libvirtd's, in one run, by turns, on
# the same QEMU binary, with two qcow2 disks of 64 MiB each.  Prints a table of
# medians and ratios; absolute times drift between machines, ratios hardly do.
#
#   STRANDLINE_BUILD=build-release run.sh
set -eu
here=$(dirname "$(readlink -f "$0")")
programs=${STRANDLINE_BUILD:-build-release}/tests/bench
ours=$programs/bench_strandline
theirs=$programs/bench_libvirt

folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT

make_disks() {
  mkdir -p "$1"
  qemu-img create -q -f qcow2 "$1/vda.qcow2" 64M
  qemu-img create -q -f qcow2 "$1/vdb.qcow2" 64M
}

make_disks "$folder/ours"
"$ours" "qemu:///embed?root=$folder/root" "$folder/ours" >"$folder/ours.txt"

if [ -x "$theirs" ] && [ "$(id -u)" = 0 ] && command -v libvirtd >/dev/null; then
  make_disks "$folder/theirs"
  bash "$here/private_libvirtd.sh" "$folder/libvirt" \
    "$theirs" qemu:///system "$folder/theirs" >"$folder/theirs.txt"
else
  echo "(no genuine libvirtd here, or not root: our figures alone)"
  : >"$folder/theirs.txt"
fi

echo "release build; two qcow2 disks of 64 MiB; milliseconds, median (p99)"
printf '%-30s %20s %20s %8s\n' call strandline libvirt ratio
while read -r call median p99 _; do
  other=$(grep "^$call " "$folder/theirs.txt" || true)
  if [ -n "$other" ]; then
    read -r _ median2 p992 _ <<<"$other"
    ratio=$(awk -v a="$median" -v b="$median2" 'BEGIN { printf "%.1f", b / a }')
    printf '%-30s %20s %20s %8s\n' "$call" "$median ($p99)" \
      "$median2 ($p992)" "${ratio}x"
  else
    printf '%-30s %20s %20s %8s\n' "$call" "$median ($p99)" - -
  fi
done <"$folder/ours.txt"
