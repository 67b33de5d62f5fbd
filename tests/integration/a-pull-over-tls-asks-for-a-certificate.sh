#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A pull over TLS is read by who shows a certificate of the CA, and by nobody
# else; without the server's certificates, or with unsound ones, nothing begins.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

requires certtool --version
requires nbdcopy --version
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
# As libvirt's qemu.conf wants them.
server_folder() {
  mkdir "$work/$1"
  cp "$work/pki/ca.pem" "$work/$1/ca-cert.pem"
  cp "$work/pki/$2/servercert.pem" "$work/$1/server-cert.pem"
  cp "$work/pki/$2/serverkey.pem" "$work/$1/server-key.pem"
}
client_folder() {
  mkdir "$work/$1"
  cp "$work/pki/ca.pem" "$work/$1/ca-cert.pem"
  cp "$work/pki/$1/clientcert.pem" "$work/$1/client-cert.pem"
  cp "$work/pki/$1/clientkey.pem" "$work/$1/client-key.pem"
}
server_folder sound server
server_folder expired-server expired-server
client_folder alice
client_folder foreign
chmod 0600 "$work/sound/server-key.pem"
uri+="&backup_tls_x509_cert_dir=$work/sound"
make_disk vda 8M
start_vm --paused web vda
guest_write web vda 0x11 0 64k
cat >"$work/c1.xml" <<XML
<domaincheckpoint><name>c1</name></domaincheckpoint>
XML
cat >"$work/tcp.xml" <<XML
<domainbackup mode='pull'>
  <server transport='tcp' name='localhost' tls='yes'/>
</domainbackup>
XML

strandline backup-begin web "$work/tcp.xml" "$work/c1.xml"
strandline backup-dumpxml web >"$work/shown"
grep -q "tls='yes'" "$work/shown"
port=$(sed -n "s/.*port='\([0-9]*\)'.*/\1/p" "$work/shown")
read_as() {
  nbdcopy "nbds://localhost:$port/vda?tls-certificates=$work/$1" \
    "$work/copy.raw"
}
read_as alice
assert_same_disk web vda "$work/copy.raw"
refused "" read_as foreign
refused "TLS" nbdinfo --size "nbd://localhost:$port/vda"
# The copies that QEMU was given are gone, and so is everything at the end.
vm_folder=$(vm_folder web)
[ ! -e "$vm_folder/tls" ]
strandline backup-end web
assert_equal "c1" "$(strandline checkpoint-list web --name | tr -d '\n')"
[ ! -e "$vm_folder/check.sock" ]
assert_equal "" "$(strandline qemu-monitor-command web \
  '{"execute":"qom-list","arguments":{"path":"/objects"}}' |
  grep -o 'sl-j[0-9]*-tls' || :)"

# The same on a Unix socket, of what changed, and of that alone.
guest_write web vda 0x22 1M 64k
cat >"$work/unix.xml" <<XML
<domainbackup mode='pull'><incremental>c1</incremental>
  <server transport='unix' socket='$work/sock' tls='yes'/></domainbackup>
XML
sed "s|</domain|<disks><disk name='vda' expose='dirty'/></disks>&|" \
  "$work/unix.xml" >"$work/dirty.xml"
for document in unix dirty unix; do
  strandline backup-begin web "$work/$document.xml"
  assert_equal "1048576+65536" "$(dirty_extents \
    "nbds+unix:///vda?socket=$work/sock&tls-certificates=$work/alice&tls-hostname=localhost" \
    backup-vda)"
  refused "TLS" nbdinfo --size "nbd+unix:///vda?socket=$work/sock"
  strandline backup-end web
done

# What cannot be is refused before anything has begun.
refuse_begin() {
  local folder=$1 text=$2
  uri=${uri%cert_dir=*}cert_dir=$work/$folder
  refused "$text" strandline backup-begin web "$work/tcp.xml" "$work/c2.xml"
  assert_equal "c1" "$(strandline checkpoint-list web --name | tr -d '\n')"
  assert_equal "0" "$(strandline job-list web | awk '/^ [0-9]/ {print $1}' |
    tr -d '\n')"
  [ ! -e "$vm_folder/tls" ]
}
sed s/c1/c2/ "$work/c1.xml" >"$work/c2.xml"
refuse_begin nowhere "cannot read '$work/nowhere/ca-cert.pem': No such file"
refuse_begin expired-server "expired"
mkdir "$work/empty"
cp "$work/sound/ca-cert.pem" "$work/empty"
: >"$work/empty/server-cert.pem"
refuse_begin empty "'$work/empty/server-cert.pem' is no certificate or key"
rm "$work/empty/server-cert.pem"
mkfifo "$work/empty/server-cert.pem"
refuse_begin empty "is no file"

# Whoever dies while it begins: the next call undoes it, and no key is left.
uri=${uri%cert_dir=*}cert_dir=$work/sound
fault_at "count:$work/points" strandline backup-begin web "$work/unix.xml"
strandline backup-end web
mapfile -t at < <(grep -n certificate "$work/points" | cut -d: -f1)
[ "${#at[@]}" -ge 2 ]
for number in "${at[@]}" $((at[-1] + 1)); do
  fault_at "kill:$number" strandline backup-begin web "$work/unix.xml" \
    >"$work/said" 2>&1 && fail "it survived point $number"
  strandline job-list web >"$work/said"
  [ ! -e "$vm_folder/tls" ]
  grep -q Backup "$work/said" && fail "a backup of the dead is left"
done
for number in "${at[@]}"; do
  fault_at "fail:$number" strandline backup-begin web "$work/unix.xml" \
    >"$work/said" 2>&1 && strandline backup-end web
done
strandline backup-begin web "$work/unix.xml"
rm "$work/points"
fault_at "count:$work/points" strandline backup-end web
mapfile -t at < <(grep -nE 'listen|nbd-server|object-del' "$work/points" |
  cut -d: -f1)
[ "${#at[@]}" -ge 4 ]
# And whoever dies about the exchange of servers: it has ended, or can be.
for number in $((at[0] - 1)) "${at[@]}" $((at[-1] + 1)); do
  strandline backup-begin web "$work/unix.xml" >/dev/null
  fault_at "kill:$number" strandline backup-end web >"$work/said" 2>&1 || :
  strandline job-list web >"$work/said"
  if grep -q Backup "$work/said"; then
    strandline backup-end web
  fi
  [ ! -e "$vm_folder/tls" ]
  [ ! -e "$work/sock" ]
done
strandline backup-begin web "$work/unix.xml"
strandline backup-end web
strandline destroy web

# A QEMU of another user reads what only root may, and nothing stays its own.
if [ "$(id -u)" = 0 ]; then
  chmod 0711 "$work"
  uri="qemu:///embed?root=$work/other&user=nobody"
  uri+="&backup_tls_x509_cert_dir=$work/sound"
  strandline define "$work/web.xml"
  strandline start --paused web
  strandline backup-begin web "$work/tcp.xml"
  port=$(strandline backup-dumpxml web | sed -n "s/.*port='\([0-9]*\)'.*/\1/p")
  rm "$work/copy.raw"
  read_as alice
  qemu-img compare -U -q -f raw -F qcow2 "$work/copy.raw" "$work/vda.qcow2"
  [ -z "$(find "$work/other" -name '*.pem')" ]
  strandline backup-end web
  strandline destroy web
fi
