#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool and a genuine libvirtd, found at its own place: what its protocol
# carries works, and what it does not is refused without asking.
# private_libvirtd.sh runs this.
set -Eeuo pipefail
trap 'echo "not ok 1 - line $LINENO: $BASH_COMMAND"' ERR
uri=test+unix:///default
echo 1..1

equal() {
  if [ "$1" != "$2" ]; then
    echo "# expected '$1', got '$2'"
    return 1
  fi
}

equal test "$(strandline -q -c $uri list --name | tr -d '\n')"
equal running "$(strandline -q -c $uri domstate test | tr -d '\n')"
# Its machine lives as long as somebody is connected: one connection for all.
equal c1 "$(strandline -q -c "$uri?socket=/run/libvirt/libvirt-sock" <<'LINES' |
checkpoint-create-as test c1
checkpoint-create-as test c2
checkpoint-delete test c2
checkpoint-list test --name
LINES
  tail -n 2 | tr -d '\n')"
strandline -q -c qemu:///system list --all >/dev/null
echo "ok 1 - the tool drives a genuine libvirtd"
