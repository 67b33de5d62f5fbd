#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a program beside a genuine libvirtd of its own, which ends with it.
# usage: beside_libvirtd.sh PROGRAM...
set -euo pipefail
here=$(dirname "$0")
if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP a libvirtd of its own needs root"
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$here/../bench/private_libvirtd.sh" "$folder" "$@" </dev/null
