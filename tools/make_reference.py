#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the reference of the public calls from the public headers.

usage: make_reference.py FOLDER

FOLDER gets README.md and a page for each header: what its calls do, take and
return, each flag with its value, the errors, the permission that the call needs
(src/api/access.c), and since when it is there.  Nothing is written by hand, so
nothing can be out of date.
"""
import pathlib
import re
import sys
import textwrap

import public_api
import source_tree

MARK = "<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->\n" \
    "<!-- Made by tools/make_reference.py from the headers. -->\n"


def linked(text, pages):
    """@param as code, name() as a link, CONSTANTS as code."""
    text = re.sub(r"@(\w+)", r"`\1`", text)
    text = re.sub(
        r"\b(vir\w+)\(\)",
        lambda m: f"[`{m[1]}()`]({pages[m[1]]}.md#{m[1].lower()})"
        if m[1] in pages else f"`{m[1]}()`", text)
    text = re.sub(r"(</?\w[^<>]*>)", r"`\1`", text)
    return re.sub(r"(?<![`\w\[])(VIR_[A-Z0-9_]+)\b", r"`\1`", text)


def wrapped(text, first="", rest=""):
    return textwrap.fill(text, 80, initial_indent=first, subsequent_indent=rest,
                         break_long_words=False, break_on_hyphens=False)


def values(members):
    """(member, value as text): what the compiler would count."""
    last = -1
    for one in members:
        if one.name.endswith("_LAST"):
            continue
        if one.value:
            shift = re.fullmatch(r"\(?1 << (\d+)\)?", one.value)
            # The highest bit, as C99 has to write it.
            lowest = re.fullmatch(r"(-\d+) - 1", one.value)
            last = 1 << int(shift[1]) if shift else \
                (int(lowest[1]) - 1) % (1 << 32) if lowest else \
                int(one.value, 0)
        else:
            last += 1
        yield one, str(last)


def flag_lines(enum, pages):
    for one, value in values(enum.members):
        told = f": {linked(one.text, pages)}" if one.text else ""
        yield wrapped(f"`{one.name}` ({value}){told}", "  - ", "    ")


def call_lines(item, enums, rules, pages):
    yield f"## {item.name}\n"
    yield f"```c\n{item.code};\n```\n"
    for paragraph in item.paragraphs:
        yield wrapped(linked(paragraph, pages)) + "\n"
    for name, told in item.params.items():
        yield wrapped(f"`{name}`: {linked(told, pages)}", "- ", "  ")
        for enum in public_api.flag_enums(item) if name == "flags" else []:
            yield from flag_lines(enums[enum], pages)
    if item.params:
        yield ""
    if item.returns:
        yield wrapped(f"**Returns** {linked(item.returns, pages)}") + "\n"
    if item.errors:
        yield wrapped(f"**Errors** {linked(item.errors, pages)}") + "\n"
    if item.name in rules:
        yield wrapped(f"**Permission** {rules[item.name]}") + "\n"
    yield f"Since {item.since}.\n"


def type_lines(item, pages):
    yield f"## {item.name}\n"
    for paragraph in item.paragraphs:
        yield wrapped(linked(paragraph[:1].upper() + paragraph[1:],
                             pages)) + "\n"
    if item.kind == "enum":
        for line in flag_lines(item, pages):
            yield re.sub(r"^  ", "", line, flags=re.M)
        yield ""
    elif item.since:
        code = item.fields or item.code
        yield f"```c\n{code};\n```\n"
    yield f"Since {item.since}.\n"


def permissions():
    """{call: "domain:read; with X also domain:read-secure"}."""
    code = source_tree.read("src/api/access.c")
    names = re.findall(r'"(\w+:[\w-]+)"', code)
    bits = re.findall(r"^    (ACCESS_\w+) = 1 << \d+",
                      source_tree.read("src/api/access.h"), re.M)
    name_of = dict(zip(bits, names))
    found = {}
    for call, rule in public_api.rules().items():
        told = " and ".join(name_of[one] for one in rule.needs)
        for flags, more in rule.extras:
            told += f"; with `{'` or `'.join(flags)}` " \
                f"{' and '.join(name_of[one] for one in more)} too"
        found[call] = told or "none"
    return found


def purpose(header):
    """The opening comment of a header, as paragraphs."""
    return [public_api.one_line(block)
            for block in public_api.purpose(header).split("\n\n")]


def write_pages(folder):
    items = list(public_api.items())
    pages = {item.name: item.header.removesuffix(".h") for item in items}
    enums = {item.name: item for item in items if item.kind == "enum"}
    rules = permissions()
    for header in dict.fromkeys(item.header for item in items):
        here = [item for item in items if item.header == header]
        lines = [MARK, f"# {header}\n"]
        lines += [wrapped(linked(block, pages)) + "\n"
                  for block in purpose(header)]
        for item in here:
            if item.kind in ("function", "callback", "variable"):
                lines += call_lines(item, enums, rules, pages)
            elif item.since:
                lines += type_lines(item, pages)
        page = folder / f"{header.removesuffix('.h')}.md"
        page.write_text("\n".join(lines), encoding="utf-8")
    calls = sorted((item.name, item.header.removesuffix(".h"))
                   for item in items if item.kind == "function")
    index = [MARK, "# Reference of the public calls\n"]
    index += [wrapped(f"[`{name}`]({page}.md#{name.lower()})", "- ", "  ")
              for name, page in calls]
    (folder / "README.md").write_text("\n".join(index) + "\n",
                                      encoding="utf-8")


target = pathlib.Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
write_pages(target)
