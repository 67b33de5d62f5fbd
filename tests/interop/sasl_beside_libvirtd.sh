#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool logs in to a genuine libvirtd by SASL, over its socket and over TCP,
# where all that follows is encrypted; a wrong password is refused.
# usage: sasl_beside_libvirtd.sh, which runs itself again beside one
set -Eeuo pipefail
tests=$(cd "$(dirname "$0")/.." && pwd)

if [ "${1:-}" != --inside ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "1..0 # SKIP a libvirtd of its own needs root"
    exit 0
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$tests/passwords.sh" "$work/passwords" "DIGEST-MD5 SCRAM-SHA-256" alice
  cat >"$work/settings" <<CONF
auth_unix_rw = "sasl"
listen_tls = 0
listen_tcp = 1
listen_addr = "127.0.0.1"
auth_tcp = "sasl"
CONF
  mkdir "$work/host"
  export SASL_CONF_PATH=$work/passwords LIBVIRTD_SETTINGS=$work/settings
  export LSAN_OPTIONS=suppressions=$tests/sasl_leaks.supp:print_suppressions=0
  "$tests/bench/private_libvirtd.sh" "$work/host" "$0" --inside "$work" \
    </dev/null
  exit
fi

trap 'echo "not ok 1 - line $LINENO: $BASH_COMMAND"' ERR
work=$2
echo 1..1

credentials() {
  cat >"$work/$1.conf" <<CONF
[credentials-ours]
authname=alice
password=$2
realm=$(hostname)

[auth-libvirt-default]
credentials=ours
CONF
}
credentials right "secret of alice"
credentials wrong "a guess"

for to in test+unix:///default test+tcp://127.0.0.1/default; do
  strandline -q -c "$to?authfile=$work/right.conf" list --name >"$work/said"
  grep -qx 'test' "$work/said"
  if strandline -q -c "$to?authfile=$work/wrong.conf" list \
    >"$work/said" 2>&1; then
    echo "not ok 1 - a wrong password was taken"
    exit 1
  fi
  grep -q 'authentication failed' "$work/said"
done
echo "ok 1 - the tool logs in to a genuine libvirtd"
