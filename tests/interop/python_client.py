# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program over libvirt-python, as people write them, against the daemon, and
against a genuine libvirtd: it sees the same.

usage: python_client.py URI READER-URI FOLDER    (vda.qcow2 and web.xml in it)
"""
import sys
import threading
import xml.etree.ElementTree as ElementTree

import libvirt

SECONDS = 100  # only a hang reaches it
THREADS = 8
ROUNDS = 25

uri, reader_uri, folder = sys.argv[1:]


class Heard:
    """What the callbacks were told, in order, and a way to wait for it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.told = []

    def tell(self, what):
        with self.changed:
            self.told.append(what)
            self.changed.notify_all()

    def wait(self, what):
        with self.changed:
            assert self.changed.wait_for(lambda: what(self.told), SECONDS), \
                self.told
            return [entry for entry in self.told if what([entry])]

    def wait_for(self, *entry):
        self.wait(lambda told: entry in told)


def refused(code, call, *args):
    try:
        call(*args)
    except libvirt.libvirtError as error:
        assert error.get_error_code() == code, error
        return
    raise AssertionError(f"{call} was not refused")


def run_loop():
    while True:
        libvirt.virEventRunDefaultImpl()


def listen(conn, heard):
    conn.domainEventRegisterAny(
        None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        lambda _conn, domain, event, _detail, _opaque:
        heard.tell((domain.name(), event)), None)
    return conn.domainEventRegisterAny(
        None, libvirt.VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
        lambda _conn, domain, params, _opaque:
        heard.tell((domain.name(), "job", params["operation"],
                    params["success"])), None)


def is_job(told):
    return any(len(entry) > 2 and entry[1] == "job" for entry in told)


def host_is_told(conn):
    assert conn.getType() == "QEMU"
    assert conn.isAlive()
    assert conn.getLibVersion() >= 7006000
    assert conn.getVersion() > 0
    assert conn.getHostname()
    assert conn.getInfo()[2] > 0
    assert "<capabilities>" in conn.getCapabilities()


def machine_starts(conn, heard):
    with open(f"{folder}/web.xml", encoding="utf-8") as file:
        domain = conn.defineXML(file.read())
    assert [found.name() for found in conn.listAllDomains()] == ["web"]
    assert not domain.isActive()
    heard.wait_for("web", libvirt.VIR_DOMAIN_EVENT_DEFINED)
    domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
    heard.wait_for("web", libvirt.VIR_DOMAIN_EVENT_STARTED)
    assert domain.state()[0] == libvirt.VIR_DOMAIN_PAUSED
    assert domain.ID() > 0
    assert conn.lookupByUUIDString(domain.UUIDString()).name() == "web"
    assert domain.blockInfo("vda")[0] == 8 << 20
    return domain


def checkpoint_xml(name):
    return f"<domaincheckpoint><name>{name}</name></domaincheckpoint>"


def checkpoints_are_kept(domain):
    for name in ("c1", "c2", "c3"):
        domain.checkpointCreateXML(checkpoint_xml(name))
    refused(libvirt.VIR_ERR_OPERATION_FAILED,
            domain.checkpointCreateXML, checkpoint_xml("c1"))
    refused(libvirt.VIR_ERR_NO_DOMAIN_CHECKPOINT,
            domain.checkpointLookupByName, "none")
    found = domain.listAllCheckpoints()
    assert sorted(entry.getName() for entry in found) == ["c1", "c2", "c3"]
    second = domain.checkpointLookupByName("c2")
    assert second.getParent().getName() == "c1"
    assert [entry.getName() for entry in second.listAllChildren()] == ["c3"]
    sized = ElementTree.fromstring(
        second.getXMLDesc(libvirt.VIR_DOMAIN_CHECKPOINT_XML_SIZE))
    assert int(sized.find("disks/disk").get("size")) == 0
    second.delete()
    assert domain.checkpointLookupByName("c3").getParent().getName() == "c1"


def job_is(domain, wanted):
    """Asked without a flag: the job under way."""
    stats = domain.jobStats()
    assert stats["type"] == wanted, stats
    assert domain.jobInfo()[0] == wanted
    return stats


def completed(domain, success):
    keep = libvirt.VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED
    flags = libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED
    stats = domain.jobStats(flags | keep)
    assert stats["type"] == libvirt.VIR_DOMAIN_JOB_COMPLETED, stats
    assert stats["operation"] == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP
    assert stats["success"] == success
    assert domain.jobStats(flags)["type"] == libvirt.VIR_DOMAIN_JOB_COMPLETED
    assert domain.jobStats(flags)["type"] == libvirt.VIR_DOMAIN_JOB_NONE
    return stats


