# SPDX-License-Identifier: LGPL-2.1-or-later
"""Read src/rpc/*.x: the structs and the lines of the programs.

The files are RPC language (RFC 5531), of which they keep to a part that is
read with a few patterns: one field or one procedure a line.  What a line's
comment means is written at the top of remote.x.
"""
import dataclasses
import pathlib
import re

FILES = ("wire.x", "remote.x", "strandline.x")
SCALARS = {"int": ("int", "int"), "unsigned int": ("unsigned", "u_int"),
           "hyper": ("quad_t", "quad_t"),
           "unsigned hyper": ("u_quad_t", "u_quad_t"),
           "unsigned char": ("unsigned char", "u_char"),
           "unsigned short": ("unsigned short", "u_short"),
           "char": ("char", "char"), "double": ("double", "double")}
MARKS = {"high", "early", "closed", "message"}


@dataclasses.dataclass
class Field:
    """A member of a struct, or what a typedef stands for."""
    type: str       # "WireDomain", "unsigned int", "string", "opaque"
    name: str
    shape: str      # "one", "maybe", "array" (up to limit), "vector" (exactly)
    limit: int


@dataclasses.dataclass
class Procedure:
    """A line of a program."""
    program: str    # "REMOTE"
    number: int
    name: str       # "DOMAIN_RESET"
    args: str       # "WireDomainFlags", "void"
    ret: str
    function: str   # "virDomainReset"; "" if the connection answers
    member: str     # "domain_reset"; "" if the client makes nothing of it
    marks: set
    options: dict   # {"serve": "hand", "flags": "backup_begin"}

    @property
    def constant(self):
        return f"{self.program}_{self.name}"

    @property
    def function_name(self):
        """Of what is generated for it: "remote_domain_reset"."""
        return self.constant.lower()


class Description:
    """All of it: constants, types (a struct, typedef or union) and programs."""

    def __init__(self, folder):
        self.constants, self.structs, self.typedefs = {}, {}, {}
        self.unions, self.programs, self.procedures = {}, {}, []
        self.file_of = {}
        for name in FILES:
            text = (pathlib.Path(folder) / name).read_text()
            types, _, programs = text.partition("#ifdef PROGRAMS")
            self._read_types(re.sub(r"/\*.*?\*/", "", types, flags=re.S), name)
            self._read_programs(programs)

    def value(self, text):
        text = text.strip()
        return self.constants[text] if text in self.constants else int(text, 0)

    def _field(self, line):
        found = re.fullmatch(r"((?:unsigned )?\w+) (\*?)(\w+)(?:([<\[])(\w+)"
                             r"[>\]])?", re.sub(r"\s+", " ", line.strip()))
        if not found:
            raise SystemExit(f"cannot read the field '{line.strip()}'")
        kind, star, name, bracket, limit = found.groups()
        shape = ("maybe" if star else {"<": "array", "[": "vector"}.get(
            bracket, "one"))
        return Field(kind, name, shape, self.value(limit) if limit else 0)

    def _read_types(self, text, file):
        for name, value in re.findall(r"const (\w+) = (\w+);", text):
            self.constants[name] = int(value, 0)
        for line in re.findall(r"typedef ([^;]+);", text):
            field = self._field(line)
            self.typedefs[field.name] = field
            self.file_of[field.name] = file
        for name, body in re.findall(r"struct (\w+) \{(.*?)\n\};", text, re.S):
            self.structs[name] = [self._field(f) for f in body.split(";")
                                  if f.strip()]
            self.file_of[name] = file
        for name, body in re.findall(
                r"union (\w+) switch \(int type\) \{(.*?)\n\};", text, re.S):
            self.unions[name] = {
                int(number): self._field(arm) for number, arm in
                re.findall(r"case (\d+):\s*([^;]+);", body)}
            self.file_of[name] = file

    def _read_programs(self, text):
        for name, body, number in re.findall(
                r"program (\w+) \{(.*?)\n\} = (0x[0-9a-f]+);", text, re.S):
            self.programs[name] = int(number, 0)
            for line in body.splitlines():
                if re.search(r"\) = \d+;", line):
                    self.procedures.append(self._procedure(name, line))

    @staticmethod
    def _procedure(program, line):
        found = re.fullmatch(r"([\w ]+) (\w+)\(([\w ]+)\) = (\d+); "
                             r"/\* (\S+)(.*) \*/", line.strip())
        if not found:
            raise SystemExit(f"cannot read the procedure '{line.strip()}'")
        ret, name, args, number, function, rest = found.groups()
        member, marks, options = "", set(), {}
        for word in rest.split():
            key, equals, value = word.partition("=")
            if equals:
                options[key] = value
            elif word in MARKS:
                marks.add(word)
            elif not member:
                member = word
            else:
                raise SystemExit(f"{name}: what is '{word}'?")
        return Procedure(program, int(number), name, args, ret,
                         function.strip("-"), member, marks, options)

    def c_type(self, kind):
        return SCALARS[kind][0] if kind in SCALARS else kind

    def xdr(self, kind):
        """The function that moves a value of this type."""
        return "xdr_" + (SCALARS[kind][1] if kind in SCALARS else kind)

    def ordered(self):
        """The procedures as in the table of rows, by which all others go."""
        return sorted(self.procedures, key=lambda p: (
            self.programs[p.program], p.number))

    def types(self):
        """What procedures take and give, each once, in order."""
        used = {}
        for procedure in self.procedures:
            for kind in (procedure.args, procedure.ret):
                if kind != "void":
                    used.setdefault(kind, None)
        return list(used)
