/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Migrations whose leader dies, fails or gives up, or one of whose QEMUs
 * dies: this program runs itself again as the leader (STRANDLINE_FAULT,
 * base/fault.h). Afterwards there is one guest, on one side, and nothing is
 * left over. */
#include "child_call.h"
#include "domain_steps.h"
#include "move_steps.h"

#include <libvirt/libvirt-strandline.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POINTS_MAX = 400, STRIDE = 7, POLL_US = 1000 };

/* The definition goes with the machine, so that there is one of it always. */
static int
run_child(char **argv)
{
    virConnectPtr from = virConnectOpen(argv[2]);
    virConnectPtr to = virConnectOpen(argv[3]);
    virDomainPtr domain = from ? virDomainLookupByName(from, "web") : NULL;
    virDomainPtr there = NULL;
    int code = 0;

    there = to ? virDomainMigrate(domain, to,
                                  VIR_MIGRATE_LIVE | VIR_MIGRATE_PERSIST_DEST |
                                      VIR_MIGRATE_UNDEFINE_SOURCE,
                                  NULL, NULL, 0)
               : NULL;
    if (there) {
        (void)virDomainFree(there);
    } else {
        code = virGetLastErrorCode();
    }
    if (domain)
        (void)virDomainFree(domain);
    (void)virConnectClose(to);
    (void)virConnectClose(from);
    return code;
}

/* Our two sides, by turns source and destination. */
typedef struct {
    Pair *pair;
    bool is_away;
    guint64 count;
} Round;

static const char *
uri_of(const Round *round, bool is_away)
{
    return is_away ? round->pair->there_uri : round->pair->machine->uri;
}

static virConnectPtr
conn_of(const Round *round, bool is_away)
{
    return is_away ? round->pair->there : round->pair->machine->conn;
}

static pid_t
start_child(const Round *round, const char *fault)
{
    return child_start_at(uri_of(round, round->is_away), "--migrate",
                          uri_of(round, !round->is_away), fault);
}

/* The domain on that side; NULL if there is none. */
static virDomainPtr
find(const Round *round, bool is_away)
{
    return virDomainLookupByName(conn_of(round, is_away), "web");
}

static bool
has_job(virDomainPtr domain)
{
    virDomainJobInfo info;

    return virDomainGetJobInfo(domain, &info) == 0 &&
           info.type != VIR_DOMAIN_JOB_NONE;
}

/* Looks at one side for as long as anything is under way there. */
static void
let_settle(const Round *round, bool is_away)
{
    virDomainPtr domain = find(round, is_away);

    while (domain && has_job(domain))
        g_usleep(POLL_US);
    if (domain)
        (void)virDomainFree(domain);
}

/* One domain on one of the sides, and it runs: where the source was, or
 * where it was to go. */
static void
require_one_guest(Round *round)
{
    virDomainPtr from = NULL;
    virDomainPtr to = NULL;

    let_settle(round, round->is_away);
    let_settle(round, !round->is_away);
    from = find(round, round->is_away);
    to = find(round, !round->is_away);
    g_assert_true(!from != !to);
    expect_no_traces(round->pair, 1);
    require(virDomainIsPersistent(from ? from : to) == 1);
    expect_counting(from ? from : to, round->count);
    round->count = count_of(from ? from : to);
    if (to) {
        round->is_away = !round->is_away;
        (void)virDomainFree(to);
    } else {
        (void)virDomainFree(from);
    }
}

static void
stop_half_way(const char *kind, int first, int stride)
{
    g_autoptr(Pair) pair = pair_new();
    Round round = {.pair = pair};
    bool is_death = g_str_equal(kind, "kill");
    int point = first;
    int successes = 0;

    for (; point < POINTS_MAX && successes < 3; point += stride) {
        g_autofree char *fault = g_strdup_printf("%s:%d", kind, point);
        int code = child_await(start_child(&round, fault));

        g_test_message("%s: %d", fault, code);
        if (code == 0 && (is_death || point > 90))
            successes++;
        require_one_guest(&round);
    }
    g_assert_cmpint(successes, ==, 3);
    g_assert_cmpint(point, >, 40);
}

static void
a_leader_that_dies_anywhere_leaves_one_guest(void)
{
    stop_half_way("kill", 2, STRIDE);
}

static void
a_leader_that_fails_anywhere_leaves_one_guest(void)
{
    stop_half_way("fail", 1, STRIDE);
}

/* ---- in the middle of it ---- */

/* A migration of another process that sends, and will for long. */
static pid_t
begin_long_move(Round *round)
{
    static const char order[] =
        "{\"execute\": \"migrate-set-parameters\", \"arguments\": "
        "{\"max-bandwidth\": 4096}}";
    virDomainPtr domain = round->pair->machine->domain;
    pid_t pid = 0;

    g_free(machine_monitor(round->pair->machine, order));
    pid = start_child(round, "");
    while (!has_job(domain))
        g_usleep(POLL_US);
    return pid;
}

