#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Unmodified virsh, the same commands over strandlined and over a genuine
libvirtd, each with a machine of the same XML and the same QEMU: it prints the
same and exits alike, but for what MAY_DIFFER says.

usage: private_libvirtd.sh FOLDER same_virsh.py
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

import libvirt

HERE = pathlib.Path(__file__).parent
SECONDS = 60  # only a hang reaches it
# As long as each other, since virsh draws lines as long as its columns.
OURS, THEIRS = "strandlined", "the-genuine"
EAR = """<domain type='qemu'><name>ear</name>
<uuid>11111111-2222-4333-8444-666666666666</uuid>
<memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>"""
EAR_IS_HEARD = "'ear': Defined"
CHANGES = {"define", "undefine", "start", "destroy", "suspend", "resume",
           "domjobabort", "desc", "metadata"}

# All that may differ, and why; it is replaced on both sides.  XML: NOT_FILLED.
MAY_DIFFER = [(re.compile(pattern, re.M), by) for pattern, by, _why in (
    (r"^(error: [A-Za-z ]+): .*(\n(?!error: ).*)*", r"\1",
     "behind the words of an error's code ours says also what to do"),
    (r"^error: (\((?:domain|metadata)\w*\):\d+|"
     r"cannot parse the \w+ XML, line \d+): .*"
     r"(\n(?!error: ).*)*", "error: malformed",
     "a parser's message is shown without the line that it is about"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( \+0000)?|\b1[78]\d{8}\b", "TIME",
     "the clock"),
    (r"((?:cpu\.(?:time|user|system)|balloon\.rss|vcpu\.\d+\.(?:time|delay)|"
     r"block\.\d+\.(?:backingIndex|rd\.\w+|physical))=|^rss |"
     r"(?:Time elapsed|time_elapsed|CPU time|Temporary disk space \w+|"
     r"disk_temp_\w+|Allocation|Memory size|rd_req|rd_bytes|rd_total_times|"
     r" *number of read operations| *number of bytes read| *total duration of "
     r"reads \(ns\)|vd. +8388608):? +)[\d.]+( +ms| +[KM]?i?B)?", r"\1N",
     "what is measured"),
    (r"^(\s*id: \d+|\s*checkpoint: \w+|.*\berrs \d+| error count: .*|"
     r"\s*errmsg: the domain was destroyed|event .*Defined Updated|"
     r"\s*disk_temp_\w+: .*(?=\n(?:\s*disk_.*\n)?\s*success: 0))\n", "",
     "told here alone: ids and checkpoints of jobs, why they fell, how many "
     "errors a disk had, and that a snapshot changes the definition"),
    (r"^(\s*errmsg: Operation canceled|Error message: .*|Security \w+: .*|"
     r"Messages: .*|\s*cpu\.(?:cache|haltpoll)\..*|\s*vcpu\.\d+\.wait=.*|"
     r"event .*Shutdown Finished after host request)\n", "",
     "told there alone: that who ended a pull cancelled it, the security "
     "driver and its marks, that QEMU was asked to end, what KVM's host and "
     "resctrl count"),
    (r'"id": ?"[^"]*"', '"id":"N"', "the numbers of QMP commands"),
    (r"^(Compiled against library|Using library|Using API|Running "
     r"hypervisor|Running against daemon): .*", r"\1", "versions"),
    (r"\b1081[01]\b|[^\s'\"]*/(strandline-[^/]*/(strandlined|the-genuine))",
     "HERE", "ports and folders: each side has its own"),
)]

# Models of processors that QEMU 7.2 has and libvirt 9.0 does not know.
UNMAPPED = {"Denverton", "KnightsMill"}

# What a domain has in libvirt's XML and, if it was not written, not in ours:
# docs/compatibility.md.
NOT_FILLED = {"address", "audio", "cpu", "resource", "seclabel"}


def is_filled(element, is_defined):
    if element.tag == "controller":
        return element.get("type") != "usb"
    if element.tag == "backingStore":
        return not is_defined  # a definition does not keep it
    return element.tag not in NOT_FILLED


def strip_element(element, is_defined):
    """Without what is not filled in, whoever has it."""
    if element.tag in ("source", "backingStore", "disk"):
        element.attrib.pop("index", None)  # nodes are numbered otherwise
    if element.tag == "domainbackup":
        element.attrib.pop("id", None)
    if element.tag == "type" and "machine" in element.attrib:
        element.set("machine", "pc")  # a name that is another's stays as it is
    for child in list(element):
        if is_filled(child, is_defined):
            strip_element(child, is_defined or child.tag == "inactiveDomain")
        else:
            element.remove(child)


