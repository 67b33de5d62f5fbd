/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cut of several disks is one moment, for a guest that never stops.
 *
 * The guest is 37 bytes of boot sector: it counts, and writes the count to the
 * first disk, then to the second, for ever.  In any one moment the two disks
 * therefore hold the same count, or the first is one ahead.  A cut that took
 * the disks one after the other would now and then catch them further apart.
 */
#include "machine.h"
#include "nbd_reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CUTS = 100,
    COUNTER_OFFSET = 512, /* the second sector */
    WAIT_STEPS = 3000,
    WAIT_STEP_US = 10 * 1000,
};

/*  7c00  xor ax,ax ; mov ds,ax ; mov es,ax
 *  7c06  inc dword [7e00]
 *        mov dl,80 ; call write ; mov dl,81 ; call write ; jmp 7c06
 *  7c17  write: mov ax,0301 ; mov bx,7e00 ; mov cx,0002 ; mov dh,0
 *        int 13 ; ret                      (one sector, the second, BIOS) */
static const unsigned char counting_guest[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x66, 0xff, 0x06, 0x00,
    0x7e, 0xb2, 0x80, 0xe8, 0x07, 0x00, 0xb2, 0x81, 0xe8, 0x02,
    0x00, 0xeb, 0xef, 0xb8, 0x01, 0x03, 0xbb, 0x00, 0x7e, 0xb9,
    0x02, 0x00, 0xb6, 0x00, 0xcd, 0x13, 0xc3,
};

static Machine *
counting_machine(void)
{
    char sector[512] = {0};

    memcpy(sector, counting_guest, sizeof(counting_guest));
    sector[510] = 0x55;
    sector[511] = (char)0xaa;
    return machine_new_with("counter", 2, MIB, NULL, sector, sizeof(sector));
}

static uint32_t
counter_in(const uint8_t *content)
{
    uint32_t value = 0;

    memcpy(&value, content + COUNTER_OFFSET, sizeof(value));
    return GUINT32_FROM_LE(value);
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

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/integration/every_cut_is_one_moment",
                    every_cut_is_one_moment);
    return g_test_run();
}
