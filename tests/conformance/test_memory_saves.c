/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A save that a test holds: what others see and may do meanwhile, and each of
 * its ends.  (A QEMU that crawls shows the same in test_save_death.c.) */
#include "../integration/checkpoint_steps.h"
#include "../integration/domain_steps.h"
#include "../integration/event_ear.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_US = 1000 };

typedef struct {
    virDomainPtr domain;
    const char *file; /* NULL: a managed save */
    bool is_dump;
    unsigned flags;
    GThread *thread;
    int code; /* of its error; 0: it came to its end */
} Save;

static void
plan(virDomainPtr domain, const char *xml)
{
    require(virDomainTestFault(domain, xml, 0) == 0);
}

static gpointer
carry_out(gpointer data)
{
    Save *save = data;
    int result = -1;

    if (save->is_dump) {
        result = virDomainCoreDump(save->domain, save->file, save->flags);
    } else if (save->file) {
        result =
            virDomainSaveFlags(save->domain, save->file, NULL, save->flags);
    } else {
        result = virDomainManagedSave(save->domain, save->flags);
    }
    save->code = result < 0 ? virGetLastErrorCode() : 0;
    return NULL;
}

/* The running job, as another connection sees it; its id. */
static int
find_job(virDomainPtr domain, int operation)
{
    virDomainJobPtr *list = NULL;
    int count = virDomainListAllJobs(domain, &list, 0);
    int id = 0;

    require(count >= 1);
    for (int i = 0; i < count; i++) {
        if (virDomainJobGetOperation(list[i]) == operation)
            id = virDomainJobGetID(list[i]);
        require(virDomainJobFree(list[i]) == 0);
    }
    free(list);
    return id;
}

/* Begun in a thread of its own, and at work for as long as the test likes; its
 * id. */
static int
begin_held(Save *save)
{
    int id = 0;

    plan(save->domain, "<fault type='memory-hold' bytes='0'/>");
    save->thread = g_thread_new("save", carry_out, save);
    while (id == 0) {
        id = find_job(save->domain, save->is_dump
                                        ? VIR_DOMAIN_JOB_OPERATION_DUMP
                                        : VIR_DOMAIN_JOB_OPERATION_SAVE);
        g_usleep(POLL_US);
    }
    return id;
}

static void
expect_end(Save *save, int code)
{
    g_thread_join(save->thread);
    g_assert_cmpint(save->code, ==, code);
}

static void
expect_files(const Stage *stage, const char *names)
{
    g_autofree char *found =
        run_command("find", stage->machine->folder, "-name", "*save*",
                    "-printf", "%f\\n", NULL);

    g_assert_cmpstr(found, ==, names);
}

