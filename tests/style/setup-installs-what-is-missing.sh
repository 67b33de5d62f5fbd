#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# tools/setup.sh installs exactly what is missing of its list, says so, and does
# nothing else; with all of it there it asks dpkg once and is done.
# Debian's programs are played here: what is installed is a file of names.
# shellcheck source=../lib.sh
. "${STRANDLINE_TESTS:?use: ./run}/lib.sh"

mkdir "$work/bin" "$work/tools"
cp "$STRANDLINE_SOURCE/tools/setup.sh" "$work/tools/"
cat >"$work/tools/packages.txt" <<'LIST'
# a heading, which is no package

first          why
second-dev     why # and more
third
LIST
for program in sh sed grep dirname xargs cat echo; do
  ln -s "$(type -P $program)" "$work/bin/"
done

# played NAME: the rest of its script comes from stdin.
played() {
  cat - >"$work/bin/$1" <<SH
#!/bin/sh
printf '%s\n' "$1 \$*" >>"$work/calls"
$(cat)
SH
  chmod +x "$work/bin/$1"
}

# dpkg-query says of a package that is known what it is, and fails for others.
played dpkg-query <<SH
shift 3
status=0
for name; do
  grep -F " \$name" "$work/dpkg" | grep -x ".* \$name" || status=1
done
exit \$status
SH
played apt-get <<SH
case "\$*" in
*update*) exit \${UPDATE:-0} ;;
*' install '*) ;;
*) exit 9 ;;
esac
[ "\${INSTALL:-0}" = 0 ] || exit "\$INSTALL"
for word; do
  case \$word in -* | Dpkg::* | install) ;; *) echo "installed \$word" >>"$work/dpkg" ;; esac
done
SH
# shellcheck disable=SC2016 # it expands there
played id <<<'echo "${AS:-0}"'

# setup STATUS: runs it on a machine where nothing but those programs is found.
setup() {
  local status=0
  rm -f "$work/calls"
  PATH=$work/bin "$work/tools/setup.sh" >"$work/said" 2>&1 || status=$?
  assert_equal "$1" "$status"
}

calls_of() {
  grep "^$1" "$work/calls" || :
}

# A package that was removed but left its configuration is missing, too.
printf '%s\n' 'installed second-dev' 'config-files third' >"$work/dpkg"
setup 0
grep -q 'installing Debian packages: first third$' "$work/said"
assert_equal "first third" "$(calls_of apt-get | grep -o 'install .*' |
  cut -d' ' -f2-)"
calls_of apt-get | grep -q -e ' -y .*--no-install-recommends'
assert_equal "" "$(calls_of sudo)"

# Again: one question, nothing said, nothing done.
setup 0
assert_equal "" "$(cat "$work/said")"
assert_equal 1 "$(wc -l <"$work/calls")"

# Not root, and no sudo there: it says what root should do.
echo 'installed third' >"$work/dpkg"
AS=1000 setup 1
grep -q 'run as root: apt-get install first second-dev$' "$work/said"
assert_equal "" "$(calls_of apt-get)"

# Not root: by sudo.
played sudo <<<'exec "$@"'
AS=1000 setup 0
calls_of sudo | grep -q ' install first second-dev$'
assert_equal "" "$(calls_of apt-get | grep -v -e update -e install || :)"
AS=1000 setup 0
assert_equal "" "$(calls_of sudo)"

# Root needs none.
echo 'installed third' >"$work/dpkg"
setup 0
assert_equal "" "$(calls_of sudo)"

# Somebody else's mirror that is down does not matter; a package that cannot be
# had does.
echo 'installed third' >"$work/dpkg"
UPDATE=100 setup 0
grep -q 'update failed' "$work/said"
echo 'installed third' >"$work/dpkg"
INSTALL=100 setup 1
grep -q 'setup: apt-get failed.* first second-dev' "$work/said"

# Another system than Debian: whoever is there knows better.
rm "$work/bin/dpkg-query"
setup 0
grep -q 'packages.txt' "$work/said"
