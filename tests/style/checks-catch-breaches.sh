#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each style check fails on a breach: a small tree is sound, then gets one
# breach at a time, and the check that should see it says so.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

tree=$work/tree
spdx='/* SPDX-License-Identifier: LGPL-2.1-or-later */'

sound_tree() {
  rm -rf "$tree"
  mkdir -p "$tree"/{tests/unit/base,src/base,src/qemu/qmp,include/libvirt}
  cp -r "$STRANDLINE_SOURCE/tools" "$STRANDLINE_SOURCE"/.clang-* "$tree/"
  cp "$STRANDLINE_SOURCE/src/layers.txt" "$tree/src/"
  for list in fault_waivers size_waivers untested; do
    echo '# none' >"$tree/tools/$list.txt"
  done
  printf '%s\n/* A sound module. */\n#pragma once\n\nint good(void);\n' \
    "$spdx" >"$tree/src/base/good.h"
  printf '%s\n#include "base/good.h"\n\nint\ngood(void)\n{\n    return 1;\n}\n' \
    "$spdx" >"$tree/src/base/good.c"
  printf '%s\n/* A test of it. */\nint x;\n' "$spdx" \
    >"$tree/tests/unit/base/test_good.c"
}

add() {
  local file=$1
  shift
  printf '%s\n' "$spdx" '/* Has a breach in it. */' "$@" >"$tree/$file"
}

check() {
  local tool=$1
  shift
  (cd "$tree" && "tools/$tool" "$@" 2>&1)
}

# says TEXT CHECK: it fails on the tree as it is, and says TEXT.
says() {
  local text=$1 tool=$2 said
  if said=$(check "$tool"); then
    fail "$tool does not see: $text"
  fi
  [[ $said == *"$text"* ]] || fail "$tool does not say '$text': $said"
}

# sees TEXT CHECK FILE LINE...: FILE with these lines is found by CHECK.
sees() {
  local text=$1 tool=$2 said
  shift 2
  sound_tree
  said=$(check "$tool") || fail "$tool complains about a sound tree: $said"
  add "$@"
  says "$text" "$tool"
}

sees 'base may not include qemu' check_layers.py \
  src/base/bad.c '#include "qemu/domain.h"'
sees '<jansson.h> belongs to' check_layers.py \
  src/base/bad.c '#include <jansson.h>'
sees 'goto' check_tree.py src/base/bad.c 'int' 'f(void)' '{' '    goto out;' '}'
sees 'comments are' check_tree.py src/base/bad.c 'int x; // so'
sees 'assignment in a condition' check_tree.py \
  src/base/bad.c 'int' 'f(int x)' '{' '    if ((x = 1))' '        x = 2;' '}'
sees 'neither prints nor exits' check_tree.py \
  src/base/bad.c 'void' 'f(void)' '{' '    printf("x");' '}'
mapfile -t many < <(seq -f 'int x%.0f;' 900)
sees 'size_waivers' check_tree.py src/base/bad.c "${many[@]}"
sees 'say why in new code' check_tree.py src/base/bad.c "${many[@]:0:100}"
sees 'without a fault point' check_faults.py \
  src/qemu/bad.c 'void' 'f(void)' '{' '    unlink("x");' '}'
sees 'is not kind:what' check_faults.py \
  src/qemu/bad.c 'void' 'f(void)' '{' '    fault_point("Oops", NULL);' '}'
sees 'passes no fault point' check_faults.py src/qemu/qmp/client.c \
  'bool' 'qmp_client_send_plain(int x)' '{' '    send(x, "", 0, 0);' '}'
sees 'no tests/unit/base' check_tests.py src/base/bad.c 'int x;'

sees 'qemu-img info without -f' check_qemu.py src/qemu/bad.c \
  'const char *argv[] = {"qemu-img", "info", "-U", path, NULL};'
sees 'qemu-img create without -F' check_qemu.py src/qemu/bad.c \
  'const char *argv[] = {"qemu-img", "create", "-f", format, "-b", base,' \
  '                      path, NULL};'
sees 'as one initialiser' check_qemu.py src/qemu/bad.c 'void' 'f(void)' '{' \
  '    g_ptr_array_add(argv, "qemu-img");' '}'
sees 'an iothread where exports' check_qemu.py src/qemu/bad.c \
  'static const char *command = "block-export-add";' \
  'static const char *key = "iothread";'

# A program of a package that the list has not.
sound_tree
sed -i '/^jq /d' "$tree/tools/packages.txt"
printf '#!/bin/sh\n# %s\n# Wants jq.\njq -n 1 | wc\n' "$spdx" \
  >"$tree/src/base/bad.sh"
says 'jq is of the package jq' check_packages.py

# A comment that is broken over two lines is read as one.
sees 'mixes up' check_words.py src/base/bad.c \
  '/* Returns to the' ' * former checkpoint. */'