static void
refuse_all_else(virDomainPtr domain)
{
    g_assert_cmpint(virDomainResume(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "cannot resume");
    g_assert_cmpint(virDomainSuspend(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_cmpint(virDomainSave(domain, "/tmp/never"), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_cmpint(virDomainBlockPull(domain, "vda", 0, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_null(virDomainSnapshotCreateXML(
        domain, "<domainsnapshot/>", VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY));
    expect_error(VIR_ERR_OPERATION_INVALID, "end or abort");
}

static void
others_see_it_and_are_refused_what_would_spoil_it(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr other = stage_connect(stage, false);
    virDomainPtr domain = virDomainLookupByName(other, "web");
    g_autofree char *file = machine_file(stage->machine, "web.save");
    Save save = {.domain = stage->machine->domain, .file = file};
    virDomainJobInfo info;
    int id = 0;

    require(virDomainResume(domain) == 0);
    id = begin_held(&save);
    g_assert_cmpint(id, >, 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_SAVE);
    require(virDomainGetJobInfo(domain, &info) == 0);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpuint(info.memTotal, >, 0);
    g_assert_cmpuint(info.memProcessed + info.memRemaining, ==, info.memTotal);
    refuse_all_else(domain);
    plan(domain, "<fault type='memory-release'/>");
    expect_end(&save, 0);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
    expect_files(stage, "web.save\n");
    require(virDomainFree(domain) == 0);
    require(virConnectClose(other) >= 0);
}

static void
one_that_is_aborted_leaves_the_guest_running(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");
    Save save = {.domain = domain, .file = file};
    virDomainJobPtr job = NULL;

    require(virDomainResume(domain) == 0);
    begin_held(&save);
    require(virDomainAbortJob(domain) == 0);
    expect_end(&save, VIR_ERR_OPERATION_ABORTED);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_SAVE_CANCELED);
    expect_files(stage, "");
    /* By its id as well; and a managed one. */
    save.file = NULL;
    job = virDomainJobLookupByID(domain, begin_held(&save), 0);
    require(job != NULL);
    require(virDomainJobAbort(job, 0) == 0);
    expect_end(&save, VIR_ERR_OPERATION_ABORTED);
    require(virDomainJobFree(job) == 0);
    require(virDomainHasManagedSaveImage(domain, 0) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_SAVE_CANCELED);
}

static void
one_that_fails_leaves_the_guest_running(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");

    require(virDomainResume(domain) == 0);
    stage_write(stage, 0, 1, 0, 256 * KIB);
    plan(domain, "<fault type='memory-fail' bytes='65536'/>");
    g_assert_cmpint(virDomainSave(domain, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "as planned");
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_SAVE_CANCELED);
    expect_files(stage, "");
    plan(domain, "<fault type='memory-fail' bytes='0'/>");
    g_assert_cmpint(virDomainManagedSave(domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "as planned");
    require(virDomainHasManagedSaveImage(domain, 0) == 0);
}

static void
a_machine_can_be_destroyed_while_it_is_saved(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");
    Save save = {.domain = domain, .file = file};

    begin_held(&save);
    require(virDomainDestroy(domain) == 0);
    expect_end(&save, VIR_ERR_OPERATION_ABORTED);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED);
    expect_files(stage, "");
    /* A transient one is gone with it, and nothing looks for it any more. */
    require(virDomainCreate(domain) == 0);
    require(virDomainUndefine(domain) == 0);
    begin_held(&save);
    require(virDomainDestroy(domain) == 0);
    expect_end(&save, VIR_ERR_OPERATION_ABORTED);
    expect_files(stage, "");
}

static void
a_dump_of_memory_alone_is_not_given_up(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "core.save");
    Save dump = {.domain = domain,
                 .file = file,
                 .is_dump = true,
                 .flags = VIR_DUMP_MEMORY_ONLY};

    require(virDomainResume(domain) == 0);
    begin_held(&dump);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_DUMP);
    g_assert_cmpint(virDomainAbortJob(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "cannot give up");
    plan(domain, "<fault type='memory-release'/>");
    expect_end(&dump, 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    /* Live, the guest does not notice. */
    dump.flags |= VIR_DUMP_LIVE;
    begin_held(&dump);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    plan(domain, "<fault type='memory-release'/>");
    expect_end(&dump, 0);
    expect_files(stage, "core.save\n");
}

static void
its_events_come_in_their_order(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");

    require(virDomainResume(domain) == 0);
    ear_keep(stage->machine->conn);
    require(virDomainSave(domain, file) == 0);
    ear_expect("lifecycle 3 0\njob 1\nlifecycle 5 4\n");
    require(virDomainRestore(stage->machine->conn, file) == 0);
    ear_expect("lifecycle 2 2\njob 1\n");
}

/* ---- snapshots ---- */

static gpointer
take_snapshot(gpointer data)
{
    Save *save = data;
    virDomainSnapshotPtr made = virDomainSnapshotCreateXML2(
        save->domain, save->file,
        "<domaincheckpoint><name>c1</name></domaincheckpoint>", save->flags);

    save->code = made ? 0 : virGetLastErrorCode();
    if (made)
        require(virDomainSnapshotFree(made) == 0);
    return NULL;
}

/* As of QEMU (test_snapshot_job.c); its id. */
static int
begin_held_snapshot(Save *save)
{
    int id = 0;

    plan(save->domain, "<fault type='memory-hold' bytes='0'/>");
    save->thread = g_thread_new("snapshot", take_snapshot, save);
    while (id == 0) {
        id = find_job(save->domain, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT);
        g_usleep(POLL_US);
    }
    return id;
}

static void
a_snapshot_with_memory_is_seen_and_given_up(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>s1</name><memory snapshot='external' "
        "file='%s/s1.save'/></domainsnapshot>",
        stage->machine->folder);
    Save save = {.domain = domain, .file = xml};

    require(virDomainResume(domain) == 0);
    begin_held_snapshot(&save);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_SNAPSHOT);
    refuse_all_else(domain);
    require(virDomainAbortJob(domain) == 0);
    expect_end(&save, VIR_ERR_OPERATION_ABORTED);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    expect_files(stage, "");
    g_assert_cmpint(virDomainSnapshotNum(domain, 0), ==, 0);
    assert_names(stage->machine, "");
    /* Live, and to its end. */
    save.flags = VIR_DOMAIN_SNAPSHOT_CREATE_LIVE;
    begin_held_snapshot(&save);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    plan(domain, "<fault type='memory-release'/>");
    expect_end(&save, 0);
    expect_files(stage, "s1.save\n");
    g_assert_cmpint(virDomainSnapshotNum(domain, 0), ==, 1);
    assert_names(stage->machine, "c1");
}

/* ---- what ends with its connection ---- */

static void
a_machine_can_end_with_its_connection(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr other = stage_connect(stage, false);
    char *xml = virDomainGetXMLDesc(stage->machine->domain, 0);
    virDomainPtr domain = NULL;

    require(xml != NULL);
    domain = virDomainCreateXML(other, xml, VIR_DOMAIN_START_AUTODESTROY);
    free(xml);
    require(domain != NULL);
    expect_state(stage->machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_BOOTED);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(other) >= 0);
    expect_state(stage->machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_DESTROYED);
    /* The next run is nobody's. */
    other = stage_connect(stage, false);
    domain = virDomainLookupByName(other, "web");
    require(virDomainCreate(domain) == 0);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(other) >= 0);
    require(virDomainIsActive(stage->machine->domain) == 1);
}

/* The file is all that the other host has of it. */
static void
a_file_can_be_restored_on_another_host(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    g_autofree char *file = machine_file(stage->machine, "web.save");
    g_autofree char *node = machine_file(stage->machine, "node.xml");
    g_autofree char *uri = g_strconcat("test://", node, NULL);
    virConnectPtr other = NULL;
    virDomainPtr domain = NULL;
    unsigned char byte = 0;

    stage_write(stage, 0, 5, 128 * KIB, 64 * KIB);
    require(virDomainSave(stage->machine->domain, file) == 0);
    g_assert_true(g_file_set_contents(node, "<node/>", -1, NULL));
    other = virConnectOpen(uri);
    require(other != NULL);
    require(virDomainRestore(other, file) == 0);
    domain = virDomainLookupByName(other, "web");
    require(domain != NULL);
    require(virDomainBlockPeek(domain, "vda", 128 * KIB, 1, &byte, 0) == 0);
    g_assert_cmpuint(byte, ==, 5);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(other) >= 0);
}

