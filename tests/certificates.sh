#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Certificates for tests, in folders as libvirt's pkipath= wants them:
#
#   certificates.sh FOLDER
#
#   server expired-server elsewhere     servercert.pem, serverkey.pem: of
#                                       localhost and 127.0.0.1; run out; of
#                                       another host
#   alice mallory expired foreign       clientcert.pem, clientkey.pem: two that
#   revoked wrong-use                   are sound; run out; of another CA; in
#                                       crl.pem; a server's
#   nobody                              no certificate
#
# and cacert.pem in each.
set -eu
umask 077
mkdir -p "$1"
cd "$1"

# template WORDS...: one a line, "~" for a blank.
template() {
  printf '%s\n' "$@" | tr '~' ' '
}

# authority NAME: all of one name, so that a client does not keep back what the
# server would refuse.
authority() {
  certtool --generate-privkey --key-type ecdsa --outfile "$1.key" 2>/dev/null
  certtool --generate-self-signed --load-privkey "$1.key" \
    --template <(template cn=ca ca cert_signing_key crl_signing_key \
      expiration_days=3650) --outfile "$1.pem" 2>/dev/null
}

# One key for all that are no CA: of RSA, since libvirt's clients want one for the
# encipherment of keys, and making many takes long.
certtool --generate-privkey --key-type rsa --bits 2048 --outfile key.pem \
  2>/dev/null

# sign CA FOLDER KIND TEMPLATE-WORD...
sign() {
  local ca=$1 folder=$2 kind=$3
  shift 3
  mkdir -p "$folder"
  cp ca.pem "$folder/cacert.pem"
  cp key.pem "$folder/${kind}key.pem"
  certtool --generate-certificate --load-privkey "$folder/${kind}key.pem" \
    --load-ca-certificate "$ca.pem" --load-ca-privkey "$ca.key" \
    --template <(template organization=Strandline signing_key \
      encryption_key "$@") \
    --outfile "$folder/${kind}cert.pem" 2>/dev/null
}

long=expiration_days=3650
over=(activation_date=\"2019-01-01~00:00:00~UTC\"
  expiration_date=\"2020-01-01~00:00:00~UTC\")
here=(dns_name=localhost ip_address=127.0.0.1 tls_www_server)

authority ca
authority stranger
sign ca server server cn=localhost $long "${here[@]}"
sign ca expired-server server cn=localhost "${over[@]}" "${here[@]}"
sign ca elsewhere server cn=elsewhere dns_name=elsewhere tls_www_server $long
sign ca alice client cn=alice tls_www_client $long
sign ca mallory client cn=mallory tls_www_client $long
sign ca expired client cn=alice tls_www_client "${over[@]}"
sign stranger foreign client cn=alice tls_www_client $long
sign ca revoked client cn=revoked tls_www_client $long
sign ca wrong-use client cn=alice tls_www_server $long
mkdir -p nobody
cp ca.pem nobody/cacert.pem
certtool --generate-crl --load-ca-certificate ca.pem --load-ca-privkey ca.key \
  --load-certificate revoked/clientcert.pem \
  --template <(template crl_next_update=3650) --outfile crl.pem 2>/dev/null
