# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# After lib.sh: a machine whose backups do not finish by themselves.
#
#   start_slow_vm NAME     a paused machine with 200 MiB of data on its vda
#   job_runs NAME          whether a backup of it is at work

start_slow_vm() {
  local name=$1 ns monitor
  make_disk "$name" 256M
  ns="xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"
  monitor="<qemu:arg value='-qmp'/>"
  monitor+="<qemu:arg value='unix:$work/$name.qmp,server=on,wait=off'/>"
  domain_xml "$name" "$name" | sed -e "s|<domain |<domain $ns |" -e \
    "s|</domain>|<qemu:commandline>$monitor</qemu:commandline></domain>|" \
    >"$work/$name.xml"
  strandline define "$work/$name.xml" >/dev/null
  strandline start "$name" --paused >/dev/null
  guest_write "$name" vda 0x11 0 200M
  "$STRANDLINE_TESTS/slow_jobs.py" "$work/$name.qmp" "$work/$name.slow" &
  on_exit kill $!
  wait_for test -e "$work/$name.slow"
}

job_runs() {
  strandline domjobinfo "$1" | contains '^Job type: *Unbounded'
}
