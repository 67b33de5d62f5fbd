/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saves and starts from a saved state whose callers die, fail or give up: this
 * program runs itself again as the caller (STRANDLINE_FAULT, base/fault.h).
 * There is always the guest or a whole image of it, and never neither. */
#include "checkpoint_steps.h"
#include "child_call.h"
#include "domain_steps.h"
#include "save_steps.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 200, FAILURES = 60, STRIDE = 2, POLL_US = 1000 };

/* Ends with the code of its error, 0 if there is none. */
static int
run_child(char **argv)
{
    virConnectPtr conn = virConnectOpen(argv[2]);
    virDomainPtr domain = conn ? virDomainLookupByName(conn, "web") : NULL;
    int result = -1;
    int code = 0;

    if (g_str_equal(argv[1], "--save")) {
        result = virDomainManagedSave(domain, 0);
    } else if (g_str_equal(argv[1], "--file")) {
        result = virDomainSave(domain, argv[3]);
    } else {
        result = virDomainCreate(domain);
    }
    code = result < 0 ? virGetLastErrorCode() : 0;
    (void)virDomainFree(domain);
    (void)virConnectClose(conn);
    return code;
}

static bool
has_save_job(Machine *machine)
{
    virDomainJobInfo info;

    if (virDomainGetJobInfo(machine->domain, &info) == 0)
        return info.type != VIR_DOMAIN_JOB_NONE;
    /* It is saved, and runs no longer. */
    require_error(VIR_ERR_OPERATION_INVALID);
    return false;
}

/* Whoever comes next brings to an end what the dead one began; then the guest
 * runs, or its state is whole.  It goes on in either case. */
static void
require_guest(Machine *machine, guint64 *count)
{
    guint64 now = 0;
    int state = -1;

    while (has_save_job(machine))
        g_usleep(POLL_US);
    if (virDomainIsActive(machine->domain) == 0) {
        require(virDomainHasManagedSaveImage(machine->domain, 0) == 1);
        require(virDomainCreate(machine->domain) == 0);
    }
    require(virDomainHasManagedSaveImage(machine->domain, 0) == 0);
    require(virDomainGetState(machine->domain, &state, NULL, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_RUNNING);
    now = counter(machine);
    g_assert_cmpuint(now, >=, *count);
    *count = now;
}

static void
require_no_leftovers(Machine *machine)
{
    g_autofree char *folder = machine_file(machine, "root/domains");
    g_autofree char *found =
        run_command("find", folder, "-name", "managed*", NULL);

    g_assert_cmpstr(found, ==, "");
}

/* A death is met until one comes to its end; a failure may be of something that
 * does not matter, so as many are met as a call has points, and more.  Failures
 * take no QEMU down, and are met at each point: that of a sync behind a rename is
 * one of many. */
static void
stop_half_way(const char *what, const char *kind)
{
    g_autoptr(Machine) machine = counting_machine();
    guint64 count = 0;
    int point = 1;
    int code = -1;
    bool is_death = g_str_equal(kind, "kill");

    machine_start(machine);
    let_it_count(machine);
    for (; is_death ? point < POINTS_MAX && code != 0 : point < FAILURES;
         point += is_death ? STRIDE : 1) {
        g_autofree char *fault = g_strdup_printf("%s:%d", kind, point);

        if (g_str_equal(what, "--start"))
            require(virDomainManagedSave(machine->domain, 0) == 0);
        code = child_await(child_start(machine, what, "", fault));
        require_guest(machine, &count);
        require_no_leftovers(machine);
    }
    g_assert_cmpint(code, ==, 0);
    g_assert_cmpint(point, >, 20);
}

static void
a_save_that_dies_anywhere_leaves_the_guest_or_its_image(void)
{
    stop_half_way("--save", "kill");
}

static void
a_save_that_fails_anywhere_leaves_the_guest_or_its_image(void)
{
    stop_half_way("--save", "fail");
}

static void
a_start_that_dies_anywhere_leaves_the_guest_or_its_image(void)
{
    stop_half_way("--start", "kill");
}

static void
a_start_that_fails_anywhere_leaves_the_guest_or_its_image(void)
{
    stop_half_way("--start", "fail");
}

/* The file cannot get its name when the memory is written, and QEMU has given its
 * images up: a guest that must not go on gets them back all the same. */
static void
a_paused_guest_whose_save_fails_keeps_its_bitmaps(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *file = machine_file(machine, "web.save");
    g_autofree char *before = machine_file(machine, "before");
    guint64 count = 0;
    pid_t pid = 0;
    int point = 0;

    machine_start(machine);
    let_it_count(machine);
    require(virDomainSuspend(machine->domain) == 0);
    make_checkpoint(machine, "c1", NULL);
    count = counter(machine);
    point = child_point_of(machine, "--file", before, "qmp:migrate");
    require(virDomainRestore(machine->conn, before) == 0);
    pid = child_stop_at(machine, "--file", file, point);
    g_assert_cmpint(g_mkdir(file, 0700), ==, 0);
    g_assert_cmpint(kill(pid, SIGCONT), ==, 0);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_FAILED);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    machine_write(machine, 0, 3, MIB, 64 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 64 * KIB);
    g_assert_cmpuint(counter(machine), >=, count);
    require(virDomainManagedSave(machine->domain, 0) == 0);
    require(virDomainCreate(machine->domain) == 0);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 64 * KIB);
}

