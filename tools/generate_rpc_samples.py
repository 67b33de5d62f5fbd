#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make a value of each type on the wire, in C and as bytes:
generate_rpc_samples.py FOLDER OUT.c

The bytes are made here, by the rules of XDR (RFC 4506) and not by the code that
is tested with them.  Each type comes twice: full, with everything present and
numbers at their ends, and bare, with nothing that may be left out.
"""
import pathlib
import struct
import sys

import rpc_description

NUMBERS = {"int": (">i", [-2**31, 2**31 - 1, -1, 7]),
           "unsigned int": (">I", [2**32 - 1, 0, 1, 8]),
           "hyper": (">q", [-2**63, 2**63 - 1, -1, 9]),
           "unsigned hyper": (">Q", [2**64 - 1, 0, 1, 10]),
           "unsigned char": (">I", [255, 0, 1]),
           "unsigned short": (">I", [65535, 0, 1]),
           "char": (">i", [120, 97, 0])}
SUFFIX = {"unsigned int": "U", "hyper": "LL", "unsigned hyper": "ULL"}


class Maker:
    """Values of one variant; numbers and texts differ from field to field."""

    def __init__(self, description, is_full):
        self.description, self.is_full, self.step = description, is_full, 0

    def next(self):
        self.step += 1
        return self.step

    @staticmethod
    def counted(data):
        return (struct.pack(">I", len(data)) + data +
                b"\0" * (-len(data) % 4))

    def number(self, kind):
        form, values = NUMBERS[kind]
        value = values[self.next() % len(values)] if self.is_full else 0
        text = f"{value}{SUFFIX.get(kind, '')}"
        if value == -2**31:
            text = "(-2147483647 - 1)"
        if value == -2**63:
            text = "(-9223372036854775807LL - 1)"
        return text, struct.pack(form, value)

    def text(self):
        # Lengths of all remainders by four, and bytes that are no ASCII.
        value = ("\u00e9" + "x" * (self.next() % 5)) if self.is_full else ""
        data = value.encode()
        quoted = "".join(f"\\{byte:03o}" for byte in data)
        return f'(char *)"{quoted}"', self.counted(data)

    def one(self, kind):
        """A value of a named type."""
        if kind in NUMBERS:
            return self.number(kind)
        if kind == "double":
            return ("-0.25", struct.pack(">d", -0.25)) if self.is_full else (
                "0.0", struct.pack(">d", 0))
        if kind == "string":
            return self.text()
        if kind in self.description.structs:
            return self.struct(self.description.structs[kind])
        if kind in self.description.unions:
            return self.union(kind, 4)
        field = self.description.typedefs[kind]
        return self.text() if field.type == "string" else self.field(field)

    def struct(self, fields):
        made = [(field, *self.field(field)) for field in fields]
        return ("{" + ", ".join(f".{f.name} = {c}" for f, c, _ in made) + "}",
                b"".join(data for _, _, data in made))

    def union(self, kind, number):
        field = self.description.unions[kind][number]
        c, data = self.one(field.type)
        return (f"{{.type = {number}, .{kind}_u = {{.{field.name} = {c}}}}}",
                struct.pack(">i", number) + data)

    def param(self, number):
        """One of each arm makes an array of parameters."""
        name, data = self.text()
        value, more = self.union("WireParamValue", number)
        return f"{{.field = {name}, .value = {value}}}", data + more

    def field(self, field):
        if field.shape == "maybe":
            if not self.is_full:
                return "NULL", struct.pack(">I", 0)
            c, data = self.one(field.type)
            c_type = self.description.c_type(field.type)
            inner = c if c.startswith("{") else f"{{{c}}}"
            return f"&({c_type}){inner}", struct.pack(">I", 1) + data
        if field.type == "opaque":
            return self.opaque(field)
        if field.shape == "vector":
            made = [self.one(field.type) for _ in range(field.limit)]
            return ("{" + ", ".join(c for c, _ in made) + "}",
                    b"".join(data for _, data in made))
        if field.shape == "array":
            return self.array(field)
        return self.one(field.type)

    def opaque(self, field):
        count = field.limit if field.shape == "vector" else (
            5 if self.is_full else 0)
        data = bytes((self.next() * 37 + i) % 256 if self.is_full else 0
                     for i in range(count))
        quoted = '(char *)"' + "".join(f"\\{b:03o}" for b in data) + '"'
        if field.shape == "vector":
            numbers = ", ".join(f"(char){b}" for b in data)
            return f"{{{numbers}}}", data
        return self.pair(field, count, quoted), self.counted(data)

    @staticmethod
    def pair(field, count, values):
        return (f"{{.{field.name}_len = {count}, .{field.name}_val = "
                f"{values if count else 'NULL'}}}")

    def array(self, field):
        if not self.is_full:
            made = []
        elif field.type == "WireParam":
            made = [self.param(n) for n in
                    sorted(self.description.unions["WireParamValue"])]
        else:
            made = [self.one(field.type) for _ in range(3)]
        values = (f"({self.description.c_type(field.type)}[]){{"
                  + ", ".join(c for c, _ in made) + "}")
        return (self.pair(field, len(made), values),
                struct.pack(">I", len(made)) + b"".join(d for _, d in made))


def main(folder, output):
    description = rpc_description.Description(folder)
    lines = ['/* Made by tools/generate_rpc_samples.py. */\n'
             '#include "samples.h"\n\n']
    rows = []
    for kind in description.types() + ["WireError"]:
        for variant, is_full in (("full", True), ("bare", False)):
            c, data = Maker(description, is_full).one(kind)
            name = f"{description.xdr(kind)[4:]}_{variant}"
            lines.append(f"static {description.c_type(kind)} {name} = {c};\n"
                         f"static const unsigned char {name}_bytes[] = {{"
                         + ",".join(map(str, data)) + "};\n")
            rows.append(f'    {{"{kind} {variant}", (xdrproc_t)'
                        f"{description.xdr(kind)}, &{name}, sizeof({name}), "
                        f"{name}_bytes, sizeof({name}_bytes)}},\n")
    lines += ["\nconst Sample samples[] = {\n", *rows, "};\n"
              "const unsigned sample_count = "
              "sizeof(samples) / sizeof(samples[0]);\n"]
    pathlib.Path(output).write_text("".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
