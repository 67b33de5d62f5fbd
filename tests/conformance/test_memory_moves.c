/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Migrations that a test holds or lets fail: what each side may do meanwhile, and
 * that there is one guest afterwards.  (Real ones: test_migrate_death.c.) */
#include "../integration/domain_steps.h"
#include "../integration/event_ear.h"
#include "hosts.h"

#include <libvirt/libvirt-strandline.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define BLOCK (64 * KIB)

enum { POLL_US = 1000 };

/* A migration in a thread of its own. */
typedef struct {
    virDomainPtr domain;
    virConnectPtr to;
    unsigned flags;
    GThread *thread;
    virDomainPtr there; /* NULL: it came to nothing */
    int code;
    char *words;
} Move;

static void
plan(virDomainPtr domain, const char *xml)
{
    require(virDomainTestFault(domain, xml, 0) == 0);
}

static gpointer
carry_out(gpointer data)
{
    Move *move = data;

    move->there =
        virDomainMigrate(move->domain, move->to, move->flags, NULL, NULL, 0);
    if (!move->there) {
        move->code = virGetLastErrorCode();
        move->words = g_strdup(virGetLastErrorMessage());
    }
    return NULL;
}

/* The id of the job at the source; 0: there is none. */
static int
find_job(virDomainPtr domain)
{
    virDomainJobPtr *list = NULL;
    int count = virDomainListAllJobs(domain, &list, 0);
    int id = 0;

    require(count >= 1);
    for (int i = 0; i < count; i++) {
        if (virDomainJobGetOperation(list[i]) ==
            VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT)
            id = virDomainJobGetID(list[i]);
        require(virDomainJobFree(list[i]) == 0);
    }
    free(list);
    return id;
}

/* Nothing has been sent yet, and will not be for as long as the test likes. */
static void
begin_held(Move *move)
{
    plan(move->domain, "<fault type='memory-hold' bytes='0'/>");
    move->thread = g_thread_new("move", carry_out, move);
    while (find_job(move->domain) == 0)
        g_usleep(POLL_US);
}

static void
release(const Move *move)
{
    plan(move->domain, "<fault type='memory-release'/>");
}

static void
expect_failure(Move *move, int code, const char *words)
{
    g_thread_join(move->thread);
    g_assert_null(move->there);
    g_assert_cmpint(move->code, ==, code);
    g_assert_nonnull(strstr(move->words, words));
    g_clear_pointer(&move->words, g_free);
}

