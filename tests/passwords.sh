#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Passwords for tests, as SASL_CONF_PATH=FOLDER finds them:
#
#   passwords.sh FOLDER "MECHANISM..." NAME...
#
# "secret of NAME" is each one's.
set -eu
umask 077
folder=$1 mechanisms=$2
shift 2
mkdir -p "$folder"
cat >"$folder/libvirt.conf" <<CONF
mech_list: $mechanisms
auxprop_plugin: sasldb
sasldb_path: $folder/sasldb
CONF
for name; do
  echo "secret of $name" |
    saslpasswd2 -p -c -a libvirt -u "$(hostname)" -f "$folder/sasldb" "$name"
done
