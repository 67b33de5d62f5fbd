#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make C of src/rpc/*.x:  generate_rpc.py WHAT FOLDER [FILE] OUTPUT...

    xdr FOLDER FILE.x OUT.h OUT.c     rpcgen's types and functions
    procedures FOLDER OUT.h OUT.c     the table behind rpc/procedures.h
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import rpc_description

NOTICE = "/* Made by tools/generate_rpc.py from src/rpc. */\n"


def xdr(folder, file, header, source):
    """rpcgen names its input in what it writes, so it runs beside it; and it
    does not overwrite."""
    name = pathlib.Path(file).stem
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(pathlib.Path(folder) / file, place)
        for option, output in (("-h", header), ("-c", source)):
            made = subprocess.run(
                ["rpcgen", "-i", "0", option, f"{name}.x"], cwd=place,
                check=True, capture_output=True, text=True).stdout
            pathlib.Path(output).write_text(made)


def check(description):
    seen = set()
    for procedure in description.procedures:
        key = (procedure.program, procedure.number)
        if key in seen:
            sys.exit(f"{procedure.constant}: the number {procedure.number} is "
                     "used twice")
        seen.add(key)


def row(description, procedure):
    def side(kind):
        if kind == "void":
            return "NULL, 0"
        return (f"(xdrproc_t){description.xdr(kind)}, "
                f"sizeof({description.c_type(kind)})")

    function = f'"{procedure.function}"' if procedure.function else "NULL"
    marks = " | ".join(f"PROCEDURE_{mark.upper()}"
                       for mark in sorted(procedure.marks)) or "0"
    return (f'    {{{description.programs[procedure.program]:#x}, '
            f'{procedure.number}, "{procedure.constant}", {function}, '
            f"{side(procedure.args)}, {side(procedure.ret)}, {marks}}},\n")


def procedures(folder, header, source):
    description = rpc_description.Description(folder)
    check(description)
    lines = [NOTICE, "#pragma once\n\nenum {\n"]
    lines += [f"    RPC_PROGRAM_{name} = {number:#x},\n"
              for name, number in description.programs.items()]
    lines += ["};\n\nenum {\n"]
    lines += [f"    {p.constant} = {p.number},\n"
              for p in description.procedures]
    lines += ["};\n"]
    pathlib.Path(header).write_text("".join(lines))

    lines = [NOTICE, '#include "rpc/procedures.h"\n\n',
             "const Procedure procedure_rows[] = {\n"]
    lines += [row(description, p) for p in description.ordered()]
    lines += ["};\n\nconst unsigned procedure_count =\n"
              "    sizeof(procedure_rows) / sizeof(procedure_rows[0]);\n"]
    pathlib.Path(source).write_text("".join(lines))


if __name__ == "__main__":
    {"xdr": xdr, "procedures": procedures}[sys.argv[1]](*sys.argv[2:])
