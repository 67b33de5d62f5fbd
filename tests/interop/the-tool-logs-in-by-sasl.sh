#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool proves by a password who it is, to our daemon and to a genuine
# libvirtd: over TCP, where all that follows is encrypted, over TLS and a Unix
# socket; by libvirt's auth.conf, or by what is typed at the terminal.  A wrong
# password, nobody to ask and no mechanism are told apart.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires saslpasswd2 -v
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
"$STRANDLINE_TESTS/passwords.sh" "$work/sasl" "DIGEST-MD5 SCRAM-SHA-256" alice
export SASL_CONF_PATH=$work/sasl
realm=$(hostname)
leaks=$STRANDLINE_TESTS/sasl_leaks.supp
export LSAN_OPTIONS=suppressions=$leaks:print_suppressions=0
export XDG_CONFIG_HOME=$work/config
unset LIBVIRT_AUTH_FILE

serve_network
cat >>"$work/daemon.conf" <<CONF
auth_unix_rw = "sasl"
auth_tls = "sasl"
CONF
start_daemon --verbose --listen

# credentials FILE NAME PASSWORD
credentials() {
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<CONF
[credentials-ours]
authname=$2
password=$3
realm=$realm

[auth-libvirt-default]
credentials=ours
CONF
}
tcp="test+tcp://127.0.0.1:$(port_of TCP)/default"
tls="test+tls://localhost:$(port_of TLS)/default?pkipath=$work/pki/alice"
unix="test+unix:///default?socket=$socket"
with() {
  local to=$1
  shift
  # Of no terminal: there is nobody to ask.
  setsid -w strandline -c "$to" "$@" </dev/null
}

# By each way and by each file.
credentials "$work/auth.conf" alice "secret of alice"
for to in "$tcp" "$tls" "$unix"; do
  assert_equal "test" \
    "$(LIBVIRT_AUTH_FILE=$work/auth.conf with "$to" list --name | tr -d '\n')"
done
assert_equal "test" \
  "$(with "$tcp?authfile=$work/auth.conf" list --name | tr -d '\n')"
credentials "$work/config/libvirt/auth.conf" alice "secret of alice"
assert_equal "test" "$(with "$tcp" list --name | tr -d '\n')"
rm -r "$work/config"

# More than a layer's buffer, both ways.
domain_xml big | python3 -c '
import sys
print(sys.stdin.read().replace("</name>", "</name><description>" +
                               "0123456789" * 6553 + "</description>"))
' >"$work/big.xml"
big="qemu+tcp://127.0.0.1:$(port_of TCP)/system?authfile=$work/auth.conf"
with "$big" define "$work/big.xml" >/dev/null
with "$big" dumpxml big >"$work/told.xml"
[ "$(grep -o 0123456789 "$work/told.xml" | wc -l)" -eq 6553 ]
with "$big" undefine big >/dev/null

# What is refused, and why.
refused "auth.conf" with "$tcp" list
credentials "$work/wrong.conf" alice "a guess"
refused "authentication failed" with "$tcp?authfile=$work/wrong.conf" list
refused "no.conf" with "$tcp?authfile=$work/no.conf" list
printf 'alice: secret\n' >"$work/odd.conf"
refused "not written as in" with "$tcp?authfile=$work/odd.conf" list

# Asked at the terminal, where the password is not shown.
cat >"$work/type.py" <<'PY'
import os
import pty
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b""
answers = [sys.argv[1], sys.argv[2]]
while True:
    try:
        part = os.read(terminal, 1024)
    except OSError:
        break
    if not part:
        break
    seen += part
    if part.rstrip(b" ").endswith(b":") and answers:
        os.write(terminal, answers.pop(0).encode() + b"\n")
sys.stdout.write(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
program=${STRANDLINE_BUILD:?}/src/cli/strandline
python3 "$work/type.py" alice "secret of alice" "$program" -c "$tls" \
  list --name >"$work/seen" || fail "$(cat "$work/seen")"
grep -q '^test' "$work/seen"
if grep -q 'secret of' "$work/seen"; then
  fail "the password is shown"
fi
if python3 "$work/type.py" alice "a guess" "$program" -c "$tls" list \
  >"$work/seen"; then
  fail "a wrong password was taken"
fi
grep -q 'authentication failed' "$work/seen"
stop_daemon