def lines_of(element, indent=""):
    """The document, whoever laid it out."""
    text = (element.text or "").strip()
    yield f"{indent}<{element.tag} {sorted(element.items())}>{text}"
    for child in element:
        yield from lines_of(child, indent + "  ")


def is_part(ours, theirs):
    """Whether all that ours has stands in theirs, in that order: but for what
    it says not to have, and for models that libvirt has no map of."""
    for child in list(ours):
        if child.get("supported") == "no" or child.text in UNMAPPED:
            ours.remove(child)
    texts = [(element.text or "").strip() for element in (ours, theirs)]
    if ours.tag != theirs.tag or texts[0] != texts[1] or \
            set(ours.items()) - set(theirs.items()):
        return False
    rest = iter(theirs)
    return all(any(is_part(child, other) for other in rest) for child in ours)


class Side:
    """A daemon, the folder of its machine, and how virsh reaches it."""

    def __init__(self, folder, socket):
        self.folder, self.socket = folder, socket
        folder.mkdir()

    def uri(self, suffix=""):
        return f"qemu:///system?socket={self.socket}{suffix}"

    def shell(self, command):
        return subprocess.run(
            ["timeout", str(SECONDS), "bash", "-c", command], cwd=self.folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False)

    def virsh(self, arguments):
        return self.shell(f"virsh -c '{self.uri()}' {arguments}")

    def until(self, wanted, arguments):
        deadline = time.monotonic() + SECONDS
        while True:
            result = self.virsh(arguments)
            if wanted in result.stdout or time.monotonic() > deadline:
                return result
            time.sleep(0.05)

    def run(self, line):
        line = line.replace("DIR", str(self.folder))
        kind, _, command = line.partition(": ")
        if kind == "sh":
            return self.shell(command)
        if kind == "ro":
            return self.shell(f"virsh -r -c '{self.uri('-ro')}' {command}")
        if kind.startswith("until "):
            return self.until(kind[6:], command)
        return self.virsh(line)

    def listen(self):
        """Begins to write down what virsh hears, when it hears."""
        self.heard = self.folder / "events"
        # It fills a file by pages if nobody asks for lines.
        with self.heard.open("w") as file:
            self.listener = subprocess.Popen(
                ["stdbuf", "-oL", "virsh", "-c", self.uri(), "event", "--all",
                 "--loop"], stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self.conn = libvirt.open(self.uri())
        self.settle()

    def settle(self):
        """Until all that was done is heard: what becomes of a domain that is
        there for that is heard after it.  strandlined looks at its domains by
        turns."""
        told = len(self.heard.read_text())
        deadline = time.monotonic() + SECONDS
        while EAR_IS_HEARD not in self.heard.read_text()[told:]:
            assert time.monotonic() < deadline, self.heard.read_text()
            self.conn.defineXML(EAR)
            time.sleep(0.02)

    def events(self):
        """What was heard, as if a command had told it."""
        self.settle()
        self.conn.lookupByName("ear").undefine()
        self.conn.close()
        self.listener.terminate()
        self.listener.wait()
        told = [line for line in self.heard.read_text().splitlines()
                if "'ear'" not in line]
        return subprocess.CompletedProcess(
            "event", 0, "\n".join(told) + "\n", "")

    def told(self, result):
        """What virsh told, without what may differ."""
        parts = []
        for text in (result.stdout, result.stderr):
            text = text.replace(self.uri(), "URI")
            if text.startswith("<"):
                document = ElementTree.fromstring(f"<all>{text}</all>")
                strip_element(document, False)
                text = "\n".join(lines_of(document)) + "\n"
            for pattern, by in MAY_DIFFER:
                text = pattern.sub(by, text)
            parts.append(text)
        return f"exits with {result.returncode}\n" + "-- stderr\n".join(parts)


def difference(line, ours, theirs):
    """Line by line; none if there is none."""
    results = [side.events() if line == "event" else side.run(line)
               for side in (ours, theirs)]
    if re.match("(dom)?capabilities", line) and \
            not any(result.returncode for result in results) and \
            is_part(*(ElementTree.fromstring(result.stdout)
                      for result in results)):
        return []
    texts = [side.told(result).splitlines()
             for side, result in zip((ours, theirs), results)]
    return list(difflib.unified_diff(texts[1], texts[0], "libvirtd",
                                     "strandlined", lineterm="", n=100))[3:]


def documents(folder, port):
    """What the commands read."""
    push = "<domainbackup mode='push'><disks><disk name='{disk}' type='file'>" \
        f"<target file='{folder}/push.qcow2'/><driver type='qcow2'/></disk>" \
        "<disk name='vdb' backup='no'/></disks></domainbackup>"
    pull = "<domainbackup mode='pull'>{more}<server transport='unix' " \
        f"socket='{folder}/nbd'/><disks><disk name='vda' type='file'>" \
        f"<scratch file='{folder}/scratch'/></disk>" \
        "<disk name='vdb' backup='no'/></disks></domainbackup>"
    point = "<domaincheckpoint><name>{name}</name>{more}</domaincheckpoint>"
    disk = "<disk type='file' device='disk'>" \
        "<driver name='qemu' type='qcow2'/>" \
        f"<source file='{folder}/{{disk}}.qcow2'/>" \
        "<target dev='{disk}' bus='virtio'/></disk>"
    files = {
        "web": f"""<domain type='qemu'><name>web</name>
            <uuid>11111111-2222-4333-8444-555555555555</uuid>
            <title>The web machine</title><description>It serves</description>
            <memory unit='MiB'>64</memory><vcpu>1</vcpu>
            <os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            {disk.format(disk='vda')}{disk.format(disk='vdb')}
            <memballoon model='none'/></devices></domain>""",
        "malformed": "<domain><na",
        "checkpoint": point.format(
            name="x1", more="<description>by hand</description><disks>"
            "<disk name='vda' checkpoint='bitmap'/>"
            "<disk name='vdb' checkpoint='no'/></disks>"),
        "checkpoint2": point.format(name="p2", more=""),
        "checkpoint3": point.format(name="p3", more=""),
        "extra": point.format(name="x2", more="<more/>"),
        "push": push.format(disk="vda"),
        "unknown_disk": push.format(disk="vdx"),
        "pull": pull.format(more=""),
        "incremental": pull.format(more="<incremental>p2</incremental>"),
        "unknown_checkpoint":
            pull.format(more="<incremental>none</incremental>"),
        "tcp": "<domainbackup mode='pull'><server transport='tcp' "
               f"name='localhost' port='{port}'/></domainbackup>",
    }
    for name, text in files.items():
        (folder / f"{name}.xml").write_text(text)


def start_daemon(folder):
    (folder / "conf").write_text(f'unix_sock_dir = "{folder}/run"\n'
                                 f'state_root = "{folder}/root"\n'
                                 'user = "nobody"\n')
    log = (folder / "log").open("w")
    daemon = subprocess.Popen(
        ["strandlined", "--config", folder / "conf", "--verbose"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while "serves" not in (folder / "log").read_text():
        assert daemon.poll() is None, (folder / "log").read_text()
        time.sleep(0.02)
    return daemon


def compare(folder):
    (folder / "daemon").mkdir()
    daemon = start_daemon(folder / "daemon")
    ours = Side(folder / OURS, folder / "daemon/run/strandline-sock")
    theirs = Side(folder / THEIRS, pathlib.Path("/run/libvirt/libvirt-sock"))
    for side, port in ((ours, 10810), (theirs, 10811)):
        documents(side.folder, port)
        assert not side.shell(
            "ip link set lo up && for disk in vda vdb; do "
            "qemu-img create -q -f qcow2 $disk.qcow2 8M; done").returncode
        side.listen()
    lines = [line for line in
             (HERE / "virsh_commands.txt").read_text().splitlines()
             if line and not line.startswith("#")] + ["event"]
    print(f"1..{len(lines) + 1}")
    for number, line in enumerate(lines, 1):
        differs = difference(line, ours, theirs)
        print("not ok" if differs else "ok", number, "-",
              line.replace("#", "%"))
        for told in differs:
            print(f"# {told}")
        if line.split()[0] in CHANGES:
            ours.settle()
            theirs.settle()
        sys.stdout.flush()
    daemon.terminate()
    ended = daemon.wait(SECONDS)
    print("not ok" if ended else "ok", len(lines) + 1, "- the daemon's end")


def main():
    os.environ.update(LC_ALL="C", TZ="UTC")
    with tempfile.TemporaryDirectory(prefix="strandline-") as folder:
        compare(pathlib.Path(folder))


main()
