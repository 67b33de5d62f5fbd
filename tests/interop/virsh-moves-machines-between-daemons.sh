#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unmodified virsh moves a machine between two daemons, leading it itself or
# asking the source to; so does the tool, and a program's own folder is a side
# like any other.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"
# shellcheck source=daemon.sh
. "$STRANDLINE_TESTS/interop/daemon.sh"

requires virsh --version
# The images of a machine that moves are those of both QEMUs' user.
sed -i '/^user/d' "$work/daemon.conf"
[ "$(id -u)" != 0 ] || echo 'user = "root"' >>"$work/daemon.conf"
start_daemon --verbose

# The same once more, beside it.
there=$work/there
mkdir "$there"
sed "s|$work/run|$there/run|; s|\"$root\"|\"$there/root\"|" \
  "$work/daemon.conf" >"$there/daemon.conf"
command strandlined --config "$there/daemon.conf" --verbose \
  >"$there/daemon.log" 2>&1 </dev/null &
there_pid=$!
is_there() {
  grep -q 'strandlined .* serves' "$there/daemon.log"
}
wait_for is_there

here_uri="qemu+unix:///system?socket=$socket"
there_uri="qemu+unix:///system?socket=$there/run/strandline-sock"
here() {
  genuine_virsh qemu:///system "$@"
}
there() {
  command virsh -q -c "$there_uri" "$@" </dev/null
}

state_of() {
  "$@" domstate web --reason 2>&1 | sed '/^$/d'
}

make_disk vda 16M
domain_xml web vda >"$work/web.xml"
here define "$work/web.xml" >/dev/null
here start web >/dev/null

# Limits.
here migrate-setspeed web 40
assert_equal 40 "$(here migrate-getspeed web)"
here migrate-setmaxdowntime web 250
assert_equal 250 "$(here migrate-getmaxdowntime web)"
refused 'no such function' here migrate-compcache web

# Led by virsh.
here migrate --live --persistent web "$there_uri"
assert_equal 'running (migrated)' "$(state_of there)"
assert_equal 'shut off (migrated)' "$(state_of here)"

# Led by the source, and under another name; what stays paused stays so.
there suspend web >/dev/null
here undefine web >/dev/null
there migrate --p2p --live --persistent --undefinesource --dname db web \
  "$here_uri"
assert_equal 'paused' "$(here domstate db | sed '/^$/d')"
assert_equal '' "$(there list --all --name | sed '/^$/d')"
here resume db >/dev/null

# By the tool, which asks both daemons, or the one.
tool() {
  command strandline "$@" </dev/null
}
tool -c "$here_uri" migrate db "$there_uri" --live --persistent \
  --undefinesource --dname web
assert_equal 'running (migrated)' "$(state_of there)"
tool -c "$there_uri" migrate web "$here_uri" --p2p --live --persistent \
  --undefinesource
assert_equal 'running (migrated)' "$(state_of here)"

# From a daemon to a folder of the program's own, and back.
embedded="qemu:///embed?root=$work/embedded"
tool -c "$here_uri" migrate web "$embedded" --live --persistent \
  --undefinesource
assert_equal 'running (migrated)' \
  "$(state_of tool -c "$embedded")"
tool -c "$embedded" migrate web "$there_uri" --live --persistent \
  --undefinesource
assert_equal 'running (migrated)' "$(state_of there)"

# What cannot be leaves it where it was: a name that is taken, in either way.
here define "$work/web.xml" >/dev/null 2>&1 || :
sed '/<uuid>/d' "$work/web.xml" >"$work/other.xml"
here undefine web >/dev/null 2>&1 || :
here define "$work/other.xml" >/dev/null
refused "'web'" there migrate --live web "$here_uri"
refused "'web'" there migrate --p2p --live web "$here_uri"
refused "'web'" tool -c "$there_uri" migrate web "$here_uri" --live
assert_equal 'running (migrated)' "$(state_of there)"
here undefine web >/dev/null

# A machine of another driver goes nowhere; a checkpoint holds it.
refused 'test' command virsh -q -c "test+unix:///default?socket=$socket" \
  migrate test "$there_uri" --live
there checkpoint-create-as web c1 >/dev/null
refused "checkpoints ('c1')" there migrate --live web "$here_uri"
there checkpoint-delete web c1 >/dev/null

# A definition alone.
there destroy web >/dev/null
there migrate --offline --persistent --undefinesource web "$here_uri"
assert_equal 'web' "$(here list --all --name | sed '/^$/d')"
assert_equal '' "$(there list --all --name | sed '/^$/d')"

# Nothing of it stays.
find "$root" "$there/root" -path '*/migrations/*' >"$work/left"
assert_equal '' "$(cat "$work/left")"
kill -TERM $there_pid
wait $there_pid
stop_daemon
