#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool over strandlined's socket: what it does without a daemon it does
# through one, hears what happens, a reader may look only, and a daemon that goes
# is missed: by whoever waits at once, and by a shell that connects again.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

over() {
  local to=$1
  shift
  command strandline -q -c "$(daemon_uri "$to")" "$@" </dev/null
}

make_disk vda 8M
domain_xml web vda >"$work/web.xml"
start_daemon --verbose

# The memory driver behind it.
assert_equal "test" "$(over test+unix:///default list --name | tr -d '\n')"
# Its machine lives as long as somebody is connected: one connection for all.
cat >"$work/script" <<'LINES'
checkpoint-create-as test c1
checkpoint-create-as test c2
checkpoint-delete test c2
checkpoint-list test --name
LINES
assert_equal "c1" "$(command strandline -q \
  -c "$(daemon_uri test+unix:///default)" <"$work/script" |
  tail -n 2 | tr -d '\n')"
refused "nosuch" over test+unix:///default dumpxml nosuch

# What happens to machines is heard by another client; it listens when the first
# event has come through.
domain_xml other >"$work/other.xml"
env --default-signal=INT strandline -q -c "$(daemon_uri qemu:///system)" \
  event --all --loop >"$work/events" 2>&1 </dev/null &
listening=$!
is_heard() {
  grep -Eq -- "$1" "$work/events"
}
hears_events() {
  over qemu:///system define "$work/other.xml" >"$work/defined"
  over qemu:///system undefine other >"$work/undefined"
  is_heard "'other': Undefined"
}
wait_for hears_events

# Machines: defined through it, they are the embedded driver's in the same
# folder.
over qemu:///system define "$work/web.xml" >"$work/defined"
over qemu+unix:///system start --paused web >"$work/started"
assert_equal "paused" "$(over qemu:///session domstate web)"
over qemu:///system checkpoint-create-as web c1 >"$work/made"
assert_equal "c1" \
  "$(over qemu:///system checkpoint-list web --name | tr -d '\n')"
cat >"$work/push.xml" <<XML
<domainbackup mode='push'><disks>
  <disk name='vda'><driver type='qcow2'/><target file='$work/out.qcow2'/></disk>
</disks></domainbackup>
XML
over qemu:///system backup-begin web "$work/push.xml" >"$work/began"
is_done() {
  over qemu:///system domjobinfo web --completed | contains 'Operation: *Backup'
}
wait_for is_done
assert_same_disk web vda "$work/out.qcow2" qcow2
over qemu:///system destroy web >"$work/destroyed"
wait_for is_heard "lifecycle.*'web': Stopped"
wait_for is_heard "job-completed.*'web'"
wait_for is_heard "block-job-2.*'web': Backup for vda completed"
kill -INT "$listening"
wait "$listening"

# A reader.
refused "read" strandline -c "$(daemon_uri qemu:///system "$socket-ro")" -r \
  undefine web
# Transports that are not built say so, and which are.
refused "there are unix" strandline -c qemu+libssh://root@localhost/system list

# The connection is kept from line to line; the daemon goes between two, and
# comes back.
mkfifo "$work/lines"
command strandline -q -k 1 -K 2 -c "$(daemon_uri qemu:///system)" \
  <"$work/lines" >"$work/said" 2>&1 &
shell=$!
exec 9>"$work/lines" # which no daemon may keep open
echo "list --all --name" >&9
says() {
  grep -q "$1" "$work/said"
}
wait_for says web
stop_daemon
start_daemon --verbose 9>&-
echo "domstate web" >&9
wait_for says "shut off"
says "Reconnected to 'qemu:///system?socket=$socket'"
stop_daemon
echo "domstate web" >&9
wait_for says "Failed to reconnect to 'qemu:///system?socket=$socket'"
refused "cannot open 'qemu:///system?socket=$socket'" over qemu:///system list
rm "$socket"
refused "there is no socket '$socket'; start strandlined" over qemu:///system list
start_daemon --verbose 9>&-
echo "domblklist web" >&9
wait_for says "vda"
exec 9>&-
wait "$shell"

# Who waits for events is told that none will come.
env --default-signal=INT strandline -q -c "$(daemon_uri qemu:///system)" \
  event --all --loop >"$work/events" 2>&1 </dev/null &
listening=$!
wait_for hears_events
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null || :
wait "$listening" && fail "it waits for nothing, and calls that a success"
grep -q "The connection is lost: the daemon ended it" "$work/events"
refused "takes a number" strandline -k often list
