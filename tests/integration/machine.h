/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A throw-away machine for tests: a root folder of its own, qcow2 disks, and a
 * real QEMU under TCG, driven through the public API alone.
 *
 *     g_autoptr(Machine) machine = machine_new("web", 2, 16 * MIB);
 *     machine_start(machine);
 *     machine_write(machine, 0, 0x5d, MIB, 64 * KIB);
 *
 * Writes go in as the guest's would: through the disk's device, below which
 * stand our filter and the bitmaps.  Whatever fails stops the test with the
 * library's message.
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

enum { MACHINE_DISKS_MAX = 4 };

#define KIB UINT64_C(1024)
#define MIB (UINT64_C(1024) * KIB)

typedef struct {
    char *folder; /* everything of this machine; removed in the end */
    int reaper;   /* its other end ends QEMU when this test is gone */
    char *uri;
    char *name;
    unsigned disks;
    uint64_t size[MACHINE_DISKS_MAX];
    char *path[MACHINE_DISKS_MAX];
    virConnectPtr conn;
    virDomainPtr domain;
} Machine;

/** machine_opener: gives the URI by which machines made from now on are reached,
 * below @root; NULL, as in the beginning: the embedded driver. */
extern char *(*machine_opener)(const char *root);

/** machine_new: defined, not started; every disk @size bytes. */
Machine *machine_new(const char *name, unsigned disks, uint64_t size);

/** machine_new_with: the same, with @extra put before </devices>, and disks
 * that may be made by the caller beforehand (@boot_code: raw bytes of a first
 * sector for each disk, or NULL). */
Machine *machine_new_with(const char *name, unsigned disks, uint64_t size,
                          const char *extra, const char *boot_code,
                          gsize boot_length);

void machine_free(Machine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Machine, machine_free)

void machine_start(Machine *machine);
void machine_start_paused(Machine *machine);
void machine_stop(Machine *machine); /* destroy: QEMU stores its bitmaps */

/** machine_kill: SIGKILL to QEMU, as a crash would; waits until it is gone. */
void machine_kill(Machine *machine);

/** machine_quit: QEMU ends by itself, as at a guest's power-off; waits too. */
void machine_quit(Machine *machine);
pid_t machine_pid(Machine *machine);
/** machine_count_qemus: those that have @folder on their command lines; *@ret_one
 * is the first, and stays as it is if there is none. */
unsigned machine_count_qemus(const char *folder, pid_t *ret_one);

/** machine_io: a qemu-io command ("discard 0 64k") on disk number @disk. */
void machine_io(Machine *machine, unsigned disk, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void machine_write(Machine *machine, unsigned disk, int pattern,
                   uint64_t offset, uint64_t length);

/** machine_file: a path in the machine's folder. */
char *machine_file(const Machine *machine, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** machine_monitor: a QMP command's whole reply, as text. */
char *machine_monitor(Machine *machine, const char *command);

/** machine_watch: opens a second, untouched QMP monitor of the running QEMU;
 * machine_watch_text() then gives everything it said since: events come here
 * whatever the library does with its own monitor. */
int machine_watch(Machine *machine);
char *machine_watch_text(int watch);

/** require: stops the test with the library's last error unless @holds. */
#define require(holds) machine_require((holds), #holds, __FILE__, __LINE__)
void machine_require(bool holds, const char *what, const char *file, int line);

/** require_error: the last call failed with @code (virErrorNumber). */
#define require_error(code) machine_require_error((code), __FILE__, __LINE__)
void machine_require_error(int code, const char *file, int line);

/** run_command: must succeed; NULL-terminated words; returns its output. */
char *run_command(const char *program, ...) G_GNUC_NULL_TERMINATED;
