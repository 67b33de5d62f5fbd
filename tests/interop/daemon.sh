# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A strandlined of the test's own, on the root that strandline() uses too:
#
#   start_daemon ARG...       with $work/daemon.conf (more may be added before)
#                             and --verbose among ARG, which says it is there
#   serve_network             before: TCP and TLS on free ports of this host, with
#                             the certificates in $work/pki
#   stop_daemon               SIGTERM; its end must be a clean one
#   daemon_uri URI            URI?socket= of it, as virsh takes it
#   genuine_virsh URI ARG...  Debian's virsh over that
#   port_of TLS               or TCP: where it listens for that
#   logged PROGRAM ARG...     virtnbdbackup or virtnbdrestore on it; they log to
#                             stderr, of which only a failure is worth reading
#
# What it logs is $work/daemon.log.
#
# shellcheck source=../lib.sh
: "${work:?source lib.sh first}" "${root:?}"

daemon_pid=
socket=$work/run/strandline-sock

cat >"$work/daemon.conf" <<CONF
unix_sock_dir = "$work/run"
state_root = "$root"
CONF
# A daemon of root's runs QEMU as somebody else.
if [ "$(id -u)" = 0 ]; then
  echo 'user = "nobody"' >>"$work/daemon.conf"
fi

is_listening() {
  [ -S "$socket" ] && grep -q 'strandlined .* serves' "$work/daemon.log"
}

serve_network() {
  cat >>"$work/daemon.conf" <<CONF
listen_addr = "127.0.0.1"
listen_tcp = 1
tcp_port = "0"
tls_port = "0"
ca_file = "$work/pki/ca.pem"
cert_file = "$work/pki/server/servercert.pem"
key_file = "$work/pki/server/serverkey.pem"
CONF
}

start_daemon() {
  # Here and not by the redirection alone, which comes with the new process: the
  # words of the daemon before would be taken for those of this one.
  : >"$work/daemon.log"
  command strandlined --config "$work/daemon.conf" "$@" \
    >"$work/daemon.log" 2>&1 </dev/null &
  daemon_pid=$!
  wait_for is_listening
}

stop_daemon() {
  local status=0
  kill -TERM "$daemon_pid"
  wait "$daemon_pid" || status=$?
  if [ $status -ne 0 ]; then
    cat "$work/daemon.log" >&2
    fail "the daemon ended with $status"
  fi
}

daemon_uri() {
  echo "$1?socket=${2:-$socket}"
}

genuine_virsh() {
  local to=$1
  shift
  command virsh -q -c "$(daemon_uri "$to")" "$@" </dev/null
}

port_of() {
  sed -n "s/.*listens for $1 on port //p" "$work/daemon.log"
}

logged() {
  "$@" -U "$(daemon_uri qemu:///system)" >"$work/client.log" 2>&1 \
    </dev/null || {
    cat "$work/client.log" "$work/daemon.log" >&2
    fail "it failed: $*"
  }
}
