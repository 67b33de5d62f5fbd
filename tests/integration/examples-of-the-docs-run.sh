#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every command in the guide, in "state capture compared" and in the README's
# own machine runs as it stands there, and does what is said.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

# The commands in the fences of DOCUMENT marked sh; with NUMBER in that one.
commands_of() {
  awk -v number="${2:-0}" '
    /^```/ { inside = ($0 == "```sh"); count += inside; next }
    inside && (number == 0 || number == count)' "$STRANDLINE_SOURCE/$1"
}

# The indented commands below the line that begins with TEXT.
indented_below() {
  awk -v text="$2" 'index($0, text) == 1 { found = 1; next }
    found && /^    / { print substr($0, 5); seen = 1; next }
    found && seen && !/^$/ { exit }' "$STRANDLINE_SOURCE/$1"
}

run_in() {
  local folder=$1 script=$2
  mkdir -p "$folder"
  (cd "$folder" && sh -eu "$script") >"$script.out" 2>&1 ||
    fail "$script: $(tail -5 "$script.out")"
}

export STRANDLINE_DEFAULT_URI=$uri
# The developers' library wants the sanitizers in programs, too; strict besides.
ldd "$STRANDLINE_BUILD/src/api/libstrandline.so.0" >"$work/needs"
mkdir "$work/bin"
flags='-Wall -Wextra -Werror'
if grep -q libasan "$work/needs"; then
  flags+=' -fsanitize=address,undefined'
fi
printf '#!/bin/sh\nexec /usr/bin/cc %s "$@"\n' "$flags" >"$work/bin/cc"
chmod +x "$work/bin/cc"
export PATH="$work/bin:$PATH"
# Whoever gives up does not free: the kernel does.
export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0"

make_disk web 8M
make_disk other 8M
start_vm --paused web web
start_vm --paused other other
guest_write web vda 7 1M 2M

# ---- the guide: compile; a full copy; the guest writes; an increment
guide=docs/programmers-guide.md
commands_of $guide 1 >"$work/compile.sh"
run_in "$work" "$work/compile.sh"
commands_of $guide 2 | sed -n 1p >"$work/full.sh"
run_in "$work" "$work/full.sh"
assert_same_disk web vda "$work/web-vda.raw"
guest_write web vda 8 1M 128k
guest_io web vda 'write -z 2M 64k'
commands_of $guide 2 | sed 1d >"$work/increment.sh"
run_in "$work" "$work/increment.sh"
assert_same_disk web vda "$work/web-vda.raw"
grep -q '^196608 bytes copied$' "$work/increment.sh.out" ||
  fail "not what was written: $(cat "$work/increment.sh.out")"
grep -q tuesday "$work/increment.sh.out"

# Since tuesday one block was written, and the differential is that block.
guest_write web vda 9 4M 64k
commands_of $guide 3 >"$work/differential.sh"
run_in "$work" "$work/differential.sh"
head -c 8M /dev/zero >"$work/expected"
head -c 64K /dev/zero | tr '\0' '\011' |
  dd of="$work/expected" bs=64K seek=64 conv=notrunc status=none
cmp "$work/expected" "$work/differential.raw"
assert_equal "" "$(commands_of $guide 4)"

# A copy that cannot be made leaves no checkpoint behind.
if (cd "$work" && ./pull_client "$uri" web /dev/full never tuesday) \
  >/dev/null 2>&1; then
  fail "a copy to nowhere was believed"
fi
refused "never" strandline checkpoint-info web never

# The program in the guide is the program, and no longer than it says it is.
awk '/^```/ { inside = ($0 == "```c"); next } inside' \
  "$STRANDLINE_SOURCE/docs/programmers-guide.md" |
  cmp - "$STRANDLINE_SOURCE/docs/examples/pull_client.c"
[ "$(wc -l <"$STRANDLINE_SOURCE/docs/examples/pull_client.c")" -lt 150 ]

# ---- state capture compared
strandline checkpoint-delete web monday --children >/dev/null
commands_of docs/state-capture.md >"$work/capture.sh"
run_in "$work/capture" "$work/capture.sh"
grep -q 'Images are identical' "$work/capture.sh.out"
grep -q before-the-update "$work/capture.sh.out"

# ---- the README's own machine
export HOME=$work/home
mkdir -p "$HOME" "$work/tree"
printf '#!/bin/sh\nexec "%s/run" "$@"\n' "$STRANDLINE_SOURCE" >"$work/tree/run"
chmod +x "$work/tree/run"
make_disk readme 8M
domain_xml web readme >"$work/tree/web.xml"
cp "$work/capture/full.xml" "$work/tree/backup.xml"
sed -i "s|$work/capture|$work/tree|" "$work/tree/backup.xml"
indented_below README.md 'With a machine of your own' >"$work/readme.sh"
grep -q backup-begin "$work/readme.sh"
run_in "$work/tree" "$work/readme.sh"
[ -s "$work/tree/full.qcow2" ]

# ---- the manual page: what it promises can be typed as it stands
make_disk manual 8M
mkdir "$work/manual"
domain_xml web manual >"$work/manual/web.xml"
sed -n '/^EXAMPLES$/,/^SEE ALSO$/s/^    //p' \
  "$STRANDLINE_SOURCE/docs/man/strandline.rst" >"$work/manual.sh"
grep -q since-monday "$work/manual.sh"
run_in "$work/manual" "$work/manual.sh"
[ -s "$HOME/tuesday-vda.qcow2" ]
grep -q "checkpoint='bitmap' bitmap='monday' size='0'" "$work/manual.sh.out"
