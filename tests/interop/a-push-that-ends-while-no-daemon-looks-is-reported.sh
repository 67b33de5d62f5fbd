#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The daemon is killed while a push is at work, and QEMU copies on and is done
# before there is another: the next one tells that it has completed, and its
# checkpoint is a base.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"
# shellcheck source=../slow_vm.sh
. "$STRANDLINE_TESTS/slow_vm.sh"

requires virsh --version
cat >"$work/finish.py" <<'PY'
"""Lets the job go on, and waits until QEMU is done with it."""
import json
import socket
import sys

monitor = socket.socket(socket.AF_UNIX)
monitor.connect(sys.argv[1])
lines = monitor.makefile("r", encoding="utf-8")


def ask(name, **arguments):
    monitor.sendall(json.dumps({"execute": name, "arguments": arguments})
                    .encode() + b"\n")
    for line in lines:
        message = json.loads(line)
        if "return" in message:
            return message["return"]
        assert "error" not in message, message
    raise EOFError


next(lines)
ask("qmp_capabilities")
[job] = ask("query-jobs")
ask("block-job-set-speed", device=job["id"], speed=0)
while ask("query-jobs")[0]["status"] != "concluded":
    pass
PY
start_slow_vm web
cat >"$work/push.xml" <<XML
<domainbackup><disks><disk name='vda' type='file'><driver type='raw'/>
  <target file='$work/full.raw'/></disk></disks></domainbackup>
XML
echo '<domaincheckpoint><name>c1</name></domaincheckpoint>' >"$work/c1.xml"
vm="genuine_virsh qemu:///system"
start_daemon --verbose
$vm backup-begin web "$work/push.xml" "$work/c1.xml" >/dev/null
$vm domjobinfo web >"$work/said"
grep -q '^Job type: *Unbounded' "$work/said"
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null || :
# QEMU serves one client at a time there.
kill "$(pgrep -P $$ -f slow_jobs.py)"
timeout 100 python3 "$work/finish.py" "$work/web.qmp"

start_daemon --verbose
$vm domjobinfo web --completed --keep-completed >"$work/said"
grep -q '^Job type: *Completed' "$work/said"
grep -q '^Operation: *Backup' "$work/said"
grep -q '^File remaining: *0.000 B' "$work/said"
$vm domjobinfo web >"$work/said"
grep -q None "$work/said"
assert_same_disk web vda "$work/full.raw" raw
sed 's|<disks>|<incremental>c1</incremental><disks>|; s/full.raw/inc.qcow2/
  s/raw/qcow2/' "$work/push.xml" >"$work/inc.xml"
guest_write web vda 0x22 0 64k
$vm backup-begin web "$work/inc.xml" >/dev/null
is_done() {
  $vm domjobinfo web | contains None
}
wait_for is_done
qemu-io -r -f qcow2 -c 'read -P 0x22 0 64k' "$work/inc.qcow2" >"$work/read"
grep -q failed "$work/read" && fail "$(cat "$work/read")"
$vm destroy web
stop_daemon
