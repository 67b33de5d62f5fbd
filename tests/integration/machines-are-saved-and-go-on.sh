#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# save, restore, managedsave, dump and create, as they are typed, and what each
# prints.
. "${STRANDLINE_TESTS:?}/lib.sh"

# prints EXPECTED WORD...: the command's stdout, without empty lines around it.
prints() {
  local expected=$1
  shift
  assert_equal "$expected" "$(strandline "$@" | sed '/^$/d')"
}

make_disk vda 16M
start_vm --paused web vda
strandline checkpoint-create-as web monday >/dev/null
guest_write web vda 0x11 0 64K

prints "Domain 'web' saved to $work/web.save" save web "$work/web.save"
prints 'shut off (saved)' domstate web --reason
strandline save-image-dumpxml "$work/web.save" --xpath /domain/name |
  grep -qx '<name>web</name>'
prints "Domain restored from $work/web.save" restore "$work/web.save" --running
prints 'running (restored)' domstate web --reason
prints 'monday' checkpoint-list web --name

# The definition may be changed where the disks are, and there alone.
prints "Domain 'web' saved to $work/web.save" save web "$work/web.save" --paused
strandline save-image-dumpxml "$work/web.save" >"$work/web.xml"
prints "State file $work/web.save updated." save-image-define \
  "$work/web.save" "$work/web.xml" --running
sed 's|<memory.*</memory>|<memory>65536</memory>|' "$work/web.xml" \
  >"$work/other.xml"
refused 'another machine' strandline restore "$work/web.save" \
  --xml "$work/other.xml"

# In the editor; what is another machine is refused there as well.
unset VISUAL
mkdir "$work/tmp"
EDITOR=true prints "Saved image $work/web.save XML configuration not changed." \
  save-image-edit "$work/web.save"
EDITOR='sed -i s|<memory.*</memory>|<memory>65536</memory>|' TMPDIR=$work/tmp \
  refused 'another machine' strandline save-image-edit "$work/web.save"
EDITOR='sed -i s|</devices>|</devices><!---->|' prints \
  "State file $work/web.save edited." save-image-edit "$work/web.save" --paused
strandline restore "$work/web.save" >/dev/null
prints 'paused (user)' domstate web --reason
strandline resume web >/dev/null

prints "Domain 'web' state saved" managedsave web
prints 'web' list --all --with-managed-save --name
strandline managedsave-dumpxml web --xpath /domain/name |
  grep -qx '<name>web</name>'
refused 'managed save' strandline undefine web --checkpoints-metadata
EDITOR=true prints \
  "Managed save image of domain 'web' XML configuration not changed." \
  managedsave-edit web
EDITOR='sed -i s|</devices>|</devices><!---->|' prints \
  "Managed save image of domain 'web' edited." managedsave-edit web --running
strandline start web >/dev/null
prints 'running (restored)' domstate web --reason
strandline managedsave web >/dev/null
prints "Removed managedsave image for domain 'web'" managedsave-remove web
prints "Domain 'web' has no managed save image; removal skipped" \
  managedsave-remove web
refused 'does not run' strandline managedsave web

strandline start web >/dev/null
# How far it is stands on stderr; in the end all of it is done.
prints "Domain 'web' dumped to $work/core" dump web "$work/core" --live \
  --verbose 2>"$work/progress"
grep -q 'Dump:.*100' "$work/progress"
prints "Domain 'web' dumped to $work/core" dump web "$work/core" --memory-only \
  --format kdump-zlib
test -s "$work/core"
refused 'memory-only' strandline dump web "$work/core" --format kdump-zlib
strandline cpu-stats web --total >"$work/times"
grep -Eq '^	cpu_time     +[0-9]+\.[0-9]{9} seconds$' "$work/times"
refused 'by processor' strandline cpu-stats web
strandline destroy web >/dev/null

domain_xml visitor vda >"$work/visitor.xml"
prints "Domain 'visitor' created from $work/visitor.xml" create \
  "$work/visitor.xml" --paused
prints 'visitor' list --transient --name
strandline destroy visitor >/dev/null
prints 'web' list --all --name
