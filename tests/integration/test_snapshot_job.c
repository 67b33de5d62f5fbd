/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A snapshot with its memory in a file is a job: seen, given up, and seen through
 * by whoever is there when its caller is not (this program runs itself again as
 * that caller).  The guest never stays paused, and a snapshot is there as a whole
 * or not at all. */
#include "checkpoint_steps.h"
#include "child_call.h"
#include "domain_steps.h"
#include "event_ear.h"
#include "save_steps.h"
#include "snapshot_steps.h"

#include <libvirt/libvirt-strandline.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 300, FAILURES = 70, POLL_US = 1000 };

static char *
document(const char *folder, const char *name)
{
    return g_strdup_printf(
        "<domainsnapshot><name>%s</name>"
        "<memory snapshot='external' file='%s/%s.mem'/>"
        "<disks><disk name='vda' snapshot='external'>"
        "<source file='%s/%s.vda'/></disk></disks></domainsnapshot>",
        name, folder, name, folder, name);
}

/* Beside the root folder, which the URI ends with. */
static char *
folder_of(const char *uri)
{
    const char *root = strstr(uri, "root=");

    g_assert_nonnull(root);
    return g_path_get_dirname(root + strlen("root="));
}

/* Ends with the code of its error, 0 if there is none. */
static int
run_child(char **argv)
{
    const char *checkpoint = NULL;
    unsigned flags = 0;
    g_autofree char *folder = folder_of(argv[2]);
    g_autofree char *xml = document(folder, argv[3]);
    virConnectPtr conn = virConnectOpen(argv[2]);
    virDomainPtr domain = conn ? virDomainLookupByName(conn, "web") : NULL;
    virDomainSnapshotPtr made = NULL;
    int code = 0;

    if (g_str_equal(argv[1], "--live"))
        flags = VIR_DOMAIN_SNAPSHOT_CREATE_LIVE;
    if (g_str_equal(argv[1], "--halt"))
        flags = VIR_DOMAIN_SNAPSHOT_CREATE_HALT;
    if (g_str_equal(argv[1], "--both"))
        checkpoint = "<domaincheckpoint><name>c1</name></domaincheckpoint>";
    made = virDomainSnapshotCreateXML2(domain, xml, checkpoint, flags);
    code = made ? 0 : virGetLastErrorCode();
    (void)virDomainSnapshotFree(made);
    (void)virDomainFree(domain);
    (void)virConnectClose(conn);
    return code;
}

/* ---- what is looked at ---- */

static char *
files(const Machine *machine)
{
    return run_command("sh", "-c",
                       "cd \"$1\" && ls -d s*.mem* s*.vda* 2>/dev/null | "
                       "sort | tr '\\n' ' '",
                       "-", machine->folder, NULL);
}

static void
expect_files(const Machine *machine, const char *expected)
{
    g_autofree char *found = files(machine);

    g_assert_cmpstr(found, ==, expected);
}

static int
count_nodes(Machine *machine)
{
    g_autofree char *reply =
        machine_monitor(machine, "{\"execute\": \"query-named-block-nodes\", "
                                 "\"arguments\": {\"flat\": true}}");
    int count = 0;

    for (const char *at = reply; (at = strstr(at, "\"node-name\"")); at++)
        count++;
    return count;
}

