#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# virsh proves by a password who it is, over TCP (where all that follows is
# encrypted), TLS and a Unix socket; a wrong password, and a name that is not on
# the list, are refused with libvirt's code, and so is a call before it.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires saslpasswd2 -v
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
"$STRANDLINE_TESTS/passwords.sh" "$work/sasl" "DIGEST-MD5 SCRAM-SHA-256" \
  alice mallory
export SASL_CONF_PATH=$work/sasl
realm=$(hostname)
leaks=$STRANDLINE_TESTS/sasl_leaks.supp
export LSAN_OPTIONS=suppressions=$leaks:print_suppressions=0

printf 'allow sasl:alice *\nallow * read\n' >"$work/policy"
chmod 0600 "$work/policy"
serve_network
cat >>"$work/daemon.conf" <<CONF
auth_unix_rw = "sasl"
auth_tls = "sasl"
sasl_allowed_username_list = [ "alice", "bob@*" ]
access_drivers = [ "file" ]
access_policy = "$work/policy"
CONF
start_daemon --verbose --listen

# credentials NAME PASSWORD
credentials() {
  cat >"$work/auth.conf" <<CONF
[credentials-ours]
authname=$1
password=$2
realm=$realm

[auth-libvirt-localhost]
credentials=ours

[auth-libvirt-127.0.0.1]
credentials=ours
CONF
}
export LIBVIRT_AUTH_FILE=$work/auth.conf
over_tcp() {
  command virsh -q -c "test+tcp://127.0.0.1:$(port_of TCP)/default" "$@" \
    </dev/null
}
over_tls() {
  command virsh -q -c \
    "test+tls://localhost:$(port_of TLS)/default?pkipath=$work/pki/alice" \
    "$@" </dev/null
}
over_unix() {
  genuine_virsh test+unix:///default "$@"
}

credentials alice "secret of alice"
for way in over_tcp over_tls over_unix; do
  assert_equal "test" "$($way list --name | tr -d '\n')"
  $way suspend test
done
# More than a layer's buffer, both ways.
over_qemu() {
  command virsh -q -c "qemu+tcp://127.0.0.1:$(port_of TCP)/system" "$@" \
    </dev/null
}
domain_xml big | python3 -c '
import sys
print(sys.stdin.read().replace("</name>", "</name><description>" +
                               "0123456789" * 6553 + "</description>"))
' >"$work/big.xml"
over_qemu define "$work/big.xml" >/dev/null
over_qemu dumpxml big >"$work/told.xml"
[ "$(grep -o 0123456789 "$work/told.xml" | wc -l)" -eq 6553 ]
over_qemu undefine big >/dev/null

credentials alice "a guess"
refused "authentication failed" over_tcp list
credentials nobody "secret of alice"
refused "authentication failed" over_tls list
credentials mallory "secret of mallory"
refused "authentication failed" over_unix list
grep -q "refused: 'mallory' is none of sasl_allowed_username_list" \
  "$work/daemon.log"

# Who says nothing of who it is gets nothing.
python3 - "$work/run/strandline-sock" <<'PY'
import socket
import struct
import sys

client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
def call(number, body=b""):
    client.sendall(struct.pack(">IIIiIII", 28 + len(body), 0x20008086, 1,
                               number, 0, 7, 0) + body)
    size = struct.unpack(">I", client.recv(4, socket.MSG_WAITALL))[0]
    reply = client.recv(size - 4, socket.MSG_WAITALL)
    return struct.unpack(">I", reply[20:24])[0], reply[24:]
def refused(text, *args):
    status, body = call(*args)
    assert status == 1 and text in body, (status, body)
assert call(66) == (0, struct.pack(">II", 1, 1))
# Open, list, and steps of what has not begun.
refused(b"authentication required", 1, struct.pack(">III", 0, 0, 0))
refused(b"authentication required", 37)
refused(b"not the next step", 69, struct.pack(">II", 1, 0))
refused(b"not the next step", 68, struct.pack(">I", 1) + b"X\0\0\0" +
        struct.pack(">II", 1, 0))
status, mechanisms = call(67)
assert status == 0 and b"SCRAM-SHA-256" in mechanisms, mechanisms
refused(b"not the next step", 67)
refused(b"not the next step", 69, struct.pack(">II", 1, 0))
refused(b"authentication failed", 68, struct.pack(">I", 4) + b"NONE" +
        struct.pack(">II", 1, 0))
refused(b"authentication required", 37)
# Three attempts, and no more.
for attempt in range(2):
    assert call(67)[0] == 0
    refused(b"authentication failed", 68, struct.pack(">I", 4) + b"NONE" +
            struct.pack(">II", 1, 0))
assert client.recv(1) == b""
PY
stop_daemon