def push_is_told(domain, heard):
    job_is(domain, libvirt.VIR_DOMAIN_JOB_NONE)
    domain.backupBegin(f"""<domainbackup mode='push'><disks>
      <disk name='vda' type='file'><driver type='qcow2'/>
        <target file='{folder}/push.qcow2'/></disk>
    </disks></domainbackup>""", checkpoint_xml("c4"))
    heard.wait(is_job)
    heard.wait_for("web", "job", libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP, True)
    job_is(domain, libvirt.VIR_DOMAIN_JOB_NONE)
    refused(libvirt.VIR_ERR_NO_DOMAIN_BACKUP, domain.backupGetXMLDesc)
    stats = completed(domain, True)
    assert stats["disk_total"] == stats["disk_processed"]
    assert stats["disk_remaining"] == 0


def pull_is_told(domain, heard):
    heard.told.clear()
    domain.backupBegin(f"""<domainbackup mode='pull'>
      <incremental>c4</incremental>
      <server transport='unix' socket='{folder}/nbd'/>
      <disks><disk name='vda' type='file'>
        <scratch file='{folder}/scratch.qcow2'/></disk></disks></domainbackup>""",
                       checkpoint_xml("c5"))
    running = job_is(domain, libvirt.VIR_DOMAIN_JOB_UNBOUNDED)
    assert running["operation"] == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP
    assert running["time_elapsed"] >= 0
    described = ElementTree.fromstring(domain.backupGetXMLDesc())
    assert described.find("incremental").text == "c4"
    domain.abortJob()
    heard.wait_for("web", "job", libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP, True)
    job_is(domain, libvirt.VIR_DOMAIN_JOB_NONE)
    completed(domain, True)


def at_once(work):
    """In THREADS threads; what one of them raises is raised here."""
    raised = []

    def run(number):
        try:
            work(number)
        except Exception as error:  # pylint: disable=broad-except
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,))
               for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "a thread hangs"
    if raised:
        raise raised[0]


def ask_and_change(conn, number):
    """Each thread has a domain of its own, and all ask for the same one."""
    name = f"thread{number}"
    for _ in range(ROUNDS):
        mine = conn.defineXML(
            f"<domain type='qemu'><name>{name}</name>"
            "<memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>")
        assert conn.lookupByName("web").info()[0] == libvirt.VIR_DOMAIN_PAUSED
        assert name in [found.name() for found in conn.listAllDomains()]
        assert f"<name>{name}</name>" in mine.XMLDesc()
        refused(libvirt.VIR_ERR_NO_DOMAIN, conn.lookupByName, name + "x")
        mine.undefine()


def ask_on_a_connection_each(number):
    conn = libvirt.open(uri)
    ask_and_change(conn, number)
    assert conn.close() == 0


def reader_only_looks():
    conn = libvirt.openReadOnly(reader_uri)
    domain = conn.lookupByName("web")
    assert domain.state()[0] == libvirt.VIR_DOMAIN_PAUSED
    assert "c5" in [entry.getName() for entry in domain.listAllCheckpoints()]
    refused(libvirt.VIR_ERR_OPERATION_DENIED, domain.destroy)
    conn.close()
    # The client refuses on a connection it opened for reading; that socket
    # has to do so itself to one that says it will write.
    conn = libvirt.open(reader_uri)
    refused(libvirt.VIR_ERR_OPERATION_DENIED,
            conn.lookupByName("web").destroy)
    conn.close()


def machine_goes(domain, heard):
    for found in domain.listAllCheckpoints():
        found.delete()
    assert domain.listAllCheckpoints() == []
    domain.destroy()
    heard.wait_for("web", libvirt.VIR_DOMAIN_EVENT_STOPPED)
    domain.undefine()
    heard.wait_for("web", libvirt.VIR_DOMAIN_EVENT_UNDEFINED)


def main():
    libvirt.registerErrorHandler(lambda _opaque, _error: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=run_loop, daemon=True).start()
    heard = Heard()
    conn = libvirt.open(uri)
    conn.setKeepAlive(5, 3)
    host_is_told(conn)
    callback = listen(conn, heard)
    domain = machine_starts(conn, heard)
    checkpoints_are_kept(domain)
    push_is_told(domain, heard)
    pull_is_told(domain, heard)
    reader_only_looks()
    at_once(lambda number: ask_and_change(conn, number))
    at_once(ask_on_a_connection_each)
    conn.domainEventDeregisterAny(callback)
    machine_goes(domain, heard)
    assert conn.listAllDomains() == []
    print("all of it")


main()
