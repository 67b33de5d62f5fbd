#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tool prints about a real machine has the layout of what virsh prints
# about the like one of its test driver: the same text, once figures are left
# out.
. "${STRANDLINE_TESTS:?}/lib.sh"
requires qemu-system-x86_64 --version
requires virsh --version

make_disk vda 64M
make_disk vdb 64M
domain_xml web vda vdb >"$work/web.xml"
# The test driver has no emulator, and wants its own type.
sed -e "s|type='qemu'|type='test'|" -e '/<emulator>/d' "$work/web.xml" \
  >"$work/test.xml"

# Its machines live as long as one virsh does: it gets every line at once.  When
# quiet, the set-up prints nothing; else its part ends at a line that echo makes.
virsh_says() {
  local quiet=$1 lines
  lines="destroy test; undefine test; define $work/test.xml"
  if [ -n "$quiet" ]; then
    virsh -q -c test:///default "$lines; $2"
  else
    virsh -c test:///default "$lines; echo ----; $2" | sed '1,/^----/d'
  fi
}

# Numbers and UUIDs differ, and the width of a number is no layout.
plain() {
  sed -e 's/[0-9a-f]\{8\}-[-0-9a-f]\{27\}/UUID/' -e 's/[0-9][0-9.]*/N/g' |
    sed -e '/./,$!d'
}

same_layout() {
  local expected got
  expected=$(virsh_says "$@" 2>&1 | plain)
  got=$(strandline ${1:+-q} "$2" 2>&1 | plain)
  [ -n "$expected" ] || fail "virsh said nothing on: $2"
  assert_equal "$expected" "$got"
}

strandline define "$work/web.xml" >/dev/null
for quiet in '' quiet; do
  same_layout "$quiet" 'list --all'
  same_layout "$quiet" 'list --all --name'
  same_layout "$quiet" 'list --all --uuid --name'
  same_layout "$quiet" 'domblklist web'
  same_layout "$quiet" 'domblklist web --details'
  same_layout "$quiet" 'domstate web'
  same_layout "$quiet" 'dumpxml web --xpath //disk/target'
  same_layout "$quiet" 'dumpxml web --wrap --xpath //disk/target'
  same_layout "$quiet" 'dumpxml web --xpath //name/text()'
  same_layout "$quiet" 'domuuid web; domid web'
done
same_layout '' 'list --table'
same_layout '' 'autostart web; autostart web --disable'
same_layout '' 'checkpoint-create-as web c --print-xml vda,checkpoint=no vdb'

life='start web; list; suspend web; domstate web --reason; resume web'
life="$life; domstate web; destroy web; list --all; domstate web --reason"
same_layout '' "$life"

# Checkpoints, on a machine that runs.
chain='start web; checkpoint-create-as web a; checkpoint-create-as web b hello'
chain="$chain; checkpoint-create-as web c"
for options in '' --parent --tree --name --roots --leaves --no-leaves \
  --topological '--from a' '--from a --descendants' '--from a --tree'; do
  chain="$chain; checkpoint-list web $options"
done
for name in a b c; do
  chain="$chain; checkpoint-info web $name"
done
chain="$chain; checkpoint-parent web b; checkpoint-delete web b"
chain="$chain; checkpoint-list web; checkpoint-delete web a --children-only"
chain="$chain; checkpoint-list web; checkpoint-delete web a --children"
chain="$chain; checkpoint-list web; destroy web"
same_layout '' "$chain"

# Figures of a running machine.
strandline start web --paused >/dev/null
strandline domstats web --state --balloon |
  grep '^  balloon.maximum=' >/dev/null
assert_equal "Domain: 'web'" "$(strandline domstats web --perf | sed '/^$/d')"
strandline domstats --list-paused | grep '^  block.count=2$' >/dev/null
refused "'nope'" strandline domstats web nope
assert_equal 'actual last_update rss' \
  "$(strandline dommemstat web | sed -n 's/ [0-9]*$//p' | paste -sd ' ')"
assert_equal 'No errors found' "$(strandline domblkerror web | sed '/^$/d')"
assert_equal 255 "$(strandline maxvcpus | sed '/^$/d')"
strandline domcapabilities --machine q35 --xpath 'string(//vcpu/@max)' |
  grep 288 >/dev/null
strandline destroy web >/dev/null
refused 'does not run' strandline dommemstat web
refused 'does not run' strandline domblkerror web

# dominfo: the fields that we have stand in virsh's order and columns.
virsh_says '' 'dominfo web' | sed -n 's/^\([^:]*: *\)[^ ].*/\1/p' \
  >"$work/virsh.fields"
strandline dominfo web | sed -n 's/^\([^:]*: *\)[^ ].*/\1/p' >"$work/fields"
grep -Fxf "$work/fields" "$work/virsh.fields" >"$work/shared"
assert_equal "$(cat "$work/shared")" "$(cat "$work/fields")"
