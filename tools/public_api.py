# SPDX-License-Identifier: LGPL-2.1-or-later
"""What include/libvirt/ declares, taken apart: for the check and the manual.

The headers keep to one form, which this relies on: a comment that begins with
the name, then the declaration; parameters as '@name: text', and the paragraphs
'Errors:', 'Returns:' and 'Since:' at the end.
"""
import dataclasses
import functools
import re

import source_tree


@dataclasses.dataclass
class Member:
    """A value of an enum."""
    name: str
    value: str
    text: str


@dataclasses.dataclass
class Item:
    """One thing that a header declares."""
    kind: str           # "function", "variable", "callback", "enum", "type"
    name: str
    header: str         # "libvirt-domain.h"
    code: str           # the declaration, without comments
    params: dict        # name: text, in order
    paragraphs: list    # what it does
    errors: str
    returns: str
    since: str
    members: list       # of Member: of an enum
    fields: str         # of a struct: its definition, with comments


def without_stars(comment):
    body = re.sub(r"^/\*\*?|\*/$", "", comment.strip())
    return "\n".join(re.sub(r"^\s*\* ?", "", line)
                     for line in body.splitlines()).strip()


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def document(text, name):
    """(params, paragraphs, errors, returns, since) of a comment's text."""
    text = re.sub(rf"^{name}:\s*", "", text)
    since = re.search(r"Since:\s*([\d.]+\d)", text)
    text = re.sub(r"\s*Since:\s*[\d.]+\d", "", text)
    params, paragraphs, errors, returns = {}, [], "", ""
    for block in re.split(r"\n\s*\n", text):
        if block.lstrip().startswith("@"):
            for entry in re.split(r"\n(?=@)", block.strip()):
                found = re.match(r"@(\w+):\s*(.*)", entry, re.S)
                if found:
                    params[found[1]] = one_line(found[2])
            continue
        block = one_line(block)
        if block.startswith("Errors:"):
            errors = block[len("Errors:"):].strip()
        elif block.startswith("Returns:"):
            returns = block[len("Returns:"):].strip()
        elif block:
            paragraphs.append(block)
    return params, paragraphs, errors, returns, since[1] if since else ""


def members_of(code):
    """The values of an enum, with the comment before each."""
    found, comment = [], ""
    body = code[code.index("{") + 1:code.rindex("}")]
    for token in re.findall(r"/\*.*?\*/|[A-Z]\w+\s*(?:=[^,/]*)?", body, re.S):
        if token.startswith("/*"):
            comment = one_line(without_stars(token))
            continue
        name, _, value = token.partition("=")
        found.append(Member(name.strip(), one_line(value), comment))
        comment = ""
    return found


def kind_of(code):
    """(kind, name) of a declaration without comments; None: not of ours."""
    if code.startswith("typedef enum"):
        name = re.search(r"\}\s*(vir\w+)$", code)
        return name and ("enum", name[1])
    if code.startswith("typedef"):
        name = re.search(r"\(\*(vir\w+)\)", code)
        if name:
            return "callback", name[1]
        name = re.search(r"\b(vir\w+)$", code)
        return name and ("type", name[1])
    if code.startswith(("enum", "struct")):
        return None
    name = re.search(r"\b(vir\w+)\s*\(", code)
    if name:
        return "function", name[1]
    name = re.search(r"^extern\b.*\b(vir\w+)$", code, re.S)
    return name and ("variable", name[1])


def statement_depth(statement):
    """How many braces are open at its end."""
    plain = re.sub(r"/\*.*?\*/", "", statement, flags=re.S)
    return plain.count("{") - plain.count("}")


def statements(path):
    """(comments, code with its inner comments) of each declaration."""
    text = source_tree.read(path)
    text = re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*$", "", text, flags=re.M)
    text = re.sub(r'extern "C" \{', "", text)
    statement = ""
    for token in re.findall(r"/\*.*?\*/|\{|\}|;|[^/{};]+|/", text, re.S):
        statement += token
        depth = statement_depth(statement) if token in "{};" else 1
        if token != ";" or depth > 0:
            continue
        lead = re.match(r"\s*((?:/\*.*?\*/\s*)*)", statement, re.S)
        yield (re.findall(r"/\*.*?\*/", lead[1], re.S),
               statement[lead.end():-1].strip())
        statement = ""


