#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# libvirt's own example programs compile against what `make install` lays down,
# as they are, and do here what they do there: listing, looking at, pausing and
# renaming a machine, and being told of everything that happens to it.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

examples=/usr/share/doc/libvirt-doc/examples/c
requires test -f "$examples/misc/event-test.c"

meson install -C "$STRANDLINE_BUILD" --no-rebuild --quiet --destdir "$work/dest"
export PKG_CONFIG_SYSROOT_DIR=$work/dest
PKG_CONFIG_PATH=$(dirname "$(find "$work/dest" -name strandline.pc)")
export PKG_CONFIG_PATH
read -ra flags < <(pkg-config --cflags --libs strandline)
library=$(find "$work/dest" -name 'libstrandline.so.0')
# The developers' library wants the sanitizers in the program as well.
nm -D "$library" >"$work/symbols"
if grep -q __asan_init "$work/symbols"; then
  flags+=('-fsanitize=address,undefined')
fi

# They print to a pipe or a file here; what they print is to be seen at once.
cat >"$work/lines.c" <<'C'
#include <stdio.h>

__attribute__((constructor)) static void
print_line_by_line(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
}
C

# A switch of theirs misses values that came after them.
for program in misc/hellolibvirt misc/openauth misc/event-test domain/info1 \
  domain/suspend domain/rename domain/domtop domain/dommigrate; do
  cc -Wall -Werror -Wno-switch -o "$work/${program##*/}" "$examples/$program.c" \
    "$work/lines.c" "${flags[@]}"
done
# The programs get the library that was installed, the tool keeps its own.  What
# they leave to the end of the process is not ours to find.
environment=("LD_LIBRARY_PATH=$(dirname "$library")" "LIBVIRT_DEFAULT_URI=$uri"
  "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0")
example() {
  local program=$1
  shift
  env "${environment[@]}" "$work/$program" "$@"
}

env "${environment[@]}" "$work/event-test" "$uri" >"$work/events" 2>&1 &
listener=$!
on_exit end_listener
end_listener() {
  [ -z "$listener" ] || kill "$listener"
}
wait_for grep -q 'Registering event callbacks' "$work/events"

make_disk vda 1M
start_vm web vda
make_disk vdb 1M
strandline define <(domain_xml idle vdb) >/dev/null

example hellolibvirt "$uri" >"$work/hello"
grep -q 'Attempting to connect to hypervisor' "$work/hello"
grep -q "Connected to hypervisor at \"$uri\"" "$work/hello"
grep -q 'Hypervisor: "QEMU" version: ' "$work/hello"
grep -q 'There are 1 active and 1 inactive domains' "$work/hello"
grep -q '  web (active)' "$work/hello"
grep -q '  idle (non-active)' "$work/hello"

example openauth "$uri" nobody nothing >"$work/auth"
grep -q '  idle' "$work/auth"

assert_equal 'Domain web: 1 CPUs' "$(example info1 "$uri" web)"

example suspend -c "$uri" -s 0 web
assert_equal running "$(strandline domstate web)"

# What is not known or not there is said, and the programs end by it.
if example dommigrate "$uri" "$uri" web 2>"$work/migrate"; then
  fail 'a machine cannot move to where it is'
fi
grep -q 'Failed to migrate domain web' "$work/migrate"
refused 'Unable to get cpu stats' example domtop -c "$uri" web
example domtop -c "$uri" >"$work/running"
grep -qx web "$work/running"

example rename idle other >"$work/renamed"
grep -q 'Before first rename: idle' "$work/renamed"
assert_equal "$(printf 'idle\nweb')" "$(strandline list --all --name | sed '/^$/d' | sort)"

# Each is waited for: of two quick changes by other processes the listener may
# see the sum.
told_of() {
  local event=$1
  shift
  strandline "$@" >/dev/null
  wait_for grep -q "myDomainEventCallback1 EVENT: Domain $event" "$work/events"
  wait_for grep -q "myDomainEventCallback2 EVENT: Domain $event" "$work/events"
}
wait_for grep -q 'Domain web(1) Started Booted' "$work/events"
told_of 'web(1) Suspended Paused' suspend web
told_of 'web(1) Resumed Unpaused' resume web
told_of 'web(-1) Stopped Destroyed' destroy web

# Told to end, it takes back every callback, and closes the connection.
kill -TERM "$listener"
wait "$listener"
listener=
grep -q 'Deregistering secret event callbacks' "$work/events"
grep -q 'Closing connection: done' "$work/events"

# A machine moves to another folder while it runs.
there="qemu:///embed?root=$work/there"
strandline start web >/dev/null
example dommigrate "$uri" "$there" web
assert_equal 'shut off (migrated)' \
  "$(strandline domstate web --reason | sed '/^$/d')"
assert_equal 'running (migrated)' \
  "$(command strandline -c "$there" domstate web --reason | sed '/^$/d')"
command strandline -c "$there" destroy web >/dev/null
