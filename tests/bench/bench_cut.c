/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long does the cut of two disks take while the guest writes to both?
 *
 * The cut is one `blockdev-reopen` of both disks' filters; while QEMU carries
 * it out the guest's requests wait.  What is measured is the time from sending
 * that command until its answer is there, as the library logs it for debugging
 * in its own flow (virDomainBackupBegin of a pull), and so an upper bound of
 * what a guest's request can wait.  The guest writes to the two disks in turn,
 * as fast as it can.
 *
 * prints: "two-disk-cut MS MS MS..." and "guest-writes N", those of the guest
 * while this was measured.
 *
 * usage: bench_cut CUTS MIB
 */
#include "counting_guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WRITES_AT_FIRST = 100, /* by then the guest counts */
    WAIT_STEPS = 3000,
    WAIT_STEP_US = 10 * 1000,
};

/* Of the first blockdev-reopen since this was set to -1: a begin's only one. */
static long cut_us = -1;

static void
on_log(const char *domain, GLogLevelFlags level, const char *message,
       void *opaque)
{
    static const char answered[] = "QEMU answered 'blockdev-reopen' after ";

    (void)opaque;
    if ((level & G_LOG_LEVEL_MASK) != G_LOG_LEVEL_DEBUG) {
        g_log_default_handler(domain, level, message, NULL);
    } else if (cut_us < 0 && g_str_has_prefix(message, answered)) {
        cut_us = (long)g_ascii_strtoll(message + strlen(answered), NULL, 10);
    }
}

/* How many writes both disks have had. */
static uint64_t
count_writes(Machine *machine)
{
    static const char key[] = "\"wr_operations\":";
    g_autofree char *stats =
        machine_monitor(machine, "{\"execute\":\"query-blockstats\"}");
    const char *found = strstr(stats, key);
    uint64_t count = 0;

    while (found) {
        found += strlen(key);
        count += g_ascii_strtoull(found, NULL, 10);
        found = strstr(found, key);
    }
    return count;
}

static void
wait_until_writing(Machine *machine)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (count_writes(machine) > WRITES_AT_FIRST)
            return;
        g_usleep(WAIT_STEP_US);
    }
    g_error("the guest does not write");
}

static void
cut(Machine *machine, const char *socket, GString *line)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'><server transport='unix' socket='%s'/>"
        "</domainbackup>",
        socket);
    int job;

    cut_us = -1;
    job = virDomainBackupBegin(machine->domain, xml, NULL, 0);
    require(job > 0);
    require(cut_us >= 0);
    g_string_append_printf(line, " %.3f", (double)cut_us / 1000.0);
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
}

int
main(int argc, char *argv[])
{
    unsigned cuts =
        argc > 2 ? (unsigned)g_ascii_strtoull(argv[1], NULL, 10) : 0;
    uint64_t mib = argc > 2 ? g_ascii_strtoull(argv[2], NULL, 10) : 0;
    g_autoptr(GString) line = g_string_new("two-disk-cut");
    g_autoptr(Machine) machine = NULL;
    g_autofree char *socket = NULL;
    uint64_t before = 0;

    if (cuts == 0 || mib == 0) {
        fprintf(stderr, "usage: bench_cut CUTS MIB\n");
        return EXIT_FAILURE;
    }
    g_log_set_default_handler(on_log, NULL);
    machine = machine_new_with("counter", 2, mib * MIB, NULL, counting_sector(),
                               COUNTING_SECTOR);
    socket = machine_file(machine, "nbd.sock");
    machine_start(machine);
    wait_until_writing(machine);
    before = count_writes(machine);
    for (unsigned i = 0; i < cuts; i++)
        cut(machine, socket, line);
    puts(line->str);
    printf("guest-writes %" G_GUINT64_FORMAT "\n",
           count_writes(machine) - before);
    return EXIT_SUCCESS;
}
