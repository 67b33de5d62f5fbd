#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hold every #include under src/ to src/layers.txt.  Exit 1 on a breach."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
layers, fences, breaches = {}, {}, []
for line in (root / "src/layers.txt").read_text().splitlines():
    name, colon, rest = line.partition("#")[0].partition(":")
    if not colon:
        continue
    if name.startswith("fence"):
        fences[name.split(None, 1)[1].strip()] = rest.split()
    else:
        layers[name.strip()] = set(rest.split())

for path in sorted((root / "src").rglob("*.[ch]")):
    rel = path.relative_to(root / "src").as_posix()
    layer = rel.split("/")[0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        where, target = f"src/{rel}:{number}", found[2]
        if found[1] == '"':
            other = target.split("/")[0]
            if other != layer and other not in layers.get(layer, ()):
                breaches.append(f"{where}: {layer} may not include {other}")
        # Ours may begin like a foreign one: "rpc/wire.h" and <rpc/xdr.h>.
        is_ours = found[1] == '"' and target.split("/")[0] in layers
        for header, homes in fences.items():
            if is_ours:
                continue
            if f"<{target}>".startswith(header) and not any(
                    rel == h or rel.startswith(h + "/") for h in homes):
                breaches.append(f"{where}: {header} belongs to {homes}")

print("\n".join(breaches) or f"layers hold: {len(layers)} layers")
sys.exit(bool(breaches))
