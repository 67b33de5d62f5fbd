#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A second daemon on the same sockets is refused and the first goes on; a dead
# one's sockets are taken over; wrong settings are refused with their line; it
# takes sockets that systemd hands over, says when it is ready, and ends when
# nobody has come for a while.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
start_daemon --verbose --pid-file "$work/pid"
assert_equal "$daemon_pid" "$(cat "$work/pid")"
refused "another daemon may be running" \
  strandlined --config "$work/daemon.conf"
refused "is held by another daemon" \
  strandlined --config "$work/daemon.conf" --pid-file "$work/pid"
assert_equal "test" "$(genuine_virsh test+unix:///default list --name |
  tr -d '\n')"

# How it is; who asks is the one client.
status=$(command strandline -c "$(daemon_uri qemu:///system)" daemon-status)
grep -q "^Process: *$daemon_pid\$" <<<"$status"
grep -q "^Clients: *1 of 5000\$" <<<"$status"
refused "has no such function" strandline daemon-status

# Killed, it leaves its sockets and its pid file behind.
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null || :
[ -S "$socket" ]
start_daemon --verbose --pid-file "$work/pid"
assert_equal "test" "$(genuine_virsh test+unix:///default list --name |
  tr -d '\n')"
stop_daemon
[ ! -e "$work/pid" ]

printf 'max_clients = 3\nmax_clints = 4\n' >"$work/wrong.conf"
refused "wrong.conf:2: 'max_clints' is no setting" \
  strandlined --config "$work/wrong.conf"
printf 'ca_file = "/nowhere/ca.pem"\n' >>"$work/daemon.conf"
refused "cannot read the CA's certificate '/nowhere/ca.pem'" \
  strandlined --config "$work/daemon.conf" --listen
refused "'more' is not expected" strandlined more

# As systemd starts it: a listening socket on 3, a socket to say READY to.
cat >"$work/as_systemd.py" <<'PY'
import os
import socket
import sys

path, notify, *command = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX)
listening.bind(path)
listening.listen()
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.bind(notify)
told.settimeout(100)
child = os.fork()
if child == 0:
    os.dup2(listening.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1",
                      NOTIFY_SOCKET=notify)
    os.execvp(command[0], command)
print(told.recv(100).decode(), flush=True)
client = socket.socket(socket.AF_UNIX)
client.connect(path)
client.sendall(bytes.fromhex("0000001c2000808600000001000000420000000000000000"
                             "00000000"))
print(client.recv(100).hex(), flush=True)
client.close()
print(told.recv(100).decode(), flush=True)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PY
said=$(python3 "$work/as_systemd.py" "$work/handed" "$work/notify" \
  strandlined --config "$work/daemon.conf" --timeout 1)
assert_equal "READY=1
000000242000808600000001000000420000000100000000000000000000000100000000
STOPPING=1" "$said"
