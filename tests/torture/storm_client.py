# SPDX-License-Identifier: LGPL-2.1-or-later
"""How a client of the storm speaks: through libvirt-python, or through commands
of virsh or of strandline.  All three say the same three things of a call:

  it was answered;
  it was refused (Refused);
  nobody knows, since the daemon went away meanwhile (Lost).
"""
import json
import re
import signal
import subprocess
import tempfile

import libvirt
import libvirt_qemu

SECONDS = 90  # only a hang reaches it
# Their own words for a daemon that is gone, or not there yet.
GONE = re.compile(
    r"ailed to connect|annot connect|ended the connection|"
    r"connection (has )?ended|silent for too long|closed|[Dd]isconnected|"
    r"End of file|end of file|recv data|receive data|write data|send data|"
    r"onnection reset|roken pipe|onnection refused|"
    r"cannot send a call|(no valid|invalid) connection")
CONNECTION_CODES = {libvirt.VIR_ERR_RPC, libvirt.VIR_ERR_SYSTEM_ERROR,
                    libvirt.VIR_ERR_NO_CONNECT, libvirt.VIR_ERR_INVALID_CONN}


class Lost(Exception):
    """Nobody knows what became of the call."""


class Refused(Exception):
    """The daemon said no: nothing may have changed."""


class Connection:
    """One of libvirt-python's, made anew after each loss."""

    def __init__(self, uri):
        self.uri = uri
        self.conn = None

    def call(self, function):
        try:
            if self.conn is None:
                self.conn = libvirt.open(self.uri)
            return function(self.conn)
        except libvirt.libvirtError as error:
            if self._is_lost(error):
                self.close()
                raise Lost(str(error)) from None
            raise Refused(str(error)) from None

    def _is_lost(self, error):
        return self.conn is None or not self.conn.isAlive() or \
            error.get_error_code() in CONNECTION_CODES or \
            error.get_error_domain() == libvirt.VIR_FROM_RPC

    def close(self):
        if self.conn is not None:
            self.conn.close()
        self.conn = None


class PythonClient:
    def __init__(self, uri, name):
        self.connection, self.name = Connection(uri), name

    def _call(self, function):
        return self.connection.call(
            lambda conn: function(conn.lookupByName(self.name)))

    def close(self):
        self.connection.close()

    def checkpoint_create(self, xml):
        self._call(lambda domain: domain.checkpointCreateXML(xml))

    def checkpoint_delete(self, name):
        self._call(lambda domain:
                   domain.checkpointLookupByName(name).delete())

    def checkpoints(self):
        return self._call(lambda domain: {
            entry.getName() for entry in domain.listAllCheckpoints()})

    def backup_begin(self, xml, checkpoint_xml):
        self._call(lambda domain: domain.backupBegin(xml, checkpoint_xml))

    def abort(self):
        self._call(lambda domain: domain.abortJob())

    def job_runs(self):
        stats = self._call(lambda domain: domain.jobStats())
        if stats["type"] == libvirt.VIR_DOMAIN_JOB_NONE:
            return False
        assert stats["operation"] == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP
        return True

    def finish(self):
        """A push that was begun over libvirt's wire ends by itself."""

    def completed(self):
        """The figures are told once: whether there were any."""
        stats = self._call(lambda domain: domain.jobStats(
            libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED))
        if stats["type"] == libvirt.VIR_DOMAIN_JOB_NONE:
            return False
        assert stats["operation"] == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP
        return True

    def is_running(self):
        state = self._call(lambda domain: domain.state()[0])
        assert state in (libvirt.VIR_DOMAIN_RUNNING,
                         libvirt.VIR_DOMAIN_PAUSED), state
        return state == libvirt.VIR_DOMAIN_RUNNING

    def suspend(self):
        self._call(lambda domain: domain.suspend())

    def resume(self):
        self._call(lambda domain: domain.resume())

    def snapshot(self, xml):
        self._call(lambda domain: domain.snapshotCreateXML(
            xml, libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY))

    def snapshots(self):
        return self._call(lambda domain: {
            entry.getName() for entry in domain.listAllSnapshots()})

    def snapshot_delete(self, name):
        self._call(lambda domain: domain.snapshotLookupByName(name).delete())

    def monitor(self, command):
        return self._call(lambda domain: libvirt_qemu.qemuMonitorCommand(
            domain, json.dumps({"execute": command}), 0))

    def human_monitor(self, line):
        return self._call(lambda domain: libvirt_qemu.qemuMonitorCommand(
            domain, line, libvirt_qemu.VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP))


class CommandClient:
    """The same by commands, each with a connection of its own."""

    def __init__(self, program, uri, name):
        self.program, self.uri, self.name = program, uri, name

    def close(self):
        pass

    def _run(self, command, *arguments):
        done = subprocess.run(
            [*self.program, "-c", self.uri, command, self.name, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=SECONDS, check=False)
        if done.returncode == 0:
            return done.stdout
        if done.returncode == -signal.SIGPIPE and self.program[0] == "virsh":
            raise Lost("libvirt's library does not always ignore it")
        assert 0 < done.returncode < 128, (command, done)
        if GONE.search(done.stderr):
            raise Lost(done.stderr)
        raise Refused(done.stderr)

    def _run_on_file(self, command, *texts, options=()):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for text in texts:
                if text is not None:
                    paths.append(f"{folder}/{len(paths)}.xml")
                    with open(paths[-1], "w", encoding="utf-8") as file:
                        file.write(text)
            return self._run(command, *paths, *options)

    def checkpoint_create(self, xml):
        self._run_on_file("checkpoint-create", xml)

    def checkpoint_delete(self, name):
        self._run("checkpoint-delete", name)

    def checkpoints(self):
        return set(self._run("checkpoint-list", "--name").split())

    def backup_begin(self, xml, checkpoint_xml):
        self._run_on_file("backup-begin", xml, checkpoint_xml)

    def abort(self):
        self._run("domjobabort")

    def _job_type(self, *options):
        said = self._run("domjobinfo", *options)
        return re.search(r"^Job type:\s*(\w+)", said, re.M)[1]

    def job_runs(self):
        return self._job_type() not in ("None", "Completed")

    def finish(self):
        """A push waits for its end, if it was begun by who knows ends."""
        if self._job_type() == "Completed":
            self._run("backup-end")

    def completed(self):
        return self._job_type("--completed") != "None"

    def is_running(self):
        state = self._run("domstate").split("\n")[0].strip()
        assert state in ("running", "paused"), state
        return state == "running"

    def suspend(self):
        self._run("suspend")

    def resume(self):
        self._run("resume")

    def snapshot(self, xml):
        self._run_on_file("snapshot-create", xml, options=["--disk-only"])

    def snapshots(self):
        return set(self._run("snapshot-list", "--name").split())

    def snapshot_delete(self, name):
        self._run("snapshot-delete", name)

    def monitor(self, command):
        return self._run("qemu-monitor-command",
                         json.dumps({"execute": command}))

    def human_monitor(self, line):
        return self._run("qemu-monitor-command", "--hmp", line)