sees 'mixes up' check_words.py src/base/bad.c '/* a system checkpoint */'

# The opening of a file, which add() always writes.
sound_tree
echo 'int x;' >"$tree/src/base/bad.c"
says 'SPDX' check_tree.py

# Twenty modules in a folder are a folder, twenty-one are a heap.
sound_tree
for n in $(seq 20); do
  add "src/base/m$n.c" "int x$n;"
done
says 'modules; 20 at most' check_tree.py

# A waiver without its reason is none.
sound_tree
echo 'src/base/good.c' >"$tree/tools/size_waivers.txt"
says 'without a reason' check_tree.py

# A promise whose test is not there, or not run on the driver that it names.
promise() {
  sound_tree
  mkdir -p "$tree/tests/conformance"
  printf "foreach name : [\n  'all',\n]\n  foreach driver : ['a', 'b']\n" \
    >"$tree/tests/conformance/meson.build"
  add tests/conformance/test_all.c 'STAGE_TEST(it_is_so);'
  printf '%s\n' 'so  both  conformance/all:it_is_so' "$@" \
    >"$tree/tests/conformance/coverage.txt"
}
promise
check check_coverage.py >"$work/said" || fail "sound: $(cat "$work/said")"
promise 'more  qemu  conformance/all:it_is_more'
says 'there is no test conformance/all:it_is_more' check_coverage.py
promise 'so  qemu  conformance/all:it_is_so'
says 'promised twice' check_coverage.py
promise 'more  later  not now'
says 'without a reason' check_coverage.py
promise
add tests/conformance/test_all.c 'STAGE_TEST(it_is_so);' 'STAGE_TEST(more);'
says 'conformance/all:more shows no promise' check_coverage.py

# Error codes that no test expects, that nobody reports, and a member of the
# driver table that no driver has.
interface() {
  sound_tree
  mkdir -p "$tree"/src/{driver,memory}
  add include/libvirt/virterror.h '/** virErrorNumber: the codes.' \
    ' * Since: 0.1.0 */' 'typedef enum {' '    /* it went wrong */' \
    '    VIR_ERR_FAILED = 1,' "$@" '} virErrorNumber;'
  add src/driver/driver.h 'struct Driver {' '    int (*go)(void);' '};'
  add src/memory/driver.c 'const Driver driver = {' '    .go = go,' '};' \
    'int x = VIR_ERR_FAILED;'
  add tests/unit/base/test_good.c 'int expected = VIR_ERR_FAILED;'
}
interface
check check_reach.py >"$work/said" || fail "sound: $(cat "$work/said")"
interface
add tests/unit/base/test_good.c 'int x;'
says 'no test expects VIR_ERR_FAILED' check_reach.py
interface '    /* never said */' '    VIR_ERR_IDLE = 2,'
says 'VIR_ERR_IDLE is never reported' check_reach.py
interface
add src/driver/driver.h 'struct Driver {' '    int (*stop)(void);' '};'
says 'no driver has stop' check_reach.py

# Documents that tell people to type or open what is not there.
document() {
  sound_tree
  printf 'build:\ncheck:\n' >"$tree/Makefile"
  printf '%s\n\n' '# A page' "See \`src/base/good.h\`." '    make check' "$@" \
    >"$tree/HACKING.md"
}
document 'Nothing more.'
check check_documents.py >"$work/said" || fail "sound: $(cat "$work/said")"
for breach in "Read \`src/base/gone.h\`.=there is no src/base/gone.h" \
  "Type \`make coffee\`.=make has no target coffee" \
  "Set \`STRANDLINE_COFFEE=1 make check\`.=nothing reads STRANDLINE_COFFEE" \
  "Type \`meson test -C build --suite none\`.=there is no suite none" \
  "Type \`./run no-such-program\`.=there is no such program" \
  "See [it](docs/gone.md).=the link to docs/gone.md leads nowhere"; do
  document "${breach%=*}"
  says "${breach##*=}" check_documents.py
done

# A tool whose help mixes up what the words are for, and documents that tell
# people to type what it has not.
document "Type \`strandline -c test:///default snapshot-list --coffee web\`."
cat >"$tree/tool" <<'EOF'
#!/bin/sh
# Answers as the tool does to "-q help [COMMAND]".
case ${3:-} in
  '') echo '    snapshot-list    list them' ;;
  *) echo "  list the ${WORD:-snapshots} of a domain" ;;
esac
EOF
chmod +x "$tree/tool"
(cd "$tree" && tools/check_words.py ./tool >/dev/null)
if said=$(cd "$tree" && WORD=checkpoints tools/check_words.py ./tool); then
  fail "check_words.py does not read the help"
fi
[[ $said == *'help snapshot-list: speaks of checkpoints'* ]]
if said=$(cd "$tree" && tools/check_documents.py ./tool); then
  fail "check_documents.py does not ask the tool"
fi
[[ $said == *'snapshot-list has no option --coffee'* ]]
