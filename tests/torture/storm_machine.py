# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine of the storm, and the one client that changes it and therefore knows
the truth: each byte of its disk, at each of its checkpoints.

Whatever is asked may be lost with the daemon.  Then the client looks which of the
two it was, done or not, and nothing else may be there.
"""
import json
import os
import subprocess
import time

from storm_client import Lost, Refused, SECONDS

BLOCK = 65536
BLOCKS = 128


def checkpoint_xml(name):
    return f"<domaincheckpoint><name>{name}</name></domaincheckpoint>"


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


class Point:
    """A checkpoint: the disk as it was, and what was written since."""

    def __init__(self, blocks):
        self.blocks = list(blocks)
        self.written = set()


class Machine:
    def __init__(self, client, folder, name, rng):
        self.client, self.folder, self.name, self.rng = \
            client, folder, name, rng
        self.blocks = [0] * BLOCKS
        self.points = {}
        self.is_running = False
        self.counter = 0
        self.layers = []
        self.losses = 0
        self.proven = 0
        self.done = {}
        self.nodes = None  # of QEMU's, while nothing is done
        self.uuid = None  # once it is defined

    # ---- asking

    def ask(self, call, *args):
        """What can be asked again, until there is an answer."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                return call(*args)
            except Lost as lost:
                self.losses += 1
                assert time.monotonic() < end, \
                    f"{self.name}: no daemon for {SECONDS} s: {lost}"
                time.sleep(0.05)

    def change(self, call, *args):
        """True: answered; None: lost.  A refusal is the caller's."""
        try:
            call(*args)
            return True
        except Lost:
            self.losses += 1
            return None

    def wait_for(self, wanted):
        end = time.monotonic() + SECONDS
        while not wanted():
            assert time.monotonic() < end, f"{self.name}: waited {SECONDS} s"
            time.sleep(0.05)

    def new_name(self, kind):
        self.counter += 1
        return f"{kind}{self.counter}"

    # ---- what is done

    def step(self):
        kind = self.rng.choice((
            self.write, self.write, self.create, self.create, self.delete,
            self.refusals, self.power, self.push, self.push, self.pull,
            self.pull, self.layer, self.merge))
        kind()
        self.done[kind.__name__] = self.done.get(kind.__name__, 0) + 1
        self.look()

    def look(self):
        """Every answer holds, whichever daemon is asked."""
        found = self.ask(self.client.checkpoints)
        assert found == set(self.points), \
            (self.name, sorted(found), sorted(self.points))
        assert self.ask(self.client.is_running) == self.is_running

    def write(self):
        first = self.rng.randrange(BLOCKS)
        count = min(self.rng.randrange(1, 9), BLOCKS - first)
        pattern = self.rng.randrange(1, 256)
        # Again after a loss: the same bytes twice are the same bytes.
        said = self.ask(
            self.client.human_monitor,
            "qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend "
            f"\"write -P {pattern} {first * BLOCK} {count * BLOCK}\"")
        assert "rror" not in said, said
        for block in range(first, first + count):
            self.blocks[block] = pattern
            for point in self.points.values():
                point.written.add(block)

    def create(self):
        if len(self.points) >= 6:
            self.delete()
        name = self.new_name("c")
        answer = self.change(self.client.checkpoint_create,
                             checkpoint_xml(name))
        self.take_point(name, answer)

    def take_point(self, name, answer):
        """Answered: it is there.  Lost: it is there whole, or not at all."""
        if answer or name in self.ask(self.client.checkpoints):
            self.points[name] = Point(self.blocks)

    def delete(self):
        if not self.points:
            return
        name = self.rng.choice(sorted(self.points))
        if self.change(self.client.checkpoint_delete, name) or \
                name not in self.ask(self.client.checkpoints):
            del self.points[name]

    def refuse(self, call, *args):
        while True:
            try:
                call(*args)
            except Lost:
                self.losses += 1
                time.sleep(0.05)
            except Refused:
                return
            else:
                raise AssertionError(f"{self.name}: not refused: {args}")

    def refusals(self):
        self.refuse(self.client.checkpoint_delete, "none")
        self.refuse(self.client.checkpoint_create,
                    "<domaincheckpoint><name>refused</name><disks>"
                    "<disk name='vdz' checkpoint='bitmap'/></disks>"
                    "</domaincheckpoint>")
        for name in sorted(self.points)[:1]:
            self.refuse(self.client.checkpoint_create, checkpoint_xml(name))

    def power(self):
        call = self.client.suspend if self.is_running else self.client.resume
        if self.change(call):
            self.is_running = not self.is_running
        else:
            self.is_running = self.ask(self.client.is_running)

    def layer(self):
        """The disk goes on in a new file; checkpoints would be in the way."""
        if len(self.layers) >= 3:
            return
        while self.points:
            self.delete()
        name = self.new_name("s")
        xml = (f"<domainsnapshot><name>{name}</name><disks><disk name='vda'>"
               f"<source file='{self.folder}/{self.name}.{name}'/></disk>"
               "</disks></domainsnapshot>")
        if self.change(self.client.snapshot, xml) or \
                name in self.ask(self.client.snapshots):
            self.layers.append(name)
            self.nodes = None
        else:
            assert not os.path.exists(f"{self.folder}/{self.name}.{name}")

    def merge(self):
        """The newest layer goes back into the one below; a merge that stopped
        is finished by who asks for it again."""
        if not self.layers:
            return
        while self.points:
            self.delete()
        name = self.layers.pop()
        self.nodes = None
        self.wait_for(lambda: self.is_merged(name))
        assert not os.path.exists(f"{self.folder}/{self.name}.{name}")

    def is_merged(self, name):
        self.change(self.client.snapshot_delete, name)
        return name not in self.ask(self.client.snapshots)

    # ---- backups

    def choose(self):
        """Base and new checkpoint of a backup; either may be none."""
        base = self.rng.choice([None, *sorted(self.points)])
        name = self.new_name("b") if self.rng.random() < 0.5 else None
        if name and len(self.points) >= 6:
            self.delete()
            base = base if base in self.points else None
        return base, name

    def pull(self):
        self.pull_since(*self.choose())

    def pull_since(self, base, name):
        socket = f"{self.folder}/{self.name}.nbd"
        since = f"<incremental>{base}</incremental>" if base else ""
        answer = self.change(
            self.client.backup_begin,
            f"<domainbackup mode='pull'>{since}"
            f"<server transport='unix' socket='{socket}'/></domainbackup>",
            checkpoint_xml(name) if name else None)
        runs = self.ask(self.client.job_runs)
        assert runs or not answer, f"{self.name}: its pull is lost"
        if name:
            there = name in self.ask(self.client.checkpoints)
            assert there == runs, (self.name, name, there, runs)
        if not runs:
            assert not os.path.exists(socket)
            return
        truth = list(self.blocks)
        written = set(self.points[base].written) if base else None
        if name:
            self.points[name] = Point(self.blocks)
        for _ in range(self.rng.randrange(3)):
            self.write()
        self.read_export(socket, truth, written)
        assert self.ask(self.client.job_runs), f"{self.name}: its pull ended"
        self.end_job()
        assert not os.path.exists(socket), f"{self.name}: its socket stays"

    def read_export(self, socket, truth, written):
        export = f"nbd+unix:///vda?socket={socket}"
        image = f"{self.folder}/{self.name}.out"
        run("nbdcopy", export, image)
        self.assert_bytes(image, truth)
        if written is None:
            return
        found = json.loads(run("nbdinfo", "--json",
                               "--map=qemu:dirty-bitmap:backup-vda", export))
        dirty = {block for part in found if part["type"] == 1
                 for block in range(part["offset"] // BLOCK,
                                    -(-(part["offset"] + part["length"]) //
                                      BLOCK))}
        assert dirty == written, (self.name, sorted(dirty ^ written))

    def end_job(self):
        """Whoever lost the answer asks again, unless it was heard."""
        while self.ask(self.client.job_runs):
            try:
                self.change(self.client.abort)
            except Refused:
                assert not self.ask(self.client.job_runs)
        self.ask_completed()

    def ask_completed(self):
        """The figures of an end are there once; a lost answer took them."""
        losses = self.losses
        told = self.ask(self.client.completed)
        assert told or self.losses > losses, f"{self.name}: no figures"
        losses = self.losses
        again = self.ask(self.client.completed)
        assert not again, f"{self.name}: its figures were told twice"

    def push(self):
        base, name = self.choose()
        target = f"{self.folder}/{self.name}.{self.new_name('push')}"
        since = f"<incremental>{base}</incremental>" if base else ""
        answer = self.change(
            self.client.backup_begin,
            f"<domainbackup mode='push'>{since}<disks>"
            "<disk name='vda' type='file'><driver type='qcow2'/>"
            f"<target file='{target}'/></disk></disks></domainbackup>",
            checkpoint_xml(name) if name else None)
        truth = list(self.blocks)
        written = set(self.points[base].written) if base else None
        old = self.points[base].blocks if base else None
        if name and (answer or name in self.ask(self.client.checkpoints)):
            self.points[name] = Point(self.blocks)
        if self.rng.random() < 0.5:
            self.write()
        self.wait_for(lambda: not self.ask(self.client.job_runs))
        self.ask(self.client.finish)
        if not os.path.exists(target):
            assert not answer, f"{self.name}: its push is lost"
            assert name not in self.points, f"{self.name}: {name} is left"
            assert not self.ask(self.client.completed)
            return
        assert not name or name in self.points, f"{self.name}: no {name}"
        self.ask_completed()
        self.assert_pushed(target, truth, old, written)
        os.unlink(target)

    def assert_pushed(self, target, truth, old, written):
        image = f"{self.folder}/{self.name}.out"
        if written is not None:
            found = json.loads(run("qemu-img", "map", "--output=json", "-f",
                                   "qcow2", target))
            held = {block for part in found if part["data"] or part["zero"]
                    if part.get("present", True)
                    for block in range(part["start"] // BLOCK,
                                       (part["start"] + part["length"]) //
                                       BLOCK)}
            assert held == written, (self.name, sorted(held ^ written))
            with open(f"{image}.base", "wb") as file:
                for value in old:
                    file.write(bytes([value]) * BLOCK)
            run("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "raw", "-b",
                f"{image}.base", target)
        run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", target, image)
        self.assert_bytes(image, truth)

    def assert_bytes(self, image, truth):
        with open(image, "rb") as file:
            wrong = [block for block, value in enumerate(truth)
                     if file.read(BLOCK) != bytes([value]) * BLOCK]
            assert not wrong and not file.read(1), \
                (self.name, image, "blocks differ", wrong)

    # ---- between two storms

    def prove(self):
        """Every checkpoint is worth an incremental backup."""
        for name in sorted(self.points):
            self.pull_since(name, None)
            self.proven += 1

    def rest(self):
        """Nothing is under way: nothing may be there that no answer explains."""
        self.look()
        assert not self.ask(self.client.job_runs)
        nodes = self.query("query-named-block-nodes")
        bitmaps = {bitmap["name"] for node in nodes
                   for bitmap in node.get("dirty-bitmaps", [])
                   if "name" in bitmap}
        assert bitmaps == set(self.points), \
            (self.name, sorted(bitmaps), sorted(self.points))
        bad = [bitmap for node in nodes
               for bitmap in node.get("dirty-bitmaps", [])
               if bitmap.get("inconsistent")]
        assert not bad, (self.name, bad)
        assert self.query("query-block-exports") == [], self.name
        assert self.query("query-jobs") == [], self.name
        names = sorted(node["node-name"] for node in nodes)
        self.nodes = self.nodes or names
        assert names == self.nodes, (self.name, names, self.nodes)

    def query(self, command):
        said = self.ask(self.client.monitor, command)
        return json.loads(said)["return"]
