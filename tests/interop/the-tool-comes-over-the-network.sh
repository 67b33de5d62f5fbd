#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool over TCP, TLS and ssh: it verifies the daemon and shows who it is, ssh
# finds our daemon's socket, and what cannot be is refused before anything starts.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires certtool --version
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
cat >>"$work/daemon.conf" <<CONF
listen_addr = "127.0.0.1"
listen_tcp = 1
auth_tcp = "none"
tcp_port = "0"
tls_port = "0"
ca_file = "$work/pki/ca.pem"
crl_file = "$work/pki/crl.pem"
cert_file = "$work/pki/server/servercert.pem"
key_file = "$work/pki/server/serverkey.pem"
CONF
start_daemon --verbose --listen
tls=$(port_of TLS)
tcp=$(port_of TCP)
over() {
  command strandline -q -c "$@" </dev/null
}
names() {
  over "$1" list --name | tr -d '\n'
}

assert_equal "test" "$(names "test+tcp://127.0.0.1:$tcp/default")"
assert_equal "test" \
  "$(names "test+tls://localhost:$tls/default?pkipath=$work/pki/alice")"
assert_equal "test" \
  "$(names "test://127.0.0.1:$tls/default?pkipath=$work/pki/alice")"

# A machine of QEMU's.
domain_xml web >"$work/web.xml"
qemu="qemu+tls://localhost:$tls/system?pkipath=$work/pki/alice"
over "$qemu" define "$work/web.xml" >"$work/said"
over "$qemu" start --paused web >"$work/said"
assert_equal "paused" "$(over "$qemu" domstate web | tr -d '\n')"
over "$qemu" destroy web >"$work/said"

# Any daemon's certificate is taken, and ours is shown as before.
assert_equal "test" \
  "$(names "test+tls://localhost:$tls/default?pkipath=$work/pki/alice&no_verify=1")"

# Whom we do not know, and who does not want us.
mkdir "$work/stranger"
cp "$work/pki/alice/"client*.pem "$work/stranger"
cp "$work/pki/stranger.pem" "$work/stranger/cacert.pem"
refused "cannot open 'test+tls://localhost:$tls" \
  over "test+tls://localhost:$tls/default?pkipath=$work/stranger&no_sanity=1" \
  list
assert_equal "test" "$(names \
  "test+tls://localhost:$tls/default?pkipath=$work/stranger&no_verify=1&no_sanity=1")"
refused "cannot open" \
  over "test+tls://localhost:$tls/default?pkipath=$work/pki/nobody" list
refused "cannot open" over \
  "test+tls://localhost:$tls/default?pkipath=$work/pki/revoked" list
refused "expired" over \
  "test+tls://localhost:$tls/default?pkipath=$work/pki/expired" list
refused "cannot open" over "test+tls://localhost:$tcp/default?no_verify=1" list

# An ssh that is none: it writes down its words and runs the last one here, with
# a netcat of our own, since there need be none.
mkdir "$work/bin"
cat >"$work/bin/ssh" <<SH
#!/bin/sh
printf '%s\n' "\$@" >"$work/words"
for last in "\$@"; do :; done
eval "exec \$last"
SH
cp "$STRANDLINE_TESTS/interop/nc.py" "$work/bin/nc"
chmod +x "$work/bin/ssh"
PATH=$work/bin:$PATH
assert_equal "test" \
  "$(names "test+ssh://me@far:2222/default?socket=$socket&no_tty=1")"
assert_equal "-p 2222 -l me -T -e none -o BatchMode=yes -- far" \
  "$(sed '$d' "$work/words" | tr '\n' ' ' | sed 's/ $//')"
over "qemu+ssh://far/system?socket=$socket" dominfo web >"$work/said"
grep -q "web" "$work/said"
refused "no daemon has a socket" over \
  "qemu+ssh://far/system?proxy=netcat&mode=direct" list

# Any other program that carries bytes.
cat >"$work/bin/carry" <<SH
#!/bin/sh
exec "$work/bin/nc" -U "$socket"
SH
chmod +x "$work/bin/carry"
assert_equal "test" "$(names "test+ext:///default?command=$work/bin/carry")"

# Words that would be options, and what is of another transport.
rm "$work/words"
refused "begins with '-'" over "qemu+ssh://-oProxyCommand=x/system" list
refused "begins with '-'" over "qemu+ssh://-oProxyCommand=x@far/system" list
refused "the option 'pkipath' is of another transport" \
  over "qemu+ssh://far/system?pkipath=/x" list
[ ! -e "$work/words" ]
stop_daemon
