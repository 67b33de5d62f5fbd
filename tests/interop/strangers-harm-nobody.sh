#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Thousands of connections, garbage, half handshakes, frames that trickle, and
# bytes recorded from somebody else's encrypted stream: the daemon serves on,
# takes no more memory for it, and ends without having lost any.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
requires saslpasswd2 -v
"$STRANDLINE_TESTS/certificates.sh" "$work/pki"
"$STRANDLINE_TESTS/passwords.sh" "$work/sasl" "DIGEST-MD5 SCRAM-SHA-256" alice
export SASL_CONF_PATH=$work/sasl
leaks=$STRANDLINE_TESTS/sasl_leaks.supp
export LSAN_OPTIONS=suppressions=$leaks:print_suppressions=0
serve_network
# Freed memory is given back at once, so that what is held can be seen.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1 start_daemon --verbose \
  --listen
tcp=$(port_of TCP)
tls=$(port_of TLS)
cat >"$work/auth.conf" <<CONF
[credentials-ours]
authname=alice
password=secret of alice
realm=$(hostname)

[auth-libvirt-127.0.0.1]
credentials=ours
CONF
export LIBVIRT_AUTH_FILE=$work/auth.conf

cat >"$work/strangers.py" <<'PY'
import os
import random
import socket
import struct
import subprocess
import sys
import threading

tcp, tls, unix, seed = (int(sys.argv[1]), int(sys.argv[2]), sys.argv[3],
                        int(sys.argv[4]))
print("seed", seed)
chance = random.Random(seed)


def reach(where):
    if where == unix:
        client = socket.socket(socket.AF_UNIX)
        client.connect(unix)
        return client
    return socket.create_connection(("127.0.0.1", where))


def frame(procedure, body=b"", kind=0, status=0, program=0x20008086):
    return struct.pack(">IIIiIII", 28 + len(body), program, 1, procedure, kind,
                       chance.randrange(1 << 32), status) + body


def nonsense():
    """A stranger's first bytes: noise, half of something, or out of order."""
    start = struct.pack(">I", 3) + b"XYZ\0" + struct.pack(">III", 0, 4, 65)
    return chance.choice([
        lambda: b"",
        lambda: os.urandom(chance.randrange(1, 300)),
        lambda: b"\x16\x03\x01" + os.urandom(chance.randrange(1, 200)),
        lambda: b"\x16\x03\x01\x02\x00\x01",
        lambda: b"\x80\x2e\x01\x03\x01" + os.urandom(46),
        lambda: frame(66)[:chance.randrange(1, 28)],
        lambda: frame(1, struct.pack(">III", 0, 0, 0)) * 3,
        lambda: frame(66) + frame(67) + frame(67) + frame(69, b"\0" * 8),
        lambda: frame(67) + frame(68, start) * 5,
        lambda: frame(68, struct.pack(">I", 0xffffffff)),
        lambda: frame(67, kind=4, body=struct.pack(">I", 32)),
        lambda: frame(66, status=2) + frame(66, kind=3, status=2),
        lambda: frame(1, program=0x6b656570, kind=2) * 50,
        lambda: struct.pack(">I", chance.randrange(1 << 32)),
    ])()


def crowd():
    for _ in range(2500):
        with reach(chance.choice([tcp, tls, unix])) as client:
            try:
                client.sendall(nonsense())
                if chance.random() < 0.2:
                    client.settimeout(0.01)
                    client.recv(1000)
            except OSError:
                pass


def relay(recorded):
    """Stands between a client and the server, and remembers what the client
    said."""
    door = socket.create_server(("127.0.0.1", 0))

    def copy(source, target, keep):
        while True:
            data = source.recv(65536)
            if keep is not None:
                keep.append(data)
            if not data:
                break
            target.sendall(data)
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve():
        inside, _ = door.accept()
        outside = reach(tcp)
        back = threading.Thread(target=copy, args=(outside, inside, None))
        back.start()
        copy(inside, outside, recorded)
        back.join()
    thread = threading.Thread(target=serve)
    thread.start()
    return door.getsockname()[1], thread


def drain(client):
    try:
        while client.recv(65536):
            pass
    except ConnectionResetError:
        pass


def replay():
    recorded = []
    port, thread = relay(recorded)
    subprocess.run(["virsh", "-q", "-c", f"test+tcp://127.0.0.1:{port}/default",
                    "suspend", "test"], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    thread.join()
    said = b"".join(recorded)
    # What it asked for was not to be read by us.
    assert b"test:///default" not in said, "the stream is not encrypted"
    # All at once, and then as a client would, call by call.
    with reach(tcp) as client:
        client.sendall(said)
        drain(client)
    replies = []
    with reach(tcp) as client:
        while said and len(replies) < 4:
            size = struct.unpack(">I", said[:4])[0]
            client.sendall(said[:size])
            said = said[size:]
            length = struct.unpack(">I", client.recv(4, socket.MSG_WAITALL))[0]
            replies.append(client.recv(length - 4, socket.MSG_WAITALL))
        # The server's challenge is another, so the answer to it is wrong.
        assert b"authentication failed" in replies[-1], replies
        assert said, "nothing came behind the login"
        client.sendall(said)
        drain(client)


# Half a frame each, for as long as the others come and go.
slow = [reach(where) for where in [tcp] * 8 + [tls] * 8]
for client in slow:
    client.sendall(b"\x16\x03" if client.getpeername()[1] == tls
                   else frame(66)[:9])
replay()
crowd()
for client in slow:
    try:
        client.sendall(b"\x01")
    except OSError:
        pass
    client.close()
PY

resident() {
  awk '/^VmRSS/ { print $2 }' "/proc/$daemon_pid/status"
}
run_strangers() {
  timeout 100 python3 "$work/strangers.py" "$tcp" "$tls" "$socket" "$1"
}
over_tls() {
  command virsh -q -c \
    "test+tls://localhost:$tls/default?pkipath=$work/pki/alice" "$@" </dev/null
}
seed=${STRANDLINE_SEED:-$RANDOM}
run_strangers "$seed"
before=$(resident)
run_strangers "$((seed + 1))"
after=$(resident)
[ $((after - before)) -lt 20000 ] ||
  fail "from $before to $after KiB for 2500 strangers"
assert_equal "test" "$(over_tls list --name | tr -d '\n')"
assert_equal "test" "$(genuine_virsh test+unix:///default list --name |
  tr -d '\n')"
[ "$(grep -c 'refused: ' "$work/daemon.log")" -le 60 ]
stop_daemon