/* Everything that would change what is on its way. */
static void
refuse_all_else(virDomainPtr domain)
{
    g_assert_cmpint(virDomainSuspend(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain");
    g_assert_cmpint(virDomainManagedSave(domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "cannot save");
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain");
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "moves domain");
}

static void
a_migration_is_given_up_by_its_job(void)
{
    g_autoptr(Pair) pair = pair_new();
    Round round = {.pair = pair};
    virDomainJobPtr *jobs = NULL;
    virDomainPtr from = NULL;
    virDomainPtr to = NULL;
    pid_t pid = begin_long_move(&round);

    from = find(&round, round.is_away);
    to = find(&round, !round.is_away);
    require(to != NULL);
    expect_state(to, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION);
    refuse_all_else(from);
    g_assert_cmpint(virDomainResume(to), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "here");
    g_assert_cmpint(virDomainAbortJob(to), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "here");
    require(virDomainListAllJobs(from, &jobs, 0) == 2);
    g_assert_cmpint(virDomainJobGetOperation(jobs[1]), ==,
                    VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT);
    require(virDomainJobAbort(jobs[1], 0) == 0);
    (void)virDomainJobFree(jobs[0]);
    (void)virDomainJobFree(jobs[1]);
    free(jobs);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_ABORTED);
    (void)virDomainFree(from);
    (void)virDomainFree(to);
    require_one_guest(&round);
    g_assert_false(round.is_away);
}

static void
a_destination_that_dies_leaves_the_guest_at_the_source(void)
{
    g_autoptr(Pair) pair = pair_new();
    Round round = {.pair = pair};
    pid_t pid = begin_long_move(&round);

    g_assert_cmpint(kill(qemu_of(pair, "there"), SIGKILL), ==, 0);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_FAILED);
    require_one_guest(&round);
    g_assert_false(round.is_away);
}

/* The guest is gone with it, as after any crash, and starts at home again. */
static void
a_source_that_dies_can_be_started_again(void)
{
    g_autoptr(Pair) pair = pair_new();
    Round round = {.pair = pair};
    pid_t pid = begin_long_move(&round);
    virDomainPtr from = NULL;

    g_assert_cmpint(kill(qemu_of(pair, "root"), SIGKILL), ==, 0);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_FAILED);
    let_settle(&round, false);
    g_assert_null(find(&round, true));
    expect_no_traces(pair, 0);
    from = find(&round, false);
    require(virDomainCreate(from) == 0);
    (void)virDomainFree(from);
    round.count = 0;
    require_one_guest(&round);
}

static void
a_machine_that_moves_can_be_destroyed(void)
{
    g_autoptr(Pair) pair = pair_new();
    Round round = {.pair = pair};
    pid_t pid = begin_long_move(&round);
    virDomainPtr from = find(&round, false);

    require(virDomainDestroy(from) == 0);
    expect_state(from, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED);
    g_assert_cmpint(child_await(pid), !=, 0);
    (void)virDomainFree(from);
    g_assert_null(find(&round, true));
    expect_no_traces(pair, 0);
}

/* What is in the way of the definition is a folder of its name. */
static void
what_cannot_be_defined_there_stays_here(void)
{
    g_autoptr(Pair) pair = pair_new();
    Round round = {.pair = pair};
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autofree char *thorn = NULL;
    pid_t pid = begin_long_move(&round);

    require(virDomainGetUUIDString(pair->machine->domain, uuid) == 0);
    thorn = machine_file(pair->machine, "there/domains/%s/config.xml/x", uuid);
    g_free(run_command("mkdir", "-p", thorn, NULL));
    require(virDomainMigrateSetMaxSpeed(pair->machine->domain, 0, 0) == 0);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_MIGRATE_PERSIST_FAILED);
    *strrchr(thorn, '/') = '\0';
    g_free(run_command("rm", "-rf", thorn, NULL));
    require_one_guest(&round);
    g_assert_false(round.is_away);
}

int
main(int argc, char **argv)
{
    if (child_is_asked(argc, argv))
        return run_child(argv);
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/integration/migrate/death/" #test, test)
    ADD(a_migration_is_given_up_by_its_job);
    ADD(a_destination_that_dies_leaves_the_guest_at_the_source);
    ADD(a_source_that_dies_can_be_started_again);
    ADD(a_machine_that_moves_can_be_destroyed);
    ADD(what_cannot_be_defined_there_stays_here);
    ADD(a_leader_that_dies_anywhere_leaves_one_guest);
    ADD(a_leader_that_fails_anywhere_leaves_one_guest);
#undef ADD
    return g_test_run();
}