static void
expect_goes_on(Machine *machine, guint64 since)
{
    int state = -1;

    require(virDomainGetState(machine->domain, &state, NULL, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_RUNNING);
    while (counter(machine) <= since)
        g_usleep(POLL_US);
}

static bool
is_listed(Machine *machine, const char *name)
{
    virDomainSnapshotPtr found =
        virDomainSnapshotLookupByName(machine->domain, name, 0);

    if (!found)
        return false;
    require(virDomainSnapshotFree(found) == 0);
    return true;
}

/* The running one; its id. */
static int
find_job(Machine *machine)
{
    virDomainJobPtr *list = NULL;
    int count = virDomainListAllJobs(machine->domain, &list, 0);
    int id = 0;

    require(count >= 1);
    for (int i = 0; i < count; i++) {
        if (virDomainJobGetOperation(list[i]) ==
            VIR_DOMAIN_JOB_OPERATION_SNAPSHOT)
            id = virDomainJobGetID(list[i]);
        require(virDomainJobFree(list[i]) == 0);
    }
    free(list);
    return id;
}

/* ---- one that takes long ---- */

/* Which point is the one before QEMU begins to write, found on another machine:
 * a second snapshot of one passes other points. */
static int
point_of_migration(const char *what)
{
    g_autoptr(Machine) machine = counting_machine();

    machine_start(machine);
    return child_point_of(machine, what, "s0", "qmp:migrate");
}

/* Another process' snapshot "s1", at work and so for long; *@ret_job: its id. */
static pid_t
begin_long(Machine *machine, const char *what, int *ret_job)
{
    int point = point_of_migration(what);
    pid_t pid = 0;

    machine_start(machine);
    let_it_count(machine);
    pid = child_stop_at(machine, what, "s1", point);
    set_bandwidth(machine, 4096);
    g_assert_cmpint(kill(pid, SIGCONT), ==, 0);
    for (*ret_job = 0; *ret_job == 0; *ret_job = find_job(machine))
        g_usleep(POLL_US);
    return pid;
}

static unsigned long long
figure(Machine *machine, int id, const char *name, unsigned flags)
{
    virDomainJobPtr job = virDomainJobLookupByID(machine->domain, id, 0);
    virTypedParameterPtr params = NULL;
    unsigned long long value = 0;
    int n = 0;
    int type = -1;

    require(job != NULL);
    require(virDomainJobGetStats(job, &type, &params, &n, flags) == 0);
    require(virTypedParamsGetULLong(params, n, name, &value) == 1);
    virTypedParamsFree(params, n);
    require(virDomainJobFree(job) == 0);
    return value;
}

static void
refuse_all_else(Machine *machine)
{
    virDomainPtr domain = machine->domain;
    g_autofree char *xml = document(machine->folder, "s2");

    g_assert_cmpint(virDomainResume(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_cmpint(virDomainSave(domain, "/tmp/never"), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_null(virDomainSnapshotCreateXML(domain, xml, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "end or abort");
}

static void
others_see_it_and_it_comes_to_its_end(void)
{
    g_autoptr(Machine) machine = counting_machine();
    int job = 0;
    pid_t pid = begin_long(machine, "--snapshot", &job);
    guint64 count = counter(machine);

    expect_state(machine->domain, VIR_DOMAIN_PAUSED,
                 VIR_DOMAIN_PAUSED_SNAPSHOT);
    g_assert_cmpuint(figure(machine, job, VIR_DOMAIN_JOB_MEMORY_TOTAL, 0), >=,
                     32 * MIB);
    g_assert_false(is_listed(machine, "s1"));
    refuse_all_else(machine);
    set_bandwidth(machine, G_MAXINT64);
    g_assert_cmpint(child_await(pid), ==, 0);
    g_assert_true(is_listed(machine, "s1"));
    expect_files(machine, "s1.mem s1.vda ");
    g_assert_cmpint(find_job(machine), ==, 0);
    g_assert_cmpuint(figure(machine, job, VIR_DOMAIN_JOB_MEMORY_PROCESSED,
                            VIR_DOMAIN_JOB_STATS_COMPLETED),
                     >, 0);
    expect_goes_on(machine, count);
    require(virDomainDestroy(machine->domain) == 0);
    revert(machine, "s1", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    g_assert_cmpuint(counter(machine), ==, count);
}

/* As if it had never been, but for its id. */
static void
expect_nothing_left(Machine *machine, int nodes)
{
    g_assert_cmpint(find_job(machine), ==, 0);
    g_assert_false(is_listed(machine, "s1"));
    expect_files(machine, "");
    assert_names(machine, "");
    g_assert_cmpint(count_nodes(machine), ==, nodes);
}

static void
one_that_is_aborted_leaves_the_guest_running(void)
{
    static const char *const ways[] = {"--snapshot", "--live", "--both"};

    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(Machine) machine = counting_machine();
        virDomainJobPtr job = NULL;
        guint64 count = 0;
        int id = 0;
        pid_t pid = begin_long(machine, ways[i], &id);
        int nodes = count_nodes(machine);

        count = counter(machine);
        job = virDomainJobLookupByID(machine->domain, id, 0);
        require(job != NULL);
        require((i == 0 ? virDomainJobAbort(job, 0)
                        : virDomainAbortJob(machine->domain)) == 0);
        require(virDomainJobFree(job) == 0);
        g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_ABORTED);
        expect_nothing_left(machine, nodes - 2); /* the overlay and its file */
        expect_goes_on(machine, count);
    }
}

static void
a_machine_can_be_destroyed_meanwhile(void)
{
    g_autoptr(Machine) machine = counting_machine();
    int job = 0;
    pid_t pid = begin_long(machine, "--both", &job);

    require(virDomainDestroy(machine->domain) == 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_DESTROYED);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_ABORTED);
    expect_files(machine, "");
    g_assert_false(is_listed(machine, "s1"));
    machine_start(machine);
    assert_names(machine, "");
}

static void
a_qemu_that_dies_meanwhile_leaves_no_snapshot(void)
{
    g_autoptr(Machine) machine = counting_machine();
    int job = 0;
    pid_t pid = begin_long(machine, "--both", &job);

    machine_kill(machine);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_FAILED);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_CRASHED);
    expect_files(machine, "");
    g_assert_false(is_listed(machine, "s1"));
    machine_start(machine);
    assert_names(machine, "");
}

/* Nobody waits for it any more, and it is a snapshot all the same. */
static void
one_whose_caller_dies_is_seen_through_by_others(void)
{
    g_autoptr(Machine) machine = counting_machine();
    int job = 0;
    pid_t pid = begin_long(machine, "--both", &job);
    guint64 count = counter(machine);

    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(child_await(pid), ==, -1);
    set_bandwidth(machine, G_MAXINT64);
    while (find_job(machine) != 0)
        g_usleep(POLL_US);
    g_assert_true(is_listed(machine, "s1"));
    assert_names(machine, "c1");
    expect_files(machine, "s1.mem s1.vda ");
    expect_goes_on(machine, count);
    machine_write(machine, 0, 3, MIB, 64 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 64 * KIB);
}

static void
a_halted_machine_ends_with_it(void)
{
    g_autoptr(Machine) machine = counting_machine();
    guint64 count = 0;

    machine_start(machine);
    let_it_count(machine);
    count = counter(machine);
    g_assert_cmpint(child_await(child_start(machine, "--halt", "s1", "")), ==,
                    0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    revert(machine, "s1", 0);
    g_assert_cmpuint(counter(machine), >=, count);
}

/* ---- inside the images: QEMU answers nobody meanwhile ---- */

/* The newest of the ended ones. */
static void
expect_last(Machine *machine, int operation)
{
    virDomainJobPtr *list = NULL;
    int count = virDomainListAllJobs(machine->domain, &list,
                                     VIR_DOMAIN_LIST_JOBS_COMPLETED);

    require(count > 1);
    g_assert_cmpint(virDomainJobGetOperation(list[count - 1]), ==, operation);
    g_assert_cmpint(virDomainJobGetType(list[count - 1]), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    for (int i = 0; i < count; i++)
        require(virDomainJobFree(list[i]) == 0);
    free(list);
}

static void
memory_that_is_moved_under_the_lock_was_a_job_too(void)
{
    g_autoptr(Machine) machine = counting_machine();

    machine_start(machine);
    let_it_count(machine);
    ear_keep(machine->conn);
    take(machine, "<domainsnapshot><name>in</name></domainsnapshot>", 0);
    expect_last(machine, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT);
    ear_expect("job 1\n");
    revert(machine, "in", 0);
    expect_last(machine, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT);
}

/* ---- deaths and failures ---- */

/* Whoever comes next brings to an end what the dead one began: the snapshot is
 * whole, or there is no trace of it. */
static void
require_whole_or_none(Machine *machine, const char *name, guint64 count)
{
    g_autofree char *memory = machine_file(machine, "%s.mem", name);
    g_autofree char *overlay = machine_file(machine, "%s.vda", name);
    g_autofree char *partial = NULL;
    bool is_there = false;

    while (find_job(machine) != 0)
        g_usleep(POLL_US);
    is_there = is_listed(machine, name);
    g_assert_true(g_file_test(memory, G_FILE_TEST_EXISTS) == is_there);
    g_assert_true(g_file_test(overlay, G_FILE_TEST_EXISTS) == is_there);
    partial =
        run_command("find", machine->folder, "-name", "*.partial-*", NULL);
    g_assert_cmpstr(partial, ==, "");
    assert_top(machine, 0, 0, is_there ? overlay : machine->path[0]);
    expect_goes_on(machine, count);
}

/* Each of a machine of its own: the next one would be of another chain. */
static int
round_at(const char *what, const char *fault)
{
    g_autoptr(Machine) machine = counting_machine();
    guint64 count = 0;
    int code = 0;

    machine_start(machine);
    let_it_count(machine);
    count = counter(machine);
    code = child_await(child_start(machine, what, "s1", fault));
    require_whole_or_none(machine, "s1", count);
    if (code == 0)
        g_assert_true(is_listed(machine, "s1"));
    return code;
}

static void
a_snapshot_that_dies_anywhere_is_whole_or_none(void)
{
    const int stride = 4;
    int code = -1;
    int point = 1;

    for (; point < POINTS_MAX && code != 0; point += stride) {
        g_autofree char *fault = g_strdup_printf("kill:%d", point);

        code = round_at(point % 8 < 4 ? "--both" : "--live", fault);
    }
    g_assert_cmpint(code, ==, 0);
    g_assert_cmpint(point, >, 20);
}

static void
a_snapshot_that_fails_anywhere_is_whole_or_none(void)
{
    const int stride = 5;

    for (int point = 2; point < FAILURES; point += stride) {
        g_autofree char *fault = g_strdup_printf("fail:%d", point);

        (void)round_at("--both", fault);
    }
}

int
main(int argc, char **argv)
{
    if (child_is_asked(argc, argv))
        return run_child(argv);
    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
#define ADD(test) g_test_add_func("/integration/snapshot_job/" #test, test)
    ADD(others_see_it_and_it_comes_to_its_end);
    ADD(one_that_is_aborted_leaves_the_guest_running);
    ADD(a_machine_can_be_destroyed_meanwhile);
    ADD(a_qemu_that_dies_meanwhile_leaves_no_snapshot);
    ADD(one_whose_caller_dies_is_seen_through_by_others);
    ADD(a_halted_machine_ends_with_it);
    ADD(memory_that_is_moved_under_the_lock_was_a_job_too);
    ADD(a_snapshot_that_dies_anywhere_is_whole_or_none);
    ADD(a_snapshot_that_fails_anywhere_is_whole_or_none);
#undef ADD
    return g_test_run();
}
