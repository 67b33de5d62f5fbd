#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Without a command the tool is a shell.  At a terminal it has a prompt, edits
# and completes what is typed (commands, options, machines, checkpoints), drops
# a line on Ctrl-C, and remembers lines for the next time.
# bash completes the same words, whatever stands before the command.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

export XDG_STATE_HOME=$work/state INPUTRC=/dev/null TERM=dumb
make_disk 'vda' 1M
domain_xml 'web server' vda >"$work/a.xml"
domain_xml 'web, old' vda >"$work/b.xml"
strandline define "$work/a.xml" >/dev/null
strandline define "$work/b.xml" >/dev/null
start_vm --paused alpha vda
strandline checkpoint-create-as alpha monday >/dev/null

# types TEXT [OPTION...]: at a terminal; prints what that shows, as lines.
# The prompt is waited for, so that the first key finds readline at work.
types() {
  local text=$1
  shift
  "$STRANDLINE_TESTS/terminal.py" "$text" "${STRANDLINE_BUILD:?}/src/cli/strandline" \
    -c "$uri" "$@" >"$work/seen" || fail "$(cat "$work/seen")"
  cat "$work/seen"
}

# shows TEXT TYPED [OPTION...]
shows() {
  local text=$1
  shift
  types "$@" >/dev/null
  grep -qF -- "$text" "$work/seen" || fail "no '$text' in: $(cat "$work/seen")"
}

# A greeting, a prompt that tells what may be done, and an end.
shows "'quit' ends" 'quit\r'
shows 'strandline # quit' 'quit\r' -q
shows 'strandline > quit' 'quit\r' -r
shows 'State:' 'dominfo alpha\r\x04'
if types 'quit\r' -q | grep -qF "'quit' ends"; then
  fail "it greets when it shall be quiet"
fi

# Tab: a command, a machine (with a blank in its name), a checkpoint, an option.
shows 'domuuid alpha' 'domuu\tal\t\rquit\r'
uuid=$(strandline domuuid 'web server' | head -n1)
shows "$uuid" 'domuuid web\\ \t\rquit\r'
shows "$uuid" 'domuuid "web s\t\rquit\r'
shows 'Name:           monday' 'checkpoint-info alpha mo\t\rquit\r'
shows 'shut off (unknown)' 'list; domstate web\\ s\t--rea\t\rquit\r'
shows "from '$work/b.xml'" "define $work/b\t\rquit\r"

# Ctrl-C drops the line and nothing else.
types 'destroy alpha\x03domstate alpha\rquit\r' >/dev/null
grep -q '^paused' "$work/seen"

# Lines are remembered from one time to the next: arrow up, twice.
types 'domid alpha\rquit\r' >/dev/null
assert_equal 600 "$(stat -c %a "$work/state/strandline-history")"
types '\x1b[A\x1b[A\rquit\r' >/dev/null
grep -q 'domid alpha$' "$work/seen"
grep -qx 1 "$work/seen"
# Not the same one twice in a row.
types 'pwd\rpwd\rquit\r' >/dev/null
assert_equal 1 "$(grep -cx pwd "$work/state/strandline-history")"
# Not those that begin with a blank.
types ' domname alpha\rquit\r' >/dev/null
if grep -q domname "$work/state/strandline-history"; then
  fail "a line that begins with a blank was remembered"
fi

# bash: what _strandline makes of a line with the cursor at its end.
# shellcheck source=../../src/cli/shell/completion.bash
. "$STRANDLINE_SOURCE/src/cli/shell/completion.bash"
completes() {
  local COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=(strandline) COMPREPLY=()
  _strandline
  assert_equal "$1" "$(printf '%s|' "${COMPREPLY[@]}")"
}
completes 'checkpoint-dumpxml|' 'strandline checkpoint-du'
completes '--readonly|' 'strandline --r'
completes 'alpha|' "strandline -q -c '$uri' start al"
completes 'web\ server|' "strandline --connect $uri start web\\ s"
completes 'web\,\ old|' "strandline -c $uri start 'web, "
completes 'monday|' "strandline -c $uri checkpoint-delete alpha "
completes 'alpha|' "strandline -c $uri domstate --reason --domain=al"
completes '--reason|' "strandline -c $uri domstate alpha --re"
completes '|' "strandline -c $uri nosuch a"
completes '|' "strandline -c $uri define $work/"
completes 'alpha|' "strandline -c $uri domstate al"
