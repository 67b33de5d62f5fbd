#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Two processes that only listen hear the same: the guest's agent that comes and
# goes, a disk whose error pauses the guest (error_policy='stop'), a reset.  And
# one that begins to listen later hears nothing of what was before.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

listener=${STRANDLINE_LISTENER:?}

listen() {
  "$listener" "$uri" >"$work/$1" 2>&1 &
  on_exit kill $!
  wait_for grep -qx ready "$work/$1"
}

hears() {
  wait_for grep -qx "$2" "$work/$1"
}

# What a look finds in the journal it tells before what it finds by comparing, so
# both are to have heard the one before the other happens.
both_hear() {
  hears one "$1"
  hears two "$1"
}

# The guest's writes fail from now on, or do again what they should.
put_below_filter() {
  strandline qemu-monitor-command web "{\"execute\": \"blockdev-reopen\",
    \"arguments\": {\"options\": [{\"driver\": \"throttle\",
    \"node-name\": \"sl-vda\", \"throttle-group\": \"sl-unlimited\",
    \"file\": \"$1\", \"discard\": \"unmap\", \"read-only\": false}]}}" |
    jq -e 'has("return")' >/dev/null
}

guest=$("$STRANDLINE_SOURCE/tools/build_guest.sh" "$STRANDLINE_BUILD")
cp --sparse=always "$guest/root.qcow2" "$work/web.qcow2"
guest_xml web web | sed -e "s/discard='unmap'/& error_policy='stop'/" \
  -e /on_reboot/d >"$work/web.xml"
strandline define "$work/web.xml" >/dev/null
listen one
listen two
strandline start web >/dev/null
both_hear 'agent 2 1' # not there, since the machine was just started
wait_for agent_answers web
both_hear 'agent 1 2' # the guest has opened the port

strandline qemu-monitor-command web '{"execute": "blockdev-add", "arguments":
  {"driver": "blkdebug", "node-name": "broken", "image": "sl-vda-fmt",
   "discard": "unmap",
   "inject-error": [{"event": "none", "iotype": "write", "errno": 28}]}}' |
  jq -e 'has("return")' >/dev/null
put_below_filter broken
# Nobody waits for the answer: the guest stands still before it could give one.
agent web '{"execute": "guest-exec", "arguments": {"path": "/bin/sh",
  "arg": ["-c", "dd if=/dev/zero of=/data/full bs=64k count=16; sync"]}}' \
  >/dev/null
both_hear 'io-error web.qcow2 virtio-disk0 1'
both_hear 'io-error-reason web.qcow2 virtio-disk0 1 enospc'
both_hear 'lifecycle 3 2' # suspended by it
assert_equal "paused (I/O error)" \
  "$(strandline domstate --reason web | head -n1)"
assert_equal "io-error web.qcow2 virtio-disk0 1" \
  "$(grep -B2 -m1 -x 'lifecycle 3 2' "$work/one" | head -n1)"

put_below_filter sl-vda-fmt
listen late
strandline resume web >/dev/null
both_hear 'lifecycle 4 0'
wait_for agent_answers web
strandline reset web >/dev/null
both_hear reboot
both_hear 'agent 2 2'
wait_for cmp -s "$work/one" "$work/two"
hears late reboot
[ "$(grep -c io-error "$work/late")" -eq 0 ] || fail "the past was told"