def items():
    """Everything that the public headers declare, in their order."""
    for path in source_tree.files(".h", under="include/libvirt/"):
        declared = list(statements(path))
        fields = {re.match(r"struct _(\w+)", code)[1]: code
                  for _, code in declared if re.match(r"struct _\w+ \{", code)}
        for comments, code in declared:
            plain = one_line(re.sub(r"/\*.*?\*/", "", code, flags=re.S))
            kind = kind_of(plain)
            if not kind:
                continue
            comment = next((without_stars(one) for one in comments
                            if f"{kind[1]}:" in one), "")
            name = re.search(r"struct _(\w+)", plain)
            yield Item(kind[0], kind[1], path.name, plain,
                       *document(comment, kind[1]),
                       members_of(code) if kind[0] == "enum" else [],
                       fields.get(name[1], "") if name else "")


def parameters(item):
    """The names of a function's parameters, in order."""
    inner = item.code[item.code.index("(") + 1:item.code.rindex(")")]
    if item.kind == "callback":
        inner = inner.partition("(")[2]
    return [] if inner.strip() in ("void", "") else [
        re.search(r"(\w+)\s*(?:\[\w*\])?$", one.strip())[1]
        for one in inner.split(",")]


def purpose(header):
    """What the opening comment of a header says."""
    text = source_tree.read(f"include/libvirt/{header}")
    return without_stars(re.search(r"/\*(?! SPDX).*?\*/", text, re.S)[0])


def general_errors(header):
    """The errors that any call of a header may give, by its opening comment;
    None if that does not speak of errors."""
    told = one_line(purpose(header))
    if not re.search(r"rrors that any call may give|said there of errors|"
                     "sets no error", told):
        return None
    found = re.findall(r"VIR_ERR_\w+", told)
    for other in re.findall(r"those of (libvirt-\w+\.h)", told):
        found += general_errors(other)
    if "said there of errors" in told:
        found += general_errors("libvirt-domain.h")
    return found


def errors(item):
    """The names of all errors that a call documents."""
    told = " ".join([item.errors, item.returns, *item.paragraphs])
    return sorted({*re.findall(r"VIR_ERR_\w+", told),
                   *(general_errors(item.header) or [])})


@functools.lru_cache
def added_flags():
    """{call: [enum]} of the flags of Strandline's own, which say in their
    comment whose they are; libvirt's headers do not know of them."""
    found = {}
    for item in items():
        if item.kind == "enum" and item.header == "libvirt-strandline.h":
            for call in re.findall(r"\b(vir\w+)\(\)", " ".join(item.paragraphs)):
                found.setdefault(call, []).append(item.name)
    return found


def flag_enums(item):
    """The enums whose values a call's flags are made of."""
    told = re.search(r"bitwise-OR of (vir\w+(?: and vir\w+)*)",
                     item.params.get("flags", ""))
    named = told[1].split(" and ") if told else []
    return list(dict.fromkeys(named + added_flags().get(item.name, [])))


@dataclasses.dataclass
class Rule:
    """What a call needs, by src/api/access.c; names as they stand there."""
    needs: list         # of ACCESS_...
    extras: list        # (with one of these flags, these permissions besides)


def rules():
    """{call: Rule}."""
    def names(text):
        return [one.strip() for one in text.split("|")
                if one.strip() not in ("0", "ACCESS_FREE")]

    code = source_tree.read("src/api/access.c")
    found = {}
    for entry in re.findall(r'\{("vir\w+"[^}]*)\}', code):
        call, needs, *more = (part.strip() for part in entry.split(",")
                              if part.strip())
        found[call.strip('"')] = Rule(names(needs), [
            (names(flags), names(besides))
            for flags, besides in zip(more[::2], more[1::2]) if flags != "0"])
    return found


def permissions_of_readers():
    """The ACCESS_... of a read-only connection."""
    code = source_tree.read("src/api/access.h")
    listed = re.search(r"ACCESS_OF_READERS = ([^,]*),", code)[1]
    return {one.strip() for one in listed.split("|")}
