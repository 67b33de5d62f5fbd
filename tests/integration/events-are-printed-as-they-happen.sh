#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# event --all --loop --timestamp prints, with its time, what other processes do
# to machines, until it is interrupted; --event and --domain choose.
. "${STRANDLINE_TESTS:?}/lib.sh"

make_disk vda 4M
make_disk db 4M
domain_xml web vda >"$work/web.xml"

# listens NAME OPTION...: to $work/NAME, in the background; $listening.
listens() {
  local name=$1
  shift
  env --default-signal=INT strandline -c "$uri" event "$@" >"$work/$name" &
  listening=$!
}
says() {
  grep -Eq -- "$2" "$work/$1"
}

# It prints nothing before something happens: so what happens first is done
# until it has been seen.
listens all --all --loop --timestamp
all=$listening
seen_defining() {
  strandline define "$work/web.xml"
  strandline undefine web
  says all "event 'lifecycle' for domain 'web': Undefined Removed"
}
wait_for seen_defining
start_vm --paused db db
seen_again() {
  strandline define "$work/web.xml"
  says all "'web': Defined (Added|Updated)$"
}
wait_for seen_again
stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{3}\+0000: '

# tells LINE COMMAND...: it does, and that is seen before the next is done: who
# did not do it itself looks for differences a few times a second.
tells() {
  local line=$1
  shift
  "$@" >/dev/null 2>&1
  wait_for says all "${stamp}event $line"
}
listens one --event lifecycle --domain web --loop
one=$listening
listening_to_web() {
  strandline suspend web && strandline resume web
  [ -s "$work/one" ]
}
tells "'lifecycle' for domain 'web': Started Booted" strandline start web
wait_for listening_to_web
tells "'lifecycle' for domain 'web': Suspended Paused" strandline suspend web
tells "'lifecycle' for domain 'web': Resumed Unpaused" strandline resume web
# crosses IMAGE BYTES OFFSET: sets a threshold and has a write at OFFSET pass it.
crosses() {
  strandline domblkthreshold web "$1" "$2" && guest_write web vda 0x11 "$3" 64k
}
tells "'block-threshold' for domain 'web': dev: vda\(.*vda.qcow2\) 1 [0-9]+" \
  crosses vda 1 1M
tells "'block-threshold' for domain 'web': dev: vda\[1\]\(.*vda.qcow2\) 2 [0-9]+" \
  crosses 'vda[1]' 2 2M
refused 'vda[7]' strandline domblkthreshold web 'vda[7]' 1
tells "'job-completed' for domain 'db':" strandline backup-begin db --wait
tells "'lifecycle' for domain 'web': Stopped Destroyed" strandline destroy web
tells "'lifecycle' for domain 'db': Stopped Destroyed" strandline destroy db
wait_for says one "^event 'lifecycle' for domain 'web': Stopped Destroyed$"
if grep -q "'db'" "$work/one"; then
  fail "it tells of a machine that was not asked for"
fi

# Ctrl-C: how many there were.
for pid in $all $one; do
  kill -INT "$pid"
  wait "$pid"
done
grep -qx 'event loop interrupted' "$work/all"
assert_equal "events received: $(grep -c "^event 'lifecycle'" "$work/one")" \
  "$(grep '^events received' "$work/one")"

# One is enough without --loop; none is a failure.
listens first --event lifecycle
while [ -d "/proc/$listening" ]; do
  strandline start web --paused >/dev/null
  strandline destroy web >/dev/null
done
wait "$listening"
assert_equal "events received: 1" "$(sed -n 2p "$work/first")"
status=0
strandline event --event reboot --timeout 1 >"$work/none" || status=$?
assert_equal "1 event loop timed out
events received: 0" "$status $(cat "$work/none")"
