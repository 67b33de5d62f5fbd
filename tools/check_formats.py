#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold docs/format/ against the schemas: nothing is accepted in silence.

Every element, attribute and fixed value that a schema knows stands in the page
of its document, in code (`...` or a fence).
"""
import re
import xml.etree.ElementTree as ElementTree

import source_tree

PAGES = {
    "backup": ["domainbackup.rng"],
    "checkpoint": ["domaincheckpoint.rng"],
    "snapshot": ["domainsnapshot.rng"],
    "domain": ["domain.rng", "domaindevices.rng"],
}
RNG = "{http://relaxng.org/ns/structure/1.0}"
breaches, names = [], 0


def code_of(page):
    """The words that stand in code there."""
    text = source_tree.read(page)
    spans = re.findall(r"```.*?```|`[^`\n]*(?:\n[^`\n]+)?`", text, re.S)
    # "qemu:" is the prefix of a namespace, and no part of a name.
    return set(re.findall(r"[A-Za-z0-9_.+-]+", " ".join(spans)))


def known_to(schema):
    """What a document may say, by kind."""
    for node in ElementTree.fromstring(source_tree.read(schema)).iter():
        if node.tag in (RNG + "element", RNG + "attribute") and \
                node.get("name"):
            yield node.tag[len(RNG):], node.get("name")
        elif node.tag == RNG + "value":
            yield "value", node.text


for page, schemas in PAGES.items():
    path = f"docs/format/{page}.md"
    words = code_of(path)
    for schema in schemas:
        for kind, name in sorted(set(known_to(f"schemas/{schema}"))):
            names += 1
            if name.rstrip(".").split("/")[-1] not in words and \
                    name not in words:
                breaches.append(f"{path}: the {kind} '{name}' of {schema} is "
                                "not described")
source_tree.report(breaches, f"formats: {names} names stand in their pages")