/* ---- giving up ---- */

/* Which point of a save is the one before QEMU begins to write: its figures are
 * set by then, and are ours to change. */
static int
point_of_migration(Machine *machine)
{
    int point = child_point_of(machine, "--save", "", "qmp:migrate");

    require(virDomainCreate(machine->domain) == 0);
    return point;
}

/* The save of another process, which is at work and will be for long. */
static pid_t
begin_long_save(Machine *machine)
{
    pid_t pid =
        child_stop_at(machine, "--save", "", point_of_migration(machine));

    set_bandwidth(machine, 4096);
    g_assert_cmpint(kill(pid, SIGCONT), ==, 0);
    while (!has_save_job(machine))
        g_usleep(POLL_US);
    return pid;
}

static void
refuse_all_else(Machine *machine)
{
    virDomainPtr domain = machine->domain;

    g_assert_cmpint(virDomainResume(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "cannot resume");
    g_assert_cmpint(virDomainSave(domain, "/tmp/never"), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "writes the memory");
    g_assert_null(virDomainSnapshotCreateXML(
        domain, "<domainsnapshot/>", VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY));
    expect_error(VIR_ERR_OPERATION_INVALID, "end or abort");
}

static void
a_save_that_is_aborted_leaves_the_guest_running(void)
{
    g_autoptr(Machine) machine = counting_machine();
    virDomainJobId *ids = NULL;
    guint64 count = 0;
    pid_t pid = 0;

    machine_start(machine);
    let_it_count(machine);
    pid = begin_long_save(machine);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_SAVE);
    count = counter(machine);
    require(virDomainListJobIds(machine->domain, &ids, 0) == 2);
    g_assert_cmpint(ids[1].type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    free(ids);
    refuse_all_else(machine);
    require(virDomainAbortJob(machine->domain) == 0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_SAVE_CANCELED);
    g_assert_cmpint(child_await(pid), ==, VIR_ERR_OPERATION_ABORTED);
    require(virDomainHasManagedSaveImage(machine->domain, 0) == 0);
    require_no_leftovers(machine);
    while (counter(machine) == count)
        g_usleep(POLL_US);
}

static void
a_machine_can_be_destroyed_while_it_is_saved(void)
{
    g_autoptr(Machine) machine = counting_machine();
    pid_t pid = 0;

    machine_start(machine);
    let_it_count(machine);
    pid = begin_long_save(machine);
    require(virDomainDestroy(machine->domain) == 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_DESTROYED);
    g_assert_cmpint(child_await(pid), !=, 0);
    require_no_leftovers(machine);
}

int
main(int argc, char **argv)
{
    if (child_is_asked(argc, argv))
        return run_child(argv);
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/integration/save/death/" #test, test)
    ADD(a_save_that_is_aborted_leaves_the_guest_running);
    ADD(a_machine_can_be_destroyed_while_it_is_saved);
    ADD(a_save_that_dies_anywhere_leaves_the_guest_or_its_image);
    ADD(a_save_that_fails_anywhere_leaves_the_guest_or_its_image);
    ADD(a_paused_guest_whose_save_fails_keeps_its_bitmaps);
    ADD(a_start_that_dies_anywhere_leaves_the_guest_or_its_image);
    ADD(a_start_that_fails_anywhere_leaves_the_guest_or_its_image);
#undef ADD
    return g_test_run();
}
