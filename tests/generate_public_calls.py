#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the table of public_calls.h from the headers and the access table.

usage: generate_public_calls.py OUTPUT

A function for each public call that makes it with arguments that nothing is
wrong with, and a row that says what else there is to know of it.  So a call
that is added is asked all the questions, without anybody thinking of it.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import public_api  # noqa: E402

HANDLES = {
    "virConnectPtr": "conn",
    "virDomainPtr": "domain",
    "virDomainCheckpointPtr": "checkpoint",
    "virDomainSnapshotPtr": "snapshot",
    "virDomainJobPtr": "job",
}
# There are none, so that NULL is refused as any other would be.
ABSENT = ("virNetworkPtr", "virStoragePoolPtr", "virNodeDevicePtr",
          "virSecretPtr")
# What is no function of handles and values, and has tests of its own.
OTHERS = ("virEvent", "virSetErrorFunc", "virConnectOpen")

# Texts and values that are right, by the parameter's name; "call.parameter"
# where that is not enough.
SOUND = {
    "disk": '"vda"',
    "dev": '"vda"',
    "new_name": '"renamed"',
    "cmd": '"{\\"execute\\":\\"query-name\\"}"',
    "xmlDesc": '"<domainsnapshot><name>more</name></domainsnapshot>"',
    "xml": '"<domain type=\'test\'><name>more</name><memory>1024</memory>'
           '<os><type>hvm</type></os></domain>"',
    "destxml": '"<disk type=\'file\'><source file=\'/copy.qcow2\'/></disk>"',
    "virDomainCheckpointCreateXML.xmlDesc":
        '"<domaincheckpoint><name>more</name></domaincheckpoint>"',
    "virDomainInterfaceAddresses.source": "flags",
    "virDomainTestFault.xml": '"<fault type=\'crash\'/>"',
    "virDomainLookupByName.name": '"web"',
    "virDomainCheckpointLookupByName.name": '"c1"',
    "virDomainSnapshotLookupByName.name": '"s1"',
    "virDomainBlockStats.size": "sizeof(virDomainBlockStatsStruct)",
    "virDomainBlockResize.size": "2 * 1024 * 1024",
    "virDomainCoreDumpWithFormat.dumpformat": "0",
    "virDomainGetCPUStats.params": "(void *)room.bytes",
    "virDomainGetCPUStats.start_cpu": "-1",
    "virDomainGetCPUStats.ncpus": "1",
    "virDomainGetCPUStats.nparams": "1",
    "virDomainGetDiskErrors.errors": "(void *)room.bytes",
    "virDomainGetDiskErrors.maxerrors": "1",
    "virDomainMemoryStats.nr_stats": "1",
    "virDomainListGetStats.doms": "(virDomainPtr[]){h->domain, NULL}",
    "virDomainSaveParams.params": "file_wish",
    "virDomainSaveParams.nparams": "1",
    "virDomainRestoreParams.params": "file_wish",
    "virDomainRestoreParams.nparams": "1",
}
OF_TYPE = {
    "virConnectDomainEventGenericCallback": "on_event",
    "virConnectDomainEventCallback": "on_lifecycle",
    "virConnectCloseFunc": "on_close",
    "virErrorPtr": "&room.error",
    "virTypedParameterPtr *": "&room.params",
    "virDomainStatsRecordPtr **": "&room.records",
    "char ***": "&room.texts",
    "virSecurityLabelPtr": "&room.label",
    "virSecurityModelPtr": "&room.model",
    "int *nparams": "&room.n_params",
    "char **": "&room.text",
    "const char *": '"5a1d0001-0203-4405-8607-08090a0b0c0d"',
}


def parameters(item):
    """(type, name) of each parameter."""
    inner = item.code[item.code.index("(") + 1:item.code.rindex(")")]
    for one, name in zip(inner.split(","), public_api.parameters(item)):
        yield (one.strip().removesuffix(name)
               .replace("const names", "").strip(), name)


def is_pointer(kind):
    return kind.endswith(("*", "Ptr", "Callback", "Func", "const"))


