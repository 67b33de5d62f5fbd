/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cut of several disks is one moment, for a guest that never stops.
 *
 * The guest counts on both disks (counting_guest.h).  A cut that took the disks
 * one after the other would now and then catch them further apart than one.
 */
#include "counting_guest.h"
#include "nbd_reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CUTS = 100,
    PUSHES = 10,
    WAIT_STEPS = 3000,
    WAIT_STEP_US = 10 * 1000,
};

static Machine *
counting_machine(void)
{
    return machine_new_with("counter", 2, MIB, NULL, counting_sector(),
                            COUNTING_SECTOR);
}

static int
begin_pull(Machine *machine, const char *socket)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'><server transport='unix' socket='%s'/>"
        "</domainbackup>",
        socket);
    int job = virDomainBackupBegin(machine->domain, xml, NULL, 0);

    require(job > 0);
    return job;
}

/* One cut: *@ret_ahead is how far the first disk's count is ahead. */
static uint32_t
cut(Machine *machine, const char *socket, int64_t *ret_ahead)
{
    int job = begin_pull(machine, socket);
    g_autofree uint8_t *first = nbd_read_all(socket, "vda", MIB);
    g_autofree uint8_t *second = nbd_read_all(socket, "vdb", MIB);

    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    *ret_ahead = (int64_t)counter_in(first) - (int64_t)counter_in(second);
    return counter_in(first);
}

/* The BIOS takes its time; counting has begun when both disks moved. */
static void
wait_until_counting(Machine *machine, const char *socket)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        int64_t ahead = 0;
        uint32_t counter = cut(machine, socket, &ahead);

        g_test_message("counts %u, %" G_GINT64_FORMAT " ahead", counter, ahead);
        if (counter > 2)
            return;
        g_usleep(WAIT_STEP_US);
    }
    g_error("the guest does not count");
}

static void
every_cut_is_one_moment(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *said = NULL;
    uint32_t before = 0;
    uint32_t last = 0;
    int watch = -1;

    machine_start(machine);
    watch = machine_watch(machine);
    wait_until_counting(machine, socket);
    for (int i = 0; i < CUTS; i++) {
        int64_t ahead = -1;

        last = cut(machine, socket, &ahead);
        g_test_message("cut %d: %u, %" G_GINT64_FORMAT " ahead", i, last,
                       ahead);
        g_assert_cmpint(ahead, >=, 0);
        g_assert_cmpint(ahead, <=, 1);
        g_assert_cmpuint(last, >=, before);
        before = last;
    }
    g_test_message("%d cuts, the guest counted to %u", CUTS, last);
    said = machine_watch_text(watch);
    g_assert_null(strstr(said, "\"STOP\""));
    g_assert_null(strstr(said, "\"RESUME\""));
    close(watch);
}

static uint32_t
take_pushed(const Machine *machine, const char *name)
{
    g_autofree char *path = machine_file(machine, "%s", name);
    g_autofree char *content = NULL;
    gsize length = 0;

    g_assert_true(g_file_get_contents(path, &content, &length, NULL));
    g_assert_cmpuint(length, ==, MIB);
    g_assert_cmpint(remove(path), ==, 0);
    return counter_in((const uint8_t *)content);
}

/* QEMU copies the disks one beside the other, long after the cut. */
static void
every_push_is_one_moment(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='push'><disks>"
        "<disk name='vda'><driver type='raw'/><target file='%s/a'/></disk>"
        "<disk name='vdb'><driver type='raw'/><target file='%s/b'/></disk>"
        "</disks></domainbackup>",
        machine->folder, machine->folder);
    uint32_t before = 0;

    machine_start(machine);
    wait_until_counting(machine, socket);
    for (int i = 0; i < PUSHES; i++) {
        int job = virDomainBackupBegin(machine->domain, xml, NULL, 0);
        uint32_t count = 0;

        require(job > 0);
        g_assert_cmpint(wait_for_end(machine->domain, job), ==,
                        VIR_DOMAIN_JOB_COMPLETED);
        require(virDomainBackupEnd(machine->domain, job, 0) == 1);
        count = take_pushed(machine, "a");
        g_assert_cmpuint(count - take_pushed(machine, "b"), <=, 1);
        g_assert_cmpuint(count, >=, before);
        before = count;
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/integration/every_cut_is_one_moment",
                    every_cut_is_one_moment);
    g_test_add_func("/integration/every_push_is_one_moment",
                    every_push_is_one_moment);
    return g_test_run();
}
