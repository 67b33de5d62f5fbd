#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make polkit's list of actions of the table of permissions.

usage: generate_polkit.py access.c access.h OUTPUT

Two actions are for coming in, by libvirt's names under our prefix; one more
stands for each permission.  Those of readers are given to everybody by default,
the others to nobody: rules below /etc/polkit-1/rules.d give them.
"""
import pathlib
import re
import sys
from xml.sax.saxutils import escape

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE policyconfig PUBLIC
 "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/PolicyKit/1/policyconfig.dtd">
<policyconfig>
  <vendor>Strandline</vendor>
"""
ACTION = """  <action id="{id}">
    <description>{description}</description>
    <message>{message}</message>
    <defaults>
      <allow_any>{anybody}</allow_any>
      <allow_inactive>{anybody}</allow_inactive>
      <allow_active>{active}</allow_active>
    </defaults>
  </action>
"""


def action(identity, description, anybody, active=None):
    """One action; who sits at the host (ACTIVE) may be asked to prove it."""
    return ACTION.format(
        id=identity, description=escape(description), anybody=anybody,
        message=escape(f"{description} needs authentication"),
        active=active or anybody)


def permissions(source, header):
    """Each permission's name, and whether readers have it."""
    table = re.search(r"names\[\] = \{(.*?)\};", source, re.DOTALL).group(1)
    names = re.findall(r'"([a-z:-]+)"', table)
    bits = re.findall(r"ACCESS_(\w+) = 1 << \d+,", header)
    bits.remove("LAST")
    readers = re.search(r"ACCESS_OF_READERS =(.*?),\n\}", header,
                        re.DOTALL).group(1)
    of_readers = set(re.findall(r"ACCESS_(\w+)", readers))
    if len(names) != len(bits) or not of_readers <= set(bits):
        sys.exit("generate_polkit.py: the table of permissions is not as it "
                 "was: access.c and access.h have different ones")
    return [(name, bit in of_readers) for name, bit in zip(names, bits)]


def main():
    source, header, output = map(pathlib.Path, sys.argv[1:])
    text = HEAD
    text += action("org.strandline.unix.monitor",
                   "Looking at virtual machines", "yes")
    text += action("org.strandline.unix.manage",
                   "Managing virtual machines", "auth_admin",
                   "auth_admin_keep")
    for name, is_reading in permissions(source.read_text(), header.read_text()):
        kind, what = name.split(":")
        text += action(f"org.strandline.api.{kind}.{what}",
                       f"The permission {what} on a {kind}",
                       "yes" if is_reading else "no")
    output.write_text(text + "</policyconfig>\n")


if __name__ == "__main__":
    main()