def sound(item, kind, name):
    """An argument that nothing is wrong with."""
    if kind in HANDLES:
        return f"h->{HANDLES[kind]}"
    if name == "flags":
        return "flags"
    own = f"{item.name}.{name}"
    if is_pointer(kind) and "nullable" in item.params.get(name, "") and \
            own not in SOUND:
        return "NULL"
    for key in (own, name):
        is_text = SOUND.get(key, "").startswith('"')
        if key in SOUND and is_text == (kind == "const char *"):
            return SOUND[key]
    for key in (f"{kind}{name}", kind):
        if key in OF_TYPE:
            return OF_TYPE[key]
    if kind.endswith("Callback"):
        return "NULL"
    if is_pointer(kind):
        return "(void *)room.bytes"
    return "0" if name.startswith(("n", "max")) else "1"


def is_needed(item, place, kind, name, arguments):
    """Whether NULL in this place is refused."""
    told = item.params.get(name, "")
    if not is_pointer(kind) or "nullable" in told or name == "opaque":
        return False
    return arguments[0][0] not in ABSENT or place == 0


def outcome(item):
    """What tells success of a result of this type, and gives it back."""
    result = item.code.partition(item.name)[0].strip()
    if result == "void":
        return "gave_nothing"
    if result in ("unsigned long", "unsigned long long"):
        return "gave_number"
    if not result.endswith(("*", "Ptr")):
        return "gave_count"
    if "(transfer full)" not in item.returns:
        return "gave_pointer"
    return {"char *": "gave_text", "virErrorPtr": "gave_error"}.get(
        result, f"gave_{HANDLES.get(result)}")


def function(item, arguments):
    places = []
    for place, (kind, name) in enumerate(arguments):
        right = sound(item, kind, name)
        is_open = right != "NULL" and is_needed(item, place, kind, name,
                                                arguments)
        places.append(f"hole == {place} ? NULL : {right}" if is_open else right)
    call = f"{item.name}({', '.join(places)})"
    result = outcome(item)
    body = (f"    {call};\n    return {result}();" if result == "gave_nothing"
            else f"    return {result}({call});")
    return (f"static bool\ncall_{item.name}(const Handles *h, unsigned flags, "
            "int hole)\n{\n    (void)h;\n    (void)flags;\n    (void)hole;\n"
            f"{body}\n}}\n")


def known_flags(item, enums):
    told = item.params.get("flags", "")
    if told.startswith("VIR_"):
        return told.split()[0]
    values = [one.name for enum in public_api.flag_enums(item)
              for one in enums[enum].members if not one.name.endswith("_LAST")]
    return " | ".join(f"(unsigned){one}" for one in values) or "0"


def row(item, arguments, rule, enums, readers):
    needed = "".join(f'{{{place}, "{name}", '
                     f"{str(kind in (*HANDLES, *ABSENT)).lower()}}}, "
                     for place, (kind, name) in enumerate(arguments)
                     if is_needed(item, place, kind, name, arguments))
    kind = HANDLES.get(arguments[0][0] if arguments else "", "none").upper()
    has_flags = str(any(name == "flags" for _, name in arguments)).lower()
    is_refused = str(bool(set(rule.needs) - readers)).lower()
    refused = " | ".join(f"(unsigned){one}" for flags, more in rule.extras
                         if set(more) - readers for one in flags) or "0"
    is_local = str(not rule.needs).lower()
    return (f'    {{"{item.name}", call_{item.name}, HANDLE_{kind}, '
            f"{has_flags}, {is_local}, {is_refused}, "
            f"{known_flags(item, enums)}, {refused}, {{{needed}}}, "
            f"{{{', '.join(public_api.errors(item)) or 0}}}}},")


def write(path):
    items = list(public_api.items())
    enums = {item.name: item for item in items if item.kind == "enum"}
    rules = public_api.rules()
    readers = public_api.permissions_of_readers()
    functions, rows = [], []
    for item in items:
        if item.kind != "function" or item.name.startswith(OTHERS):
            continue
        arguments = list(parameters(item))
        functions.append(function(item, arguments))
        rows.append(row(item, arguments, rules[item.name], enums, readers))
    path.write_text(
        "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
        "/* Made by generate_public_calls.py from the public headers. */\n"
        + "\n".join(functions)
        + "\nstatic const PublicCall rows[] = {\n" + "\n".join(rows) + "\n};\n",
        encoding="utf-8")


write(pathlib.Path(sys.argv[1]))
