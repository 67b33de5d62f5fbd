/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest that switches itself off while it is backed up: the machine waits for
 * the job, whose end decides its checkpoint as ever; then QEMU stores its
 * bitmaps and ends, and the domain is off.
 *
 * The guest is a boot sector that switches off the way ACPI does. */
#include "checkpoint_steps.h"
#include "nbd_reader.h"
#include "slow_jobs.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, DATA = 0x5d, WAIT_STEPS = 6000, WAIT_STEP_US = 10 * 1000 };

#define DISK_SIZE (64 * MIB)
#define BLOCK     (64 * KIB)

static const unsigned char boot_code[] = {
    0xba, 0x04, 0x06, /* mov dx, 0x604   PM1a control */
    0xb8, 0x00, 0x20, /* mov ax, 0x2000  enter S5 */
    0xef,             /* out dx, ax */
    0xf4,             /* hlt */
    0xeb, 0xfd,       /* jmp to the hlt */
};

/* The fixture's machine, with a power button; paused before its first
 * instruction; with checkpoint c1 and one block written since. */
static Machine *
machine_to_switch_off(void)
{
    char sector[SECTOR] = {0};
    Machine *machine = NULL;
    g_autofree char *xml = NULL;
    char *plain = NULL;

    memcpy(sector, boot_code, sizeof(boot_code));
    sector[SECTOR - 2] = 0x55;
    sector[SECTOR - 1] = (char)0xaa;
    machine = machine_new_with("web", 1, DISK_SIZE, NULL, sector, SECTOR);
    plain = virDomainGetXMLDesc(machine->domain, 0);
    require(plain != NULL);
    g_assert_nonnull(plain);
    g_assert_null(strstr(plain, "<acpi"));
    g_auto(GStrv) parts = g_strsplit(plain, "<devices>", 2);
    xml = g_strjoinv("<features><acpi/></features><devices>", parts);
    free(plain);
    require(virDomainFree(machine->domain) == 0);
    machine->domain = virDomainDefineXML(machine->conn, xml);
    require(machine->domain != NULL);
    machine_start_paused(machine);
    machine_write(machine, 0, DATA, MIB, 32 * MIB);
    make_checkpoint(machine, "c1", NULL);
    machine_write(machine, 0, DATA, 48 * MIB, BLOCK);
    return machine;
}

static int
begin(Machine *machine, const char *mode, const char *body)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='%s'>%s</domainbackup>", mode, body);
    int job = virDomainBackupBegin(
        machine->domain, xml,
        "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0);

    require(job > 0);
    return job;
}

static int
begin_push(Machine *machine)
{
    g_autofree char *body = g_strdup_printf(
        "<disks><disk name='vda'><target file='%s/copy'/></disk></disks>",
        machine->folder);

    slow_jobs_begin(machine);
    return begin(machine, "push", body);
}

static int
begin_pull(Machine *machine)
{
    g_autofree char *body = g_strdup_printf(
        "<server transport='unix' socket='%s/nbd.sock'/>", machine->folder);

    return begin(machine, "pull", body);
}

static int
state_of(Machine *machine)
{
    int state = -1;

    require(virDomainGetState(machine->domain, &state, NULL, 0) == 0);
    return state;
}

static void
wait_for_state(Machine *machine, int state)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (state_of(machine) == state)
            return;
        g_usleep(WAIT_STEP_US);
    }
    g_error("the domain does not come to state %d", state);
}

/* It runs, and is off: QEMU is there for the job alone. */
static void
switch_off(Machine *machine)
{
    require(virDomainResume(machine->domain) == 0);
    wait_for_state(machine, VIR_DOMAIN_SHUTDOWN);
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, 2);
    g_assert_cmpint(machine_pid(machine), >, 0);
}

static void
require_off(Machine *machine)
{
    int state = -1;
    int reason = -1;

    wait_for_state(machine, VIR_DOMAIN_SHUTOFF);
    require(virDomainGetState(machine->domain, &state, &reason, 0) == 0);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
    g_assert_cmpint(machine_pid(machine), ==, 0);
}

