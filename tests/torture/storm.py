# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kill the daemon at random while clients change machines, and look whether
anything was lost.

usage: storm.py FOLDER SOCKET KILLS        (FOLDER/NAME.xml, daemon.conf in it)

Half of the daemons die by SIGKILL from outside after a random time, half by
themselves before a random step of theirs (base/fault.h), which is how also the
repair at a start is met.  Each machine has one client that changes it and so
knows the truth (storm_machine.py); others read, listen, and let machines come
and go.  STRANDLINE_SEED repeats what they decide, and when each daemon dies; what
runs beside what is the host's affair.
"""
import os
import random
import subprocess
import sys
import threading
import time
import traceback

import libvirt

from storm_client import CommandClient, Connection, Lost, PythonClient, \
    SECONDS
from storm_machine import Machine, run

REST_EVERY = 8  # deaths


class Daemon:
    """The daemon that runs now, and the next one."""

    def __init__(self, folder, socket):
        self.folder, self.socket = folder, socket
        self.process = None
        self.own_deaths = 0
        self.log = open(f"{folder}/daemon.log", "ab")

    def start(self, plan=None):
        environment = dict(os.environ)
        # What is freed is given back, or the memory would tell how long a daemon
        # has lived.
        environment["ASAN_OPTIONS"] += ":quarantine_size_mb=1"
        if plan:
            environment["STRANDLINE_FAULT"] = plan
        self.log.truncate(0)
        self.process = subprocess.Popen(
            ["strandlined", "--config", f"{self.folder}/daemon.conf",
             "--verbose"], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, env=environment)

    def wait_ready(self):
        end = time.monotonic() + SECONDS
        while self.process.poll() is None:
            with open(f"{self.folder}/daemon.log", "rb") as log:
                if b" serves " in log.read():
                    return
            assert time.monotonic() < end, "the daemon does not start"
            time.sleep(0.02)

    def die(self):
        """Dead by our signal, or by its own before."""
        if self.process.poll() is None:
            self.process.kill()
        else:
            self.own_deaths += 1
        status = self.process.wait(SECONDS)
        assert status == -9, f"the daemon ended with {status}"

    def stop(self):
        self.process.terminate()
        status = self.process.wait(SECONDS)
        assert status == 0, f"the daemon ended with {status}"

    def descriptors(self):
        """What each of them is."""
        folder = f"/proc/{self.process.pid}/fd"
        found = []
        for name in os.listdir(folder):
            try:
                found.append(os.readlink(f"{folder}/{name}"))
            except FileNotFoundError:
                pass
        return sorted(found)

    def wait_idle(self, count):
        """Without a client it has no more than when it had begun."""
        end = time.monotonic() + SECONDS
        while len(self.descriptors()) > count:
            assert time.monotonic() < end, self.descriptors()
            time.sleep(0.05)

    def memory(self):
        """KiB that it has of its own."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file
                        if line.startswith("RssAnon"))


class Crew:
    """Threads that do one thing over and over, and stand still when asked."""

    def __init__(self):
        self.changed = threading.Condition()
        self.wants_rest = self.wants_end = False
        self.resting = 0
        self.threads = []
        self.failure = None

    def add(self, step):
        thread = threading.Thread(target=self._run, args=[step], daemon=True)
        self.threads.append(thread)
        thread.start()

    def _run(self, step):
        try:
            while self._go_on():
                step()
        except Exception:  # whichever it is: told by who waits for us
            with self.changed:
                self.failure = self.failure or traceback.format_exc()
                self.changed.notify_all()

    def _go_on(self):
        with self.changed:
            self.resting += 1
            self.changed.notify_all()
            self.changed.wait_for(
                lambda: not self.wants_rest or self.wants_end)
            self.resting -= 1
            return not self.wants_end

    def check(self):
        if self.failure:
            raise SystemExit(f"a client failed: {self.failure}")

    def rest(self):
        with self.changed:
            self.wants_rest = True
            assert self.changed.wait_for(
                lambda: self.failure or self.resting == len(self.threads),
                SECONDS), "a client hangs"
        self.check()

    def go(self):
        with self.changed:
            self.wants_rest = False
            self.changed.notify_all()

    def end(self):
        with self.changed:
            self.wants_end = True
            self.changed.notify_all()
        for thread in self.threads:
            thread.join(SECONDS)
            assert not thread.is_alive(), "a client hangs"
        self.check()


class Reader:
    """Reads everything, and is never refused."""

    def __init__(self, uri):
        self.connection = Connection(uri)
        self.seen = 0

    def step(self):
        try:
            self.connection.call(self._read)
            self.seen += 1
        except Lost:
            time.sleep(0.05)

    def _read(self, conn):
        for domain in conn.listAllDomains():
            try:
                domain.XMLDesc()
                domain.listAllCheckpoints()
                if domain.isActive() and domain.name() != "guest":
                    domain.jobStats()
            except libvirt.libvirtError as error:
                # The passenger comes and goes.
                if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
                    raise


