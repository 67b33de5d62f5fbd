#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the wire against what there is to carry.

- each member of the driver's table travels by some procedure;
- docs/format/wire.md has each procedure of our own program, with its number and
  its call.
"""
import re

import generate_rpc_calls
import rpc_description
import source_tree

# What a connection is, rather than what it is asked.
CONNECTION = {"accepts", "open", "close", "events_wanted", "end_wanted", "type",
              "is_alive", "is_secure", "is_encrypted", "set_keepalive"}
description = rpc_description.Description(source_tree.ROOT / "src/rpc")
breaches = []

carried = {procedure.member for procedure in description.procedures}
members = generate_rpc_calls.driver_members(source_tree.ROOT)
breaches += [f"src/driver/driver.h: '{name}' travels by no procedure: give it "
             "a line in src/rpc/remote.x or strandline.x"
             for name in members
             if name not in carried | CONNECTION]

page = source_tree.read("docs/format/wire.md")
told = {(int(number), name): call for number, name, call in re.findall(
    r"^\| (\d+) \| `(\w+)` \|.*\| (?:`(\w*)\(\)`)? ?\|$", page, re.M)}
ours = {(p.number, p.name): p.function for p in description.procedures
        if p.program == "STRANDLINE"}
breaches += [f"docs/format/wire.md: {number} {name} is not told as it is"
             for number, name in sorted(ours.keys() | told.keys())
             if ours.get((number, name)) != told.get((number, name))]
source_tree.report(breaches, f"rpc: {len(members)} members of the driver's "
                   f"table, {len(description.procedures)} procedures")