/* Of a call that is to be refused while the machine moves. */
static void
refuse_all_else(virDomainPtr domain)
{
    g_assert_cmpint(virDomainSuspend(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain 'web' away");
    g_assert_cmpint(virDomainManagedSave(domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "cannot save");
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain");
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain");
    g_assert_cmpint(virDomainUndefine(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain");
}

static void
a_migration_is_given_up_by_its_job(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Move move = {.domain = hosts->domain, .to = hosts->there};
    virDomainPtr there = NULL;

    begin_held(&move);
    there = virDomainLookupByName(hosts->there, "web");
    require(there != NULL);
    expect_state(there, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION);
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
    refuse_all_else(hosts->domain);
    g_assert_cmpint(virDomainResume(there), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain 'web' here");
    g_assert_cmpint(virDomainAbortJob(there), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "brings domain 'web' here");
    g_assert_cmpint(virDomainTestDiskWrite(there, "vda", 0, "x", 1, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "write to a disk");
    require(virDomainAbortJob(hosts->domain) == 0);
    expect_failure(&move, VIR_ERR_OPERATION_ABORTED, "was given up");
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
    hosts_expect_none_there(hosts, false);
    require(virDomainFree(there) == 0);
}

/* What is written after its disk went over makes the disk go over again. */
static void
what_the_guest_writes_meanwhile_comes_along(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Move move = {.domain = hosts->domain, .to = hosts->there};
    /* The guest's memory, the head of a state, and of its first disk. */
    const uint64_t heads = 32 * MIB + 32 + 32;
    g_autofree char *hold = g_strdup_printf(
        "<fault type='memory-hold' bytes='%" G_GUINT64_FORMAT "'/>", heads);

    stage_write(hosts->stage, 0, 1, 0, BLOCK);
    plan(hosts->domain, hold);
    move.thread = g_thread_new("move", carry_out, &move);
    while (find_job(hosts->domain) == 0)
        g_usleep(POLL_US);
    stage_write(hosts->stage, 0, 2, 3 * BLOCK, BLOCK);
    stage_zero(hosts->stage, 0, 0, BLOCK);
    release(&move);
    g_thread_join(move.thread);
    require(move.there != NULL);
    hosts_expect_byte(move.there, 3 * BLOCK, 2);
    hosts_expect_byte(move.there, 0, 0);
    require(virDomainFree(move.there) == 0);
}

static int
state_of(virDomainPtr domain)
{
    int state = -1;

    require(virDomainGetState(domain, &state, NULL, 0) == 0);
    return state;
}

static void
either_side_can_be_destroyed(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Move move = {.domain = hosts->domain, .to = hosts->there};
    virDomainPtr there = NULL;

    begin_held(&move);
    there = virDomainLookupByName(hosts->there, "web");
    require(virDomainDestroy(there) == 0);
    require(virDomainFree(there) == 0);
    release(&move);
    expect_failure(&move, VIR_ERR_OPERATION_FAILED, "");
    /* Whether it had stood still for a moment is not said: what was sent may
     * have been on its way still. */
    g_assert_cmpint(state_of(hosts->domain), ==, VIR_DOMAIN_RUNNING);
    begin_held(&move);
    require(virDomainDestroy(hosts->domain) == 0);
    expect_failure(&move, VIR_ERR_OPERATION_ABORTED, "destroyed");
    expect_state(hosts->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_DESTROYED);
    hosts_expect_none_there(hosts, false);
}

/* By any of its phases, with the code that the test has planned. */
static void
a_phase_that_fails_leaves_one_guest(void)
{
    static const char *const phases[] = {"begin", "perform"};

    for (gsize i = 0; i < G_N_ELEMENTS(phases); i++) {
        g_autoptr(Hosts) hosts = hosts_new();
        g_autofree char *fault =
            g_strdup_printf("<fault type='call' name='migrate_%s' code='38' "
                            "message='planned'/>",
                            phases[i]);

        plan(hosts->domain, fault);
        g_assert_null(
            virDomainMigrate(hosts->domain, hosts->there, 0, NULL, NULL, 0));
        expect_error(VIR_ERR_SYSTEM_ERROR, "planned");
        expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                     VIR_DOMAIN_RUNNING_UNPAUSED);
        hosts_expect_none_there(hosts, false);
        require(virDomainFree(hosts_move(hosts, 0)) == 0);
    }
}

static void
a_stream_that_fails_leaves_the_guest_here(void)
{
    g_autoptr(Hosts) hosts = hosts_new();

    ear_keep(hosts->stage->machine->conn);
    plan(hosts->domain, "<fault type='memory-fail' bytes='1024'/>");
    g_assert_null(
        virDomainMigrate(hosts->domain, hosts->there, 0, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_FAILED, "as planned");
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
    hosts_expect_none_there(hosts, false);
    ear_expect("job 0\n"); /* failed: its guest has noticed nothing */
}

/* The destination has all of it, and says no: the guest, which stood still, goes
 * on where it was. */
static void
a_destination_that_refuses_gives_the_guest_back(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Move move = {.domain = hosts->domain, .to = hosts->there};
    virDomainPtr there = NULL;

    ear_keep(hosts->stage->machine->conn);
    begin_held(&move);
    there = virDomainLookupByName(hosts->there, "web");
    plan(there, "<fault type='call' name='migrate_finish' code='9'/>");
    require(virDomainFree(there) == 0);
    release(&move);
    expect_failure(&move, VIR_ERR_OPERATION_FAILED, "planned");
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_MIGRATION_CANCELED);
    hosts_expect_none_there(hosts, false);
    ear_expect("lifecycle 3 1\n" /* suspended, migrated */
               "lifecycle 4 1\n" /* resumed, migrated */
               "job 0\n");
}

/* The guest is there, and what is here goes, although nobody could say so. */
static void
a_source_that_cannot_confirm_asks(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there = NULL;

    plan(hosts->domain,
         "<fault type='call' name='migrate_confirm' code='38'/>");
    there = hosts_move(hosts, 0);
    expect_state(there, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATED);
    expect_state(hosts->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_MIGRATED);
    require(virDomainFree(there) == 0);
}

static void
a_disk_that_fails_keeps_its_guest_here(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Move move = {.domain = hosts->domain,
                 .to = hosts->there,
                 .flags = VIR_MIGRATE_ABORT_ON_ERROR};

    begin_held(&move);
    plan(hosts->domain, "<fault type='io-error' disk='vda' action='pause' "
                        "reason='enospc'/>");
    expect_failure(&move, VIR_ERR_OPERATION_FAILED, "a disk reported an error");
    expect_state(hosts->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR);
    hosts_expect_none_there(hosts, false);
}

/* A mebibyte a second, of which there is more than can be had at once; and then
 * no limit. */
static void
a_limit_is_obeyed_and_can_be_lifted(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Move move = {.domain = hosts->domain, .to = hosts->there};
    virDomainJobInfo info;

    for (unsigned i = 0; i < 16; i++)
        stage_write(hosts->stage, 0, 1, i * BLOCK, BLOCK);
    require(virDomainMigrateSetMaxSpeed(hosts->domain, 1, 0) == 0);
    begin_held(&move);
    release(&move);
    do {
        require(virDomainGetJobInfo(hosts->domain, &info) == 0);
        g_usleep(POLL_US);
    } while (info.memProcessed <= 32 * MIB + BLOCK);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpuint(info.memRemaining, >, 0);
    require(virDomainMigrateSetMaxSpeed(hosts->domain, 0, 0) == 0);
    g_thread_join(move.thread);
    require(move.there != NULL);
    hosts_expect_byte(move.there, 15 * BLOCK, 1);
    require(virDomainFree(move.there) == 0);
}

static bool
is_there(const Hosts *hosts)
{
    virDomainPtr there = virDomainLookupByName(hosts->there, "web");

    if (there)
        require(virDomainFree(there) == 0);
    return there != NULL;
}

/* Another process leads, through a daemon, and is killed: what it was about to do
 * nobody else can, so the guest stays where it was.  In one process a connection
 * lasts as long as the call, and there is nothing to be seen. */
static void
who_leads_and_dies_leaves_the_guest_here(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    g_autofree char *uri = virConnectGetURI(hosts->there);
    const char *const tool[] = {g_getenv("STRANDLINE_TOOL"),
                                "-c",
                                hosts->stage->machine->uri,
                                "migrate",
                                "web",
                                uri,
                                NULL};
    g_autoptr(GError) error = NULL;
    GPid leader = 0;

    plan(hosts->domain, "<fault type='memory-hold' bytes='0'/>");
    g_assert_true(g_spawn_async(NULL, (char **)tool, NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &leader,
                                &error));
    while (find_job(hosts->domain) == 0)
        g_usleep(POLL_US);
    g_assert_cmpint(kill(leader, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(leader, NULL, 0), ==, leader);
    /* Its side ends with its connection, and so the stream has nobody to go to. */
    while (is_there(hosts))
        g_usleep(POLL_US);
    plan(hosts->domain, "<fault type='memory-release'/>");
    while (find_job(hosts->domain) != 0)
        g_usleep(POLL_US);
    g_assert_cmpint(state_of(hosts->domain), ==, VIR_DOMAIN_RUNNING);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "moves");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(a_migration_is_given_up_by_its_job);
    STAGE_TEST(what_the_guest_writes_meanwhile_comes_along);
    STAGE_TEST(either_side_can_be_destroyed);
    STAGE_TEST(a_phase_that_fails_leaves_one_guest);
    STAGE_TEST(a_stream_that_fails_leaves_the_guest_here);
    STAGE_TEST(a_destination_that_refuses_gives_the_guest_back);
    STAGE_TEST(a_source_that_cannot_confirm_asks);
    STAGE_TEST(a_disk_that_fails_keeps_its_guest_here);
    STAGE_TEST(a_limit_is_obeyed_and_can_be_lifted);
    /* Who leads takes machines of its own process along. */
    if (stage_daemon_is_wanted())
        STAGE_TEST(who_leads_and_dies_leaves_the_guest_here);
    return g_test_run();
}
