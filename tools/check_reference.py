#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold the reference that the build made against the headers.

usage: check_reference.py FOLDER

- each call has its section, in the index too, with its permission and each
  value of its flags;
- each link leads to a section that is there.
"""
import pathlib
import re
import sys

import public_api
import source_tree

folder = pathlib.Path(sys.argv[1])
pages = {page.name: page.read_text(encoding="utf-8")
         for page in folder.glob("*.md")}
sections = {}
for name, text in pages.items():
    for part in text.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        sections[name, title.lower()] = body
breaches = []

items = list(public_api.items())
enums = {item.name: item for item in items if item.kind == "enum"}
for item in items:
    if item.kind != "function":
        continue
    page = item.header.replace(".h", ".md")
    body = sections.get((page, item.name.lower()))
    if body is None or f"`{item.name}`" not in pages["README.md"]:
        breaches.append(f"{page}: {item.name} is not there, or not in the index")
        continue
    if "**Permission** " not in body or f"Since {item.since}." not in body:
        breaches.append(f"{page}: {item.name} lacks its permission or release")
    for one in (member for enum in public_api.flag_enums(item)
                for member in enums[enum].members):
        if one.name not in body and not one.name.endswith("_LAST"):
            breaches.append(f"{page}: {item.name} does not tell of {one.name}")

links = [(name, *link) for name, text in pages.items()
         for link in re.findall(r"\]\(([\w-]+\.md)#(\w+)\)", text)]
breaches += [f"{name}: a link to {page}#{title} leads nowhere"
             for name, page, title in links if (page, title) not in sections]

source_tree.report(sorted(set(breaches)),
                   f"reference: {len(sections)} sections, {len(links)} links")
