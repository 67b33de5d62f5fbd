#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the two ends of a call:  generate_rpc_calls.py WHAT ROOT OUT.h OUT.c

    stubs   for the client: a member of the driver's table, as a call
    serve   for the daemon: a call, as a public call

A procedure's fields are matched with the parameters of the C function in their
order, by kind.  What does not match is an error that says so: such a procedure
is marked stub=hand or serve=hand, and written by hand under the same name.
"""
import dataclasses
import pathlib
import re
import sys

import rpc_description
from rpc_description import Field

NOTICE = "/* Made by tools/generate_rpc_calls.py from src/rpc. */\n"
OBJECTS = {"WireDomain": "domain", "WireCheckpoint": "checkpoint",
           "WireSnapshot": "snapshot", "WireJob": "job"}
HANDLES = {"virDomainPtr": "WireDomain",
           "virDomainCheckpointPtr": "WireCheckpoint",
           "virDomainSnapshotPtr": "WireSnapshot",
           "virDomainJobPtr": "WireJob"}
INTEGERS = {"int", "unsigned", "unsigned int", "unsigned long", "long long",
            "unsigned long long", "unsigned char", "unsigned short"}
WIRE_INTEGERS = {"int", "unsigned int", "hyper", "unsigned hyper",
                 "unsigned char", "unsigned short"}


class Irregular(Exception):
    """This procedure is not one of the shapes."""


@dataclasses.dataclass
class Parameter:
    type: str   # without const: "char *", "virDomainPtr **"
    name: str


@dataclasses.dataclass
class Function:
    """A C function, or a member that is a pointer to one."""
    result: str
    name: str
    parameters: list

    def take(self, *types):
        """Take the next parameters off if they are of these types."""
        if [p.type for p in self.parameters[:len(types)]] != list(types):
            return None
        taken, self.parameters = (self.parameters[:len(types)],
                                  self.parameters[len(types):])
        return taken


def parse_function(result, name, parameters):
    def one(text):
        text = re.sub(r"\bconst\b", "", re.sub(r"\s+", " ", text)).strip()
        found = re.fullmatch(r"(.*?)(\w+)", text)
        return Parameter(re.sub(r"\s+", " ", found[1]).strip(), found[2])

    return Function(re.sub(r"\s+", " ", result.replace("const", "")).strip(),
                    name, [one(p) for p in parameters.split(",")
                           if p.strip() != "void"])


def public_functions(root):
    found = {}
    for path in sorted((root / "include/libvirt").glob("*.h")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for result, name, parameters in re.findall(
                r"^((?:const )?\w[\w ]*?[ *]+)(vir\w+)\(([^()]*)\);", text,
                re.M):
            if "typedef" not in result:
                found[name] = parse_function(result, name, parameters)
    return found


def driver_members(root):
    text = re.sub(r"/\*.*?\*/", "", (root / "src/driver/driver.h").read_text(),
                  flags=re.S)
    return {name: parse_function(result, name, parameters)
            for result, name, parameters in re.findall(
                r"(\w[\w ]*?[ *]+)\(\*(\w+)\)\(([^()]*)\);", text)}


class Side:
    """The fields of args or ret, taken one after the other."""

    def __init__(self, description, kind, variable):
        self.kind, self.variable = kind, variable
        self.is_struct = kind in description.structs and kind not in OBJECTS
        if kind == "void":
            self.fields = []
        elif self.is_struct:
            self.fields = list(description.structs[kind])
        else:
            self.fields = [Field(kind, "", "one", 0)]

    def place(self, field):
        """The C expression for a field; variable is a pointer."""
        return (f"{self.variable}->{field.name}" if self.is_struct
                else f"*{self.variable}")

    def address(self, field):
        return (f"&{self.variable}->{field.name}" if self.is_struct
                else self.variable)

    def take(self, kinds, shape="one", name=None):
        if (self.fields and self.fields[0].type in kinds
                and self.fields[0].shape == shape
                and name in (None, self.fields[0].name)):
            return self.fields.pop(0)
        return None

    def drop_flags(self):
        """A flags field that the function does not have."""
        if self.fields and self.fields[0].name == "flags":
            self.fields.pop(0)


def finish(function, args, ret):
    left = [p.name for p in function.parameters] + [
        f.name or f.type for f in args.fields + ret.fields]
    if left:
        raise Irregular(f"{', '.join(left)} left over")


# The daemon's end

def serve_input(function, args, lines, call):
    """One parameter that goes in; False if the next is none."""
    kind = function.parameters[0].type
    if kind in HANDLES and (field := args.take({HANDLES[kind]})):
        function.take(kind)
        name = OBJECTS[HANDLES[kind]]
        lines.append(f"    {kind} {name} = wire_{name}_to(serve->conn, "
                     f"{args.address(field)});\n")
        call.append(name)
    elif kind == "virDomainJobPtr" and (field := args.take({"WireDomain"})):
        function.take(kind)
        lines.append(f"    {kind} job = serve_job(serve, "
                     f"{args.address(field)}, {args.place(args.take({'int'}))}"
                     ");\n")
        call.append("job")
    elif kind == "char *" and (field := args.take({"WireText"})):
        function.take(kind)
        call.append(args.place(field))
    elif kind == "char *" and (field := args.take({"WireTextOrNone"})):
        function.take(kind)
        call.append(f"wire_text({args.place(field)})")
    elif function.parameters[0].type == "unsigned char *" and (
            args.take({"WireUuid"})):
        function.take(kind)
        call.append("(const unsigned char *)*args")
    elif (function.parameters[1:] and kind == "char **"
          and (field := args.take({"WireText"}, "array"))):
        function.take("char **", function.parameters[1].type)
        place = args.place(field)
        call += [f"(const char **){place}.{field.name}_val",
                 f"{place}.{field.name}_len"]
    elif kind in INTEGERS and (field := args.take(WIRE_INTEGERS)):
        function.take(kind)
        call.append(args.place(field))
    elif function.parameters[0].name == "flags" and not args.fields:
        function.take(kind)
        call.append("0")
    else:
        return False
    return True


def serve_output(function, args, ret, state):
    """One parameter that comes out."""
    lines, call, after = state["lines"], state["call"], state["after"]
    kind = function.parameters[0].type
    item = kind[:-3] if kind.endswith(" **") else ""
    if item in HANDLES and args.take({"int"}, name="need_results"):
        field = ret.take({HANDLES[item]}, "array")
        count = ret.take({"int", "unsigned int"})
        if not field or not count:
            raise Irregular("a list without items and count")
        function.take(kind)
        name = OBJECTS[HANDLES[item]]
        lines.append(f"    {item} *items = NULL;\n")
        # Who may not see all of them is not told how many there are.
        call.append("args->need_results ? &items : NULL" if name != "domain"
                    else "serve_list_place(serve, args->need_results, &items)")
        if name == "domain":
            state["seen"] = ("        value = serve_seen_list(serve, items, "
                             "value);\n")
        after.append(
            f"    ret->{count.name} = value;\n"
            f"    wire_{name}_list_from(items, "
            f"&ret->{field.name}.{field.name}_val, "
            f"&ret->{field.name}.{field.name}_len);\n")
    elif function.take("virTypedParameterPtr *", "int *") and (
            field := ret.take({"WireParam"}, "array")):
        lines.append("    virTypedParameterPtr params = NULL;\n"
                     "    int nparams = 0;\n")
        call += ["&params", "&nparams"]
        place = f"ret->{field.name}.{field.name}"
        after.append(
            f"    {place}_val = wire_params_own(params, nparams);\n"
            f"    {place}_len = nparams;\n")
    elif kind == "char **" and (field := ret.take({"WireText"})):
        parameter = function.take(kind)[0]
        lines.append(f"    char *{parameter.name} = NULL;\n")
        call.append(f"&{parameter.name}")
        after.append(f"    {ret.place(field)} = {parameter.name};\n")
    elif kind.endswith(" *") and kind[:-2] in INTEGERS and (
            field := ret.take(WIRE_INTEGERS)):
        parameter = function.take(kind)[0]
        lines.append(f"    {kind[:-2]} {parameter.name} = 0;\n")
        call.append(f"&{parameter.name}")
        after.append(f"    {ret.place(field)} = {parameter.name};\n")
    elif re.fullmatch(r"vir\w+Ptr", kind) and kind not in HANDLES and (
            ret.is_struct):
        parameter = function.take(kind)[0]
        lines.append(f"    {kind[:-3]} {parameter.name} = {{0}};\n")
        call.append(f"&{parameter.name}")
        after += [copy_field(f, "ret->", f"{parameter.name}.")
                  for f in ret.fields]
        ret.fields = []
    else:
        name = function.parameters[0].name if function.parameters else ""
        raise Irregular(f"the parameter '{kind} {name}'")


def copy_field(field, to, source):
    if field.shape == "vector":
        return (f"    G_STATIC_ASSERT(sizeof({to}{field.name}) == "
                f"sizeof({source}{field.name}));\n"
                f"    memcpy({to}{field.name}, {source}{field.name}, "
                f"sizeof({to}{field.name}));\n")
    return f"    {to}{field.name} = {source}{field.name};\n"


def serve(description, procedure, function):
    args = Side(description, procedure.args, "args")
    ret = Side(description, procedure.ret, "ret")
    state = {"lines": [], "call": [], "after": []}
    if function.parameters and function.parameters[0].type == "virConnectPtr":
        function.take("virConnectPtr")
        state["call"].append("serve->conn")
    if "flags" in procedure.options:
        raise Irregular("flags that are numbered otherwise")
    flags = next((f"args->{f.name}" for f in args.fields
                  if f.name == "flags"), "0")
    while function.parameters:
        if not serve_input(function, args, state["lines"], state["call"]):
            serve_output(function, args, ret, state)
    args.drop_flags()
    subject = next((OBJECTS[k] for k in OBJECTS
                    if any(f" {OBJECTS[k]} = " in l
                           for l in state["lines"])), None)
    state["after"] = serve_result(function, ret, state)
    if function.result == "virDomainPtr":
        state["seen"] = "        value = serve_seen(serve, value);\n"
    finish(function, args, ret)
    return serve_text(description, procedure, function, state, subject, flags)


def serve_result(function, ret, state):
    """What the function returns, behind what it filled in."""
    after = state["after"]
    if function.result in HANDLES:
        field = ret.take({HANDLES[function.result]})
        name = OBJECTS[HANDLES[function.result]]
        if not field:
            raise Irregular("an object without a field for it")
        return after + [f"    wire_{name}_from(value, {ret.address(field)});\n"
                        f"    {name}_object_unref(value);\n"]
    if function.result == "char *":
        field = ret.take({"WireText", "WireTextOrNone"})
        if not field:
            raise Irregular("a text without a field for it")
        own = ("value" if field.type == "WireText"
               else "wire_text_own(value)")
        return after + [f"    {ret.place(field)} = {own};\n"]
    if function.result != "int":
        raise Irregular(f"the result '{function.result}'")
    if field := ret.take({"int", "unsigned int"}):
        return after + [f"    {ret.place(field)} = value;\n"]
    return after


def serve_text(description, procedure, function, state, subject, flags):
    result = function.result
    pointer = result != "int"
    body = state["lines"] + [
        f"    {result}{'' if result.endswith('*') else ' '}value = "
        f"{'NULL' if pointer else '-1'};\n\n",
        f"    if (serve_allowed(serve, {subject_domain(subject)}, {flags})) {{\n"
        f"        value = {function.name}({', '.join(state['call'])});\n"
        + state.get("seen", "") + "    }\n"]
    if subject:
        body.append(f"    {subject}_object_unref({subject});\n")
    body.append(f"    if ({'!value' if pointer else 'value < 0'})\n"
                "        return false;\n")
    body += state["after"]
    body.append("    return true;\n")
    head = ""
    if procedure.args != "void":
        head += f"    const {description.c_type(procedure.args)} *args = body;\n"
    if procedure.ret != "void":
        head += f"    {description.c_type(procedure.ret)} *ret = ret_body;\n"
    text = "".join(body)
    unused = "".join(f"    (void){name};\n" for name, used in
                     (("body", "args"), ("ret_body", "ret"))
                     if not re.search(rf"\b{used}\b", head))
    if "args" in head and not re.search(r"\bargs\b", text):
        unused += "    (void)args;\n"
    return (f"bool\nserve_{procedure.function_name}(Serve *serve, "
            "const void *body, void *ret_body)\n{\n" +
            head + text.replace("\n\n", "\n\n" + unused, 1) + "}\n\n")


def subject_domain(subject):
    return {None: "NULL", "domain": "domain"}.get(subject,
                                                  f"{subject}->domain")


# The client's end

def stub_input(function, args, lines):
    parameter = function.parameters[0]
    kind, name = parameter.type, parameter.name
    if kind in HANDLES and (field := args.take({HANDLES[kind]})):
        function.take(kind)
        lines.append(f"    wire_{OBJECTS[HANDLES[kind]]}_lend({name}, "
                     f"{args.address(field)});\n")
    elif kind == "char *" and (field := args.take({"WireText"})):
        function.take(kind)
        lines.append(f"    {args.place(field)} = (char *){name};\n")
    elif kind == "char *" and (field := args.take({"WireTextOrNone"})):
        function.take(kind)
        lines.append(f"    {args.place(field)} = {name} ? (char **)&{name} "
                     ": NULL;\n")
    elif kind == "unsigned char *" and args.take({"WireUuid"}):
        function.take(kind)
        lines.append(f"    memcpy(*args, {name}, sizeof(*args));\n")
    elif (function.parameters[1:] and kind == "char **"
          and (field := args.take({"WireText"}, "array"))):
        count = function.take("char **", function.parameters[1].type)[1]
        place = f"{args.place(field)}.{field.name}"
        lines.append(f"    {place}_val = (char **){name};\n"
                     f"    {place}_len = {count.name};\n")
    elif kind in INTEGERS and (field := args.take(WIRE_INTEGERS)):
        function.take(kind)
        lines.append(f"    {args.place(field)} = {name};\n")
    else:
        return False
    return True


def stub_output(function, args, ret, state):
    parameter = function.parameters[0]
    kind, name = parameter.type, parameter.name
    item = kind[:-3] if kind.endswith(" **") else ""
    if item in HANDLES and args.take({"int"}, name="need_results"):
        field = ret.take({HANDLES[item]}, "array")
        ret.take({"int", "unsigned int"})
        function.take(kind)
        place = f"ret->{field.name}.{field.name}"
        state["before"].append("    args->need_results = 1;\n")
        state["after"].append(
            f"    result = wire_{OBJECTS[HANDLES[item]]}_list_{way(item)}, "
            f"{place}_val, {place}_len, {name});\n")
        state["is_list"] = True
    elif kind.endswith(" *") and kind[:-2] in INTEGERS and (
            field := ret.take(WIRE_INTEGERS)):
        function.take(kind)
        state["after"].append(f"    *{name} = {ret.place(field)};\n")
    elif re.fullmatch(r"vir\w+Ptr", kind) and kind not in HANDLES and (
            ret.is_struct):
        function.take(kind)
        state["after"] += [copy_field(f, f"{name}->", "ret->")
                           for f in ret.fields]
        ret.fields = []
    else:
        raise Irregular(f"the parameter '{kind} {name}'")


def way(handle):
    """What came is below the domain that was asked about, if it is no domain."""
    return "to(CONN" if handle == "virDomainPtr" else "in(DOMAIN"


def stub_result(function, ret, state):
    if state["is_list"]:
        return
    if function.result in HANDLES:
        field = ret.take({HANDLES[function.result]})
        if not field:
            raise Irregular("an object without a field for it")
        name = OBJECTS[HANDLES[function.result]]
        state["after"].append(
            f"    result = wire_{name}_{way(function.result)}, "
            f"{ret.address(field)});\n")
    elif function.result == "char *":
        field = ret.take({"WireText", "WireTextOrNone"})
        if not field:
            raise Irregular("a text without a field for it")
        state["after"].append(
            f"    result = g_steal_pointer({ret.address(field)});\n"
            if field.type == "WireText" else
            f"    result = g_strdup(wire_text({ret.place(field)}));\n")
        if field.type == "WireTextOrNone":
            state["after"].append(
                "    if (!result)\n"
                "        fail(error, VIR_ERR_RPC, \"the peer answered without "
                "a result\");\n")
    elif function.result == "int":
        field = ret.take({"int", "unsigned int"})
        state["after"].append(f"    result = {ret.place(field)};\n" if field
                              else "    result = 0;\n")
    else:
        raise Irregular(f"the result '{function.result}'")


def declaration(procedure, function):
    parameters = ", ".join(
        f"{PARAMETER_CONST.get(p.type, '')}{p.type}"
        f"{'' if p.type.endswith('*') else ' '}{p.name}"
        for p in function.parameters)
    result = function.result + ("" if function.result.endswith("*") else " ")
    return result, f"call_{procedure.function_name}({parameters})"


PARAMETER_CONST = {"char *": "const ", "char **": "const ",
                   "unsigned char *": "const "}


def stub(description, procedure, function):
    result_type, head = declaration(procedure, function)
    args = Side(description, procedure.args, "args")
    ret = Side(description, procedure.ret, "ret")
    state = {"before": [], "after": [], "is_list": False}
    first = function.parameters[0]
    conn = {"virConnectPtr": "conn", "virDomainPtr": f"{first.name}->conn"}.get(
        first.type, f"{first.name}->domain->conn")
    if first.type == "virConnectPtr":
        conn = first.name
        function.take("virConnectPtr")
    if function.parameters[-1].type != "GError **":
        raise Irregular("a member without an error")
    function.parameters.pop()
    if "flags" in procedure.options:
        raise Irregular("flags that are numbered otherwise")
    while function.parameters:
        if not stub_input(function, args, state["before"]):
            stub_output(function, args, ret, state)
    args.drop_flags()
    stub_result(function, ret, state)
    finish(function, args, ret)
    pointer = result_type != "int "
    lines = [f"{result_type}\n{head}\n{{\n"]
    for side, kind in (("args", procedure.args), ("ret", procedure.ret)):
        if kind != "void":
            c_type = description.c_type(kind)
            lines.append(f"    {c_type} {side}_body = {{0}};\n"
                         f"    {c_type} *{side} = &{side}_body;\n")
    lines.append(f"    {result_type}result = {'NULL' if pointer else '-1'};\n"
                 "    const Procedure *procedure =\n        procedure_find("
                 f"RPC_PROGRAM_{procedure.program}, {procedure.constant});\n\n")
    lines += state["before"]
    passed = [side if kind != "void" else "NULL" for side, kind in
              (("args", procedure.args), ("ret", procedure.ret))]
    lines.append(f"    if (!remote_call({conn}, procedure, {passed[0]}, "
                 f"{passed[1]}, error))\n        return result;\n")
    domain = conn.removesuffix("->conn")
    lines += [line.replace("CONN", conn).replace("DOMAIN", domain)
              for line in state["after"]]
    if procedure.ret != "void":
        lines.append("    xdr_free(procedure->ret_xdr, (char *)ret);\n")
    lines.append("    return result;\n}\n\n")
    return "".join(lines)


# What is written out

def write_stubs(root, description, header, source):
    members = driver_members(root)
    heads, bodies = [], []
    for procedure in description.procedures:
        if not procedure.member:
            continue
        if procedure.member not in members:
            sys.exit(f"{procedure.constant}: the driver has no member "
                     f"'{procedure.member}'")
        member = members[procedure.member]
        function = dataclasses.replace(member, parameters=[*member.parameters])
        if procedure.options.get("stub") == "hand":
            continue
        result, head = declaration(procedure, function)
        heads.append(f"{result}{head};\n")
        bodies.append(attempt(stub, description, procedure, function, "stub"))
    pathlib.Path(header).write_text(
        NOTICE + '#pragma once\n\n#include "driver/driver.h"\n\n' +
        "".join(heads))
    pathlib.Path(source).write_text(
        NOTICE + '#include "remote/calls_made.h"\n\n#include "base/error.h"\n'
        '#include "remote/call.h"\n#include "rpc/wire_objects.h"\n\n'
        "#include <string.h>\n\n" + "".join(bodies))


def write_serve(root, description, header, source):
    functions = public_functions(root)
    heads, bodies, rows = [], [], []
    for procedure in description.ordered():
        function = functions.get(procedure.function)
        if not function:
            rows.append("    NULL,\n")
            continue
        if procedure.options.get("serve") != "hand":
            function = dataclasses.replace(
                function, parameters=[*function.parameters])
            bodies.append(attempt(serve, description, procedure, function,
                                  "serve"))
        heads.append(f"bool serve_{procedure.function_name}(Serve *serve, "
                     "const void *body, void *ret_body);\n")
        rows.append(f"    serve_{procedure.function_name},\n")
    pathlib.Path(header).write_text(
        NOTICE + '#pragma once\n\n#include "daemon/serve.h"\n\n' +
        "".join(heads))
    pathlib.Path(source).write_text(
        NOTICE + '#include "daemon/serve_made.h"\n\n'
        '#include "rpc/wire_objects.h"\n#include "rpc/wire_params.h"\n\n'
        "#include <libvirt/libvirt-qemu.h>\n#include <string.h>\n\n" +
        "".join(bodies) + "/* One for each of procedure_rows. */\n"
        "const ServeFunc serve_functions[] = {\n" + "".join(rows) + "};\n")


def attempt(make, description, procedure, function, end):
    try:
        return make(description, procedure, function)
    except Irregular as reason:
        sys.exit(f"{procedure.constant}: {function.name}() is irregular "
                 f"({reason}): mark it {end}=hand and write it")


def main(what, root, header, source):
    root = pathlib.Path(root)
    description = rpc_description.Description(root / "src/rpc")
    {"stubs": write_stubs, "serve": write_serve}[what](
        root, description, header, source)


if __name__ == "__main__":
    main(*sys.argv[1:])
