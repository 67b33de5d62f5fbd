#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is missing of tools/packages.txt, and says so.
#
# One dpkg-query when nothing is missing, so every make target can afford it.
# Recommended packages stay out: some of them would start services.
set -eu

list=$(dirname "$0")/packages.txt

if ! command -v dpkg-query >/dev/null; then
  echo "setup: this is not Debian; see $list for what is needed" >&2
  exit 0
fi

wanted=$(sed -e 's/#.*//' -e 's/[[:space:]].*//' -e '/^$/d' "$list")
# shellcheck disable=SC2086 # one argument a package
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted \
  2>/dev/null | sed -n 's/^installed //p' || :)
missing=$(printf '%s\n' "$wanted" | grep -vxF "$installed" || :)
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: these packages are missing, and sudo is not there to install" \
      "them; run as root: apt-get install" "$(echo "$missing" | xargs)" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "setup: installing Debian packages:" "$(echo "$missing" | xargs)"
export DEBIAN_FRONTEND=noninteractive
# Lists of somebody else's mirror may fail; Debian's are what counts.
$as_root apt-get -q update ||
  echo "setup: apt-get update failed; trying with the lists that are there" >&2
# Somebody else may be installing just now: that is waited for.
# shellcheck disable=SC2086
if ! $as_root apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 \
  --no-install-recommends install $missing; then
  echo "setup: apt-get failed, as it says above; these packages are needed:" \
    "$(echo "$missing" | xargs)" >&2
  exit 1
fi
