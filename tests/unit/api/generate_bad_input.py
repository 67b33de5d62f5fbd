#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the part of test_bad_input.c that the headers decide.

usage: generate_bad_input.py OUTPUT

A row for each pointer that a public call does not document as nullable: the
call with NULL in that place and something sound in all others.  So a call that
is added is asked too, without anybody thinking of it.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
import public_api  # noqa: E402

HANDLES = {
    "virConnectPtr": "m->conn",
    "virDomainPtr": "m->domain",
    "virDomainCheckpointPtr": "m->checkpoint",
    "virDomainSnapshotPtr": "m->snapshot",
    "virDomainJobPtr": "m->job",
}
# There are none, so that NULL is refused as any other would be.
ABSENT = ("virNetworkPtr", "virStoragePoolPtr", "virNodeDevicePtr",
          "virSecretPtr")
# What is no function of handles and values, and has tests of its own.
OTHERS = ("virEvent", "virSetErrorFunc", "virConnectOpen")


def parameters(item):
    """(type, name) of each parameter."""
    inner = item.code[item.code.index("(") + 1:item.code.rindex(")")]
    for one, name in zip(inner.split(","), public_api.parameters(item)):
        yield one.strip().removesuffix(name).replace("const names", "").strip(), name


def is_pointer(kind):
    return kind.endswith(("*", "Ptr", "Callback", "Func", "const"))


def sound(kind, name):
    """An argument that nothing is wrong with."""
    if kind in HANDLES:
        return HANDLES[kind]
    if kind == "virConnectDomainEventGenericCallback":
        return "on_event"
    if kind == "virConnectDomainEventCallback":
        return "on_lifecycle"
    if kind == "virConnectCloseFunc":
        return "on_close"
    if kind.endswith("Callback"):
        return "NULL"
    if kind == "virErrorPtr":
        return "(void *)room"
    if kind == "const char *":
        return '"5a1d0001-0203-4405-8607-08090a0b0c0d"'
    if is_pointer(kind):
        return "(void *)room"
    if kind in ("unsigned int",) and name == "flags":
        return "0"
    return "0" if name.startswith(("n", "max")) else "1"


def rows():
    for item in public_api.items():
        if item.kind != "function" or item.name.startswith(OTHERS):
            continue
        result = item.code.partition(item.name)[0].strip()
        arguments = list(parameters(item))
        for place, (kind, name) in enumerate(arguments):
            told = item.params.get(name, "")
            if not is_pointer(kind) or "nullable" in told or name == "opaque":
                continue
            if arguments[0][0] in ABSENT and place > 0:
                continue
            values = ", ".join("NULL" if i == place else sound(*one)
                               for i, one in enumerate(arguments))
            call = f"{item.name}({values})"
            if result == "unsigned long":
                claim = f"{call} == 0"
            elif result == "void":
                claim = f"({call}, true)"
            elif result.endswith(("*", "Ptr")):
                claim = f"!{call}"
            else:
                claim = f"(int){call} == -1"
            yield (f'    X({item.name}_{name}, "{item.name}", "{name}", '
                   f'{str(kind in (*HANDLES, *ABSENT)).lower()}, {claim})')


listed = list(rows())
pathlib.Path(sys.argv[1]).write_text(
    "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
    "/* Made by generate_bad_input.py from the public headers. */\n"
    "#define ROWS(X) \\\n" + " \\\n".join(listed) + "\n", encoding="utf-8")
