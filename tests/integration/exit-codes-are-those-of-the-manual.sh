#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# 0 done, 1 failed, 2 not understood; answers on stdout, errors on stderr.
. "${STRANDLINE_TESTS:?}/lib.sh"

# ends CODE ARG...: with that code, and errors exactly when it is not 0.
ends() {
  local expected=$1 status=0
  shift
  strandline "$@" >"$work/out" 2>"$work/err" || status=$?
  assert_equal "$expected: $*" "$status: $*"
  if [ "$expected" = 0 ]; then
    assert_equal '' "$(cat "$work/err")"
  else
    grep -q '^error: .' "$work/err"
    if grep -v '^error: .' "$work/err"; then
      fail "on stderr, and no error: $*"
    fi
  fi
}

ends 0 list --all
ends 0 uri
ends 0 help
ends 0 help backup-begin
ends 0 --version
ends 0 'list; # and no more'
ends 1 domstate nosuch
ends 1 define "$work/nosuch.xml"
ends 1 -c nosuch:///x list
ends 1 -r define "$STRANDLINE_TESTS/lib.sh"
ends 2 nosuch
ends 2 list --nosuch
ends 2 domstate
ends 2 checkpoint-list web --tree --name
ends 2 event
ends 2 help nosuch
ends 2 "list '"
ends 2 cd /
ends 0 </dev/null
ends 0 <<<'list; quit; domstate nosuch'
ends 2 <<<'nosuch'
ends 2 <<<'domstate nosuch; list --nosuch' # the library's error, and the tool's
ends 0 < <(echo list)

# The status of a line is that of its last command, and all of them run.
ends 1 'list; domstate nosuch'
grep -q '^ Id ' "$work/out"
strandline 'domstate nosuch; list' >"$work/out" 2>/dev/null
grep -q '^ Id ' "$work/out"

# An answer that cannot be written is not given.
if strandline help >/dev/full 2>"$work/err"; then
  fail 'a full device went unnoticed'
fi
grep -q '^error: Failed to write' "$work/err"

# The environment's URI counts when none is given.
assert_equal "$uri" "$(STRANDLINE_DEFAULT_URI=$uri LIBVIRT_DEFAULT_URI=x:///y \
  command strandline -q uri)"
assert_equal "$uri" "$(LIBVIRT_DEFAULT_URI=$uri command strandline -q uri)"