/* Each number of the state, spoilt: refused, and nothing is started. */
static void
a_damaged_state_is_refused(void)
{
    /* Its version, its number of disks, a disk's name and size, how many blocks
     * it has, and the number of one. */
    static const gsize places[] = {16, 24, 32, 48, 56, 64};
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");
    g_autofree char *whole = NULL;
    gsize length = 0;
    char *state = NULL;

    stage_write(stage, 0, 5, 0, 64 * KIB);
    require(virDomainSave(domain, file) == 0);
    g_assert_true(g_file_get_contents(file, &whole, &length, NULL));
    state = memmem(whole, length, "StrandlineGuest\n", 16);
    g_assert_nonnull(state);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *bad = g_memdup2(whole, length);

        memset(bad + (state - whole) + places[i], 0xee, 8);
        g_assert_true(g_file_set_contents(file, bad, (gssize)length, NULL));
        g_assert_cmpint(virDomainRestore(stage->machine->conn, file), ==, -1);
        expect_error(VIR_ERR_OPERATION_FAILED, "damaged");
    }
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "memory_saves");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(others_see_it_and_are_refused_what_would_spoil_it);
    STAGE_TEST(one_that_is_aborted_leaves_the_guest_running);
    STAGE_TEST(one_that_fails_leaves_the_guest_running);
    STAGE_TEST(a_machine_can_be_destroyed_while_it_is_saved);
    STAGE_TEST(a_dump_of_memory_alone_is_not_given_up);
    STAGE_TEST(its_events_come_in_their_order);
    STAGE_TEST(a_snapshot_with_memory_is_seen_and_given_up);
    STAGE_TEST(a_machine_can_end_with_its_connection);
    STAGE_TEST(a_file_can_be_restored_on_another_host);
    STAGE_TEST(a_damaged_state_is_refused);
    return g_test_run();
}
