#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# -c, then our variable, then libvirt's, then a folder of the user's: the tool
# is where the manual says.  (The daemon's socket, which stands before the
# folder, is played in the unit test of src/api/default_uri.c.)
. "${STRANDLINE_TESTS:?}/lib.sh"

mkdir "$work/home" "$work/state"
export HOME=$work/home XDG_STATE_HOME=$work/state
embedded() {
  echo "qemu:///embed?root=$1"
}

# is_at URI [OPTION...]: `strandline OPTION... uri` says so.
is_at() {
  local expected=$1
  shift
  assert_equal "$expected" "$(command strandline -q "$@" uri)"
}

ours=$(embedded "$work/ours")
theirs=$(embedded "$work/theirs")
given=$(embedded "$work/given")
export STRANDLINE_DEFAULT_URI=$ours LIBVIRT_DEFAULT_URI=$theirs
is_at "$given" -c "$given"
is_at "$ours"
STRANDLINE_DEFAULT_URI='' is_at "$theirs"
unset STRANDLINE_DEFAULT_URI
is_at "$theirs"
unset LIBVIRT_DEFAULT_URI

requires test ! -e /run/strandline/strandline-sock
is_at "$(embedded "$work/state/strandline")"
[ "$(stat -c %a "$work/state/strandline")" = 700 ]
unset XDG_STATE_HOME
is_at "$(embedded "$work/home/.local/state/strandline")"