class Passenger:
    """A machine that is defined, started, ended and taken away."""

    def __init__(self, uri, folder):
        self.connection, self.folder = Connection(uri), folder
        self.count = 0
        self.was_started = False  # as an answer said

    def _until(self, function):
        """@function says whether it is so now; a loss says nothing."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                if self.connection.call(function):
                    return
            except Lost:
                pass
            assert time.monotonic() < end, "the passenger waits"
            time.sleep(0.05)

    def _find(self, conn):
        return next((domain for domain in conn.listAllDomains()
                     if domain.name() == "guest"), None)

    def step(self):
        with open(f"{self.folder}/guest.xml", encoding="utf-8") as file:
            xml = file.read()
        self._until(lambda conn: self._find(conn) or conn.defineXML(xml))
        self.was_started = False
        self._until(self._is_started)
        self._until(self._is_ended)
        self._until(self._is_gone)
        self.count += 1
        time.sleep(0.2)

    def _is_started(self, conn):
        domain = self._find(conn)
        assert domain, "a machine that was defined is gone"
        if not domain.isActive():
            assert not self.was_started, "a machine that was started is off"
            domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
            self.was_started = True
        state = domain.state()[0]
        if state == libvirt.VIR_DOMAIN_SHUTOFF and not self.was_started:
            return False  # what a start that died had left is ended
        assert state == libvirt.VIR_DOMAIN_PAUSED, state
        return True

    def _is_ended(self, conn):
        domain = self._find(conn)
        try:
            domain.destroy()
        except libvirt.libvirtError as error:
            # One that was asked before may be on its way.
            if error.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID:
                raise
        return not domain.isActive()

    def _is_gone(self, conn):
        domain = self._find(conn)
        if domain:
            assert not domain.isActive(), "a machine that was ended runs"
            domain.undefine()
        return not self._find(conn)


class Ear:
    """Hears how jobs end."""

    def __init__(self, uri):
        self.connection = Connection(uri)
        self.id = None
        self.told = 0

    def step(self):
        try:
            if self.connection.conn is None:
                self.id = None
            self.connection.call(self._listen)
        except Lost:
            pass
        time.sleep(0.05)

    def _listen(self, conn):
        if self.id is None:
            self.id = conn.domainEventRegisterAny(
                None, libvirt.VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, self._on_job,
                None)
        conn.getLibVersion()  # asks the daemon: so a death is met

    def close(self):
        """What is registered holds the connection."""
        try:
            if self.connection.conn is not None:
                self.connection.call(
                    lambda conn: conn.domainEventDeregisterAny(self.id))
        except Lost:
            pass
        self.connection.close()

    def _on_job(self, _conn, _domain, params, _opaque):
        assert params["operation"] == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP
        self.told += 1


def run_loop():
    while True:
        libvirt.virEventRunDefaultImpl()


class Storm:
    def __init__(self, folder, socket, seed):
        self.folder = folder
        self.uri = f"qemu:///system?socket={socket}"
        self.rng = random.Random(f"{seed}/daemon")
        self.daemon = Daemon(folder, socket)
        self.planned = False  # the daemon's death is one at a step
        # What there is while nothing is done: see prepare().
        self.pids, self.files, self.sockets, self.descriptors = set(), [], {}, 0
        self.crew = Crew()
        self.ear = Ear(self.uri)
        self.passenger = Passenger(self.uri, folder)
        self.reader = Reader(self.uri)
        self.machines = [
            Machine(client, folder, name, random.Random(f"{seed}/{name}"))
            for name, client in (
                ("web1", PythonClient(self.uri, "web1")),
                ("web2", CommandClient(["virsh", "-q"], self.uri, "web2")),
                ("web3", CommandClient(["strandline", "-q"], self.uri,
                                       "web3")))]

    def prepare(self):
        """Machines that run, and what there is while nothing is done."""
        self.daemon.start()
        self.daemon.wait_ready()
        self.descriptors = len(self.daemon.descriptors())
        conn = libvirt.open(self.uri)
        for machine in self.machines:
            with open(f"{self.folder}/{machine.name}.xml",
                      encoding="utf-8") as file:
                domain = conn.defineXML(file.read())
            domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
            machine.uuid = domain.UUIDString()
        conn.close()
        self.pids = self.find_pids()
        assert len(self.pids) == len(self.machines)
        for machine in self.machines:
            machine.rest()
        self.files = self.find_files()
        self.sockets = {pid: self.count_sockets(pid) for pid in self.pids}

    def find_pids(self):
        """Of our QEMUs, by what they were started with."""
        found = set()
        for machine in self.machines:
            path = f"{self.folder}/root/domains/{machine.uuid}/qemu.pid"
            with open(path, encoding="ascii") as file:
                pid = int(file.read())
            os.kill(pid, 0)
            found.add(pid)
        return found

    def count_sockets(self, pid):
        return sum(os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:")
                   for fd in os.listdir(f"/proc/{pid}/fd"))

    def find_files(self):
        """Beside the images and below the root; without records, which come
        and go, a write that the next one of its record replaces, and what is
        known of QEMU's program."""
        made = [f"{machine.name}.{name}" for machine in self.machines
                for name in (*machine.layers, "out", "out.base")]
        beside = [name for name in os.listdir(self.folder) if name not in made]
        return sorted(beside) + sorted(
            os.path.relpath(os.path.join(folder, name), self.folder)
            for folder, _, names in os.walk(f"{self.folder}/root")
            for name in names
            if "/checkpoints" not in folder and "/snapshots" not in folder and
            name not in ("jobs.xml", "status.xml", "next-job") and
            not name.endswith((".log", ".new")) and not folder.endswith("/cache"))

    def rest(self):
        """Nobody does anything: what is there has to be explained."""
        for machine in self.machines:
            machine.rest()
        for part in (*(machine.client for machine in self.machines),
                     self.passenger.connection, self.reader.connection,
                     self.ear):
            part.close()
        self.daemon.wait_idle(self.descriptors)
        assert self.find_pids() == self.pids, "a machine was started again"
        files = self.find_files()
        assert files == self.files, set(files) ^ set(self.files)
        for pid, count in self.sockets.items():
            # The daemon may be at its monitor, and may not.
            assert self.count_sockets(pid) <= count + 1, \
                f"QEMU {pid} had {count} sockets, and now more"

    def die(self):
        """The daemon's random end, and the next one."""
        self.daemon.wait_ready()
        deadline = time.monotonic() + self.rng.choice((0.05, 0.5, 1.5, 3)) * \
            self.rng.random() + (3 if self.planned else 0)
        while time.monotonic() < deadline and \
                self.daemon.process.poll() is None:
            self.crew.check()
            time.sleep(0.005)
        self.daemon.die()
        time.sleep(self.rng.choice((0, 0, 0.5)))

    def next_daemon(self, is_last):
        steps = int(self.rng.choice((20, 60, 200)) * self.rng.random()) + 1
        self.planned = not is_last and self.rng.random() < 0.5
        self.daemon.start(f"kill:{steps}" if self.planned else None)

    def rage(self, deaths):
        """@deaths, and a daemon that stays."""
        for number in range(deaths):
            self.die()
            self.next_daemon(number == deaths - 1)
            self.crew.check()
        self.daemon.wait_ready()

    def blow(self, kills):
        threading.Thread(target=run_loop, daemon=True).start()
        for step in (*(machine.step for machine in self.machines),
                     self.passenger.step, self.reader.step, self.ear.step):
            self.crew.add(step)
        figures = []
        left = kills
        while left:
            deaths = min(left, REST_EVERY)
            left -= deaths
            self.rage(deaths)
            self.crew.rest()
            self.rest()
            figures.append(self.daemon.memory())
            print(f"{kills - left} deaths: {figures[-1]} KiB; "
                  f"{[machine.done for machine in self.machines]}",
                  file=sys.stderr, flush=True)
            self.crew.go()
        self.crew.end()
        self.end_machines()
        return figures

    def end_machines(self):
        """What the images hold is as sound as what QEMU had in its memory."""
        conn = libvirt.open(self.uri)
        for machine in self.machines:
            domain = conn.lookupByName(machine.name)
            machine.prove()
            domain.destroy()
            domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
            machine.is_running = False
            machine.prove()
            domain.destroy()
            path = ".".join((f"{self.folder}/{machine.name}",
                             (machine.layers or ["qcow2"])[-1]))
            run("qemu-img", "check", "-q", path)
        conn.close()


def main():
    folder, socket, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seed = os.environ.get("STRANDLINE_SEED") or str(random.randrange(1 << 32))
    print(f"STRANDLINE_SEED={seed}", file=sys.stderr, flush=True)
    libvirt.virEventRegisterDefaultImpl()
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    storm = Storm(folder, socket, seed)
    storm.prepare()
    memory = storm.blow(kills)
    storm.daemon.stop()
    assert max(memory) <= min(memory) * 1.5 + 20480, memory
    jobs = sum(machine.done.get("push", 0) + machine.done.get("pull", 0) +
               machine.proven for machine in storm.machines)
    assert storm.ear.told <= jobs, f"{storm.ear.told} ends of {jobs} jobs"
    print(f"{kills} deaths, {storm.daemon.own_deaths} of them at a step,",
          sum(machine.losses for machine in storm.machines), "answers lost,",
          sum(sum(machine.done.values()) for machine in storm.machines),
          "steps,", storm.passenger.count, "machines came and went,",
          storm.reader.seen, "times all was read,",
          sum(machine.proven for machine in storm.machines),
          "checkpoints were proven,",
          storm.ear.told, "ends of jobs were heard")


if __name__ == "__main__":
    main()
