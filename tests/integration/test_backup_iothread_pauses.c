/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* While a push of disks that iothreads serve is at work, their guest is paused
 * and resumed, stopped behind our back, and reset, again and again: each time
 * the disks leave their iothreads and come back.  QEMU lives through it, and
 * the copies hold one moment of both disks.
 *
 * STRANDLINE_ROUNDS: pushes in each test (docs/design/disks-with-iothreads.md
 * has figures of long runs). */
#include "counting_guest.h"
#include "domain_steps.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 3,
    PATTERN = 0x11,
    BOOT_US = 20 * 1000,
    WAIT_STEPS = 6000,
    WAIT_US = 10 * 1000
};

#define DISK_SIZE (192 * MIB)
#define DATA_SIZE (160 * MIB)

/* @ stands for the machine's folder. */
#define DISK(target, number, order)                                         \
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2' "     \
    "iothread='" order "'/><source file='@/disk" number ".qcow2'/><target " \
    "dev='" target "' bus='virtio'/><boot order='" order "'/></disk>"

typedef void (*Disturb)(virDomainPtr domain);

static unsigned
rounds(void)
{
    const char *text = g_getenv("STRANDLINE_ROUNDS");

    return text ? (unsigned)g_ascii_strtoull(text, NULL, 10) : ROUNDS;
}

static char *
order(virDomainPtr domain, const char *command)
{
    char *reply = NULL;

    require(virDomainQemuMonitorCommand(domain, command, &reply, 0) == 0);
    return reply;
}

/* How many of QEMU's drives and files were never written to. */
static unsigned
count_untouched(virDomainPtr domain)
{
    char *stats = order(domain, "{\"execute\": \"query-blockstats\"}");
    g_auto(GStrv) words = g_strsplit(stats, " ", -1);
    g_autofree char *packed = g_strjoinv("", words);
    g_auto(GStrv) parts = g_strsplit(packed, "\"wr_operations\":0", -1);

    free(stats);
    return g_strv_length(parts);
}

/* Two disks with enough on them for a copy to last some hundred cycles of a
 * main loop, on a guest that writes to both. */
static virDomainPtr
start_counting(Machine *machine)
{
    g_auto(GStrv) parts =
        g_strsplit(DISK("vda", "0", "1") DISK("vdb", "1", "2"), "@", -1);
    g_autofree char *disks = g_strjoinv(machine->folder, parts);
    g_autofree char *fill = g_strdup_printf("write -P %d 1M %" G_GUINT64_FORMAT,
                                            PATTERN, (uint64_t)DATA_SIZE);
    virDomainPtr domain =
        define_with(machine, "threads", "<iothreads>2</iothreads>", disks);
    unsigned n_untouched = 0;

    for (unsigned i = 0; i < machine->disks; i++) {
        g_free(run_command("qemu-io", "-f", "qcow2", "-c", fill,
                           machine->path[i], NULL));
    }
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    n_untouched = count_untouched(domain);
    require(virDomainResume(domain) == 0);
    /* Before it writes to both, their iothreads have nothing to do. */
    for (int i = 0; count_untouched(domain) + 2 > n_untouched; i++) {
        g_assert_cmpint(i, <, WAIT_STEPS);
        g_usleep(WAIT_US);
    }
    return domain;
}

static bool
is_at_work(virDomainPtr domain)
{
    virDomainJobInfo info;

    require(virDomainGetJobInfo(domain, &info) == 0);
    return info.type == VIR_DOMAIN_JOB_UNBOUNDED;
}

static int
begin_push(const Machine *machine, virDomainPtr domain)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='push'><disks>"
        "<disk name='vda'><driver type='raw'/><target file='%s/a'/></disk>"
        "<disk name='vdb'><driver type='raw'/><target file='%s/b'/></disk>"
        "</disks></domainbackup>",
        machine->folder, machine->folder);
    int job = virDomainBackupBegin(domain, xml, NULL, 0);

    require(job > 0);
    return job;
}

/* All of it but the guest's own sector has stood still all the time. */
static uint32_t
take_copy(const Machine *machine, const char *name)
{
    g_autofree char *path = machine_file(machine, "%s", name);
    g_autofree char *content = NULL;
    gsize length = 0;
    uint32_t counter = 0;

    g_assert_true(g_file_get_contents(path, &content, &length, NULL));
    g_assert_cmpuint(length, ==, DISK_SIZE);
    g_assert_cmpint(content[MIB], ==, PATTERN);
    g_assert_cmpint(memcmp(content + MIB, content + MIB + 1, DATA_SIZE - 1), ==,
                    0);
    counter = counter_in((const uint8_t *)content);
    g_assert_cmpint(remove(path), ==, 0);
    return counter;
}

/* Returns: by how much the counts in both copies differ. */
static uint32_t
push_disturbed(Machine *machine, virDomainPtr domain, Disturb disturb)
{
    int job = begin_push(machine, domain);
    unsigned n_cycles = 0;

    do {
        disturb(domain);
        n_cycles++;
    } while (is_at_work(domain));
    g_test_message("%u times during this push", n_cycles);
    g_assert_cmpint(wait_for_end(domain, job), ==, VIR_DOMAIN_JOB_COMPLETED);
    require(virDomainBackupEnd(domain, job, 0) == 1);
    return take_copy(machine, "a") - take_copy(machine, "b");
}

static void
pause_and_resume(virDomainPtr domain)
{
    require(virDomainSuspend(domain) == 0);
    require(virDomainResume(domain) == 0);
}

static void
resume_and_pause(virDomainPtr domain)
{
    require(virDomainResume(domain) == 0);
    require(virDomainSuspend(domain) == 0);
}

static void
stop_by_monitor(virDomainPtr domain)
{
    free(order(domain, "{\"execute\": \"stop\"}"));
    free(order(domain, "{\"execute\": \"cont\"}"));
}

/* The firmware then starts its devices anew, while we look on. */
static void
reset(virDomainPtr domain)
{
    require(virDomainReset(domain, 0) == 0);
    g_usleep(BOOT_US);
}

static void
push_with(Disturb disturb, bool is_paused, uint32_t ahead_max)
{
    g_autoptr(Machine) machine = machine_new_with(
        "unused", 2, DISK_SIZE, NULL, counting_sector(), COUNTING_SECTOR);
    virDomainPtr domain = start_counting(machine);

    if (is_paused)
        require(virDomainSuspend(domain) == 0);
    for (unsigned i = 0; i < rounds(); i++) {
        g_assert_cmpuint(push_disturbed(machine, domain, disturb), <=,
                         ahead_max);
    }
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

static void
pausing_and_resuming_harms_nobody(void)
{
    push_with(pause_and_resume, false, 1);
}

static void
a_guest_paused_at_the_begin_is_resumed(void)
{
    push_with(resume_and_pause, true, 1);
}

static void
stopping_by_monitor_harms_nobody(void)
{
    push_with(stop_by_monitor, false, 1);
}

/* A reset may fall between its two writes, so its counts say nothing. */
static void
resetting_harms_nobody(void)
{
    push_with(reset, false, UINT32_MAX);
}

#define ADD(test) g_test_add_func("/backup/iothread_pauses/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(pausing_and_resuming_harms_nobody);
    ADD(a_guest_paused_at_the_begin_is_resumed);
    ADD(stopping_by_monitor_harms_nobody);
    ADD(resetting_harms_nobody);
    return g_test_run();
}
