#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# virsh drives machines over TLS and TCP; who shows a wrong certificate, or none,
# is refused, and the log says why; SIGHUP reads certificates and lists again; a
# handshake that does not go on holds nobody up.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires certtool --version
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
printf 'allow x509:*CN=alice *\nallow * read\n' >"$work/policy"
chmod 0600 "$work/policy"
mkdir "$work/tls"
use_server() {
  cp "$work/pki/$1"/server*.pem "$work/tls"
}
use_server server
cat >>"$work/daemon.conf" <<CONF
listen_addr = "127.0.0.1"
listen_tcp = 1
auth_tcp = "none"
tcp_port = "0"
tls_port = "0"
ca_file = "$work/pki/ca.pem"
crl_file = "$work/pki/crl.pem"
cert_file = "$work/tls/servercert.pem"
key_file = "$work/tls/serverkey.pem"
tls_allowed_dn_list = [ "*CN=alice", "*CN=revoked" ]
access_drivers = [ "file" ]
access_policy = "$work/policy"
CONF
start_daemon --verbose --listen
tls=$(port_of TLS)
tcp=$(port_of TCP)

# over WHO COMMAND...: as the owner of those certificates.
more=
over() {
  local who=$1
  shift
  command virsh -q -c \
    "test+tls://localhost:$tls/default?pkipath=$work/pki/$who$more" "$@" \
    </dev/null
}
assert_equal "test" "$(over alice list --name | tr -d '\n')"
over alice suspend test

# A reader by the policy: nobody has said who comes over TCP.
over_tcp() {
  command virsh -q -c "test+tcp://127.0.0.1:$tcp/default" "$@" </dev/null
}
assert_equal "test" "$(over_tcp list --name | tr -d '\n')"
refused "access denied: virDomainSuspend needs domain:suspend" \
  over_tcp suspend test
grep -q "denied virDomainSuspend: 127.0.0.1:[0-9]*, domain 'test'" \
  "$work/daemon.log"

# is_refused WHO WHY
is_refused() {
  refused "server verification (of our certificate or IP address) failed" \
    over "$1" list
  wait_for grep -q "refused: .*$2.*: 127.0.0.1:" "$work/daemon.log"
}
# virsh would find most of it out by itself.
more='&no_sanity=1'
is_refused mallory "'O=Strandline,CN=mallory' is not one of those"
is_refused expired "expired"
is_refused foreign "issuer is unknown"
is_refused revoked "revoked"
more=
assert_equal "$(virt-pki-query-dn "$work/pki/alice/clientcert.pem")" \
  "O=Strandline,CN=alice"
# Without a certificate virsh does not even begin.
gnutls-cli --x509cafile "$work/pki/ca.pem" -p "$tls" localhost \
  </dev/null >"$work/said" 2>&1 || :
wait_for grep -q "refused: .*showed no certificate" "$work/daemon.log"

# Who begins and does not go on.
exec 7<>"/dev/tcp/127.0.0.1/$tls" 8<>"/dev/tcp/127.0.0.1/$tls"
printf '\x16\x03\x01\x02' >&7
assert_equal "test" "$(over alice list --name | tr -d '\n')"
exec 7>&- 8>&-

# A machine of QEMU's, over TLS.
over_qemu() {
  command virsh -q -c \
    "qemu+tls://localhost:$tls/system?pkipath=$work/pki/alice" "$@" </dev/null
}
domain_xml web >"$work/web.xml"
over_qemu define "$work/web.xml" >/dev/null
over_qemu start --paused web >/dev/null
assert_equal "paused" "$(over_qemu domstate web | tr -d '\n')"
over_qemu destroy web >/dev/null

# Another certificate, by SIGHUP; a wrong one changes nothing.
use_server elsewhere
kill -HUP "$daemon_pid"
is_elsewhere() {
  ! over alice list 2>"$work/said" && grep -q "elsewhere\|hostname\|name" \
    "$work/said"
}
wait_for is_elsewhere
use_server expired-server
kill -HUP "$daemon_pid"
wait_for grep -q "certificates stay as they were: .*expired" "$work/daemon.log"
use_server server
kill -HUP "$daemon_pid"
wait_for over alice list

# And the list of names, and the limits.
sed -i 's/^tls_allowed_dn_list.*/tls_allowed_dn_list = [ "*CN=mallory" ]/' \
  "$work/daemon.conf"
kill -HUP "$daemon_pid"
wait_for over mallory list
is_refused alice "'O=Strandline,CN=alice' is not one of those"
echo 'max_clients = 0' >>"$work/daemon.conf"
kill -HUP "$daemon_pid"
wait_for grep -q "stay as they were: .*'max_clients' must be" "$work/daemon.log"
over mallory list >/dev/null
stop_daemon