/* c2 became the base of what comes: it was stored with the end. */
static void
require_sealed(Machine *machine)
{
    assert_names(machine, "c1 c2");
    machine_start_paused(machine);
    assert_bitmaps(machine, 0, "c1 c2*");
    machine_write(machine, 0, DATA, 50 * MIB, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 2 * BLOCK);
}

/* c1 records again, and misses nothing. */
static void
require_rolled_back(Machine *machine)
{
    assert_names(machine, "c1");
    machine_start_paused(machine);
    assert_bitmaps(machine, 0, "c1*");
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, BLOCK);
}

static void
a_push_comes_to_its_end_first(void)
{
    g_autoptr(Machine) machine = machine_to_switch_off();
    g_autofree char *copy = machine_file(machine, "copy");
    g_autofree char *pattern = g_strdup_printf("read -P %d 1M 32M", DATA);

    (void)begin_push(machine);
    switch_off(machine);
    g_free(machine_monitor(
        machine, "{\"execute\": \"block-job-set-speed\", \"arguments\": "
                 "{\"device\": \"sl-j1-vda-copy\", \"speed\": 0}}"));
    require_off(machine);
    g_free(
        run_command("qemu-io", "-r", "-f", "qcow2", "-c", pattern, copy, NULL));
    require_sealed(machine);
}

static void
an_aborted_push_is_rolled_back(void)
{
    g_autoptr(Machine) machine = machine_to_switch_off();
    g_autofree char *copy = machine_file(machine, "copy");
    int job = begin_push(machine);

    switch_off(machine);
    g_assert_cmpint(
        virDomainBackupEnd(machine->domain, job, VIR_DOMAIN_BACKUP_END_ABORT),
        ==, 0);
    require_off(machine);
    g_assert_false(g_file_test(copy, G_FILE_TEST_EXISTS));
    require_rolled_back(machine);
}

static void
a_pull_is_read_and_ended_first(void)
{
    g_autoptr(Machine) machine = machine_to_switch_off();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree uint8_t *content = NULL;
    int job = begin_pull(machine);

    switch_off(machine);
    content = nbd_read_all(socket, "vda", DISK_SIZE);
    g_assert_cmpuint(content[MIB], ==, DATA);
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, 1);
    require_off(machine);
    require_sealed(machine);
}

static void
an_aborted_pull_is_rolled_back(void)
{
    g_autoptr(Machine) machine = machine_to_switch_off();
    virDomainJobPtr job = NULL;
    int id = begin_pull(machine);

    switch_off(machine);
    job = virDomainJobLookupByID(machine->domain, id, 0);
    require(job != NULL);
    require(virDomainJobAbort(job, 0) == 0);
    require(virDomainJobFree(job) == 0);
    require_off(machine);
    require_rolled_back(machine);
}

/* Nobody was connected while it went off; who comes next finds the job. */
static void
the_next_connection_finds_the_job_and_ends_it(void)
{
    g_autoptr(Machine) machine = machine_to_switch_off();
    int job = begin_pull(machine);

    require(virDomainResume(machine->domain) == 0);
    require(virDomainFree(machine->domain) == 0);
    require(virConnectClose(machine->conn) == 0);
    machine->conn = virConnectOpen(machine->uri);
    require(machine->conn != NULL);
    machine->domain = virDomainLookupByName(machine->conn, "web");
    require(machine->domain != NULL);
    wait_for_state(machine, VIR_DOMAIN_SHUTDOWN);
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, 1);
    require_off(machine);
    require_sealed(machine);
}

#define ADD(test) g_test_add_func("/backup/poweroff/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_push_comes_to_its_end_first);
    ADD(an_aborted_push_is_rolled_back);
    ADD(a_pull_is_read_and_ended_first);
    ADD(an_aborted_pull_is_rolled_back);
    ADD(the_next_connection_finds_the_job_and_ends_it);
    return g_test_run();
}
