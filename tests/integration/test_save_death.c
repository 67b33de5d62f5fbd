/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saves and starts from a saved state whose callers die, fail or give up: this
 * program runs itself again as the caller (STRANDLINE_FAULT, base/fault.h).
 * There is always the guest or a whole image of it, and never neither. */
#include "domain_steps.h"
#include "save_steps.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POINTS_MAX = 200, FAILURES = 60, STRIDE = 2, POLL_US = 1000 };

static const char *self; /* how to run this program again */

/* Ends with the code of its error, 0 if there is none. */
static int
run_child(char **argv)
{
    virConnectPtr conn = virConnectOpen(argv[2]);
    virDomainPtr domain = conn ? virDomainLookupByName(conn, "web") : NULL;
    int code = 0;

    if (g_str_equal(argv[1], "--save")) {
        if (virDomainManagedSave(domain, 0) < 0)
            code = virGetLastErrorCode();
    } else if (virDomainCreate(domain) < 0) {
        code = virGetLastErrorCode();
    }
    (void)virDomainFree(domain);
    (void)virConnectClose(conn);
    return code;
}

static pid_t
start_child(const Machine *machine, const char *what, const char *fault)
{
    char *argv[] = {(char *)self, (char *)what, machine->uri, NULL};
    g_auto(GStrv) environment = g_get_environ();
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    environment =
        g_environ_setenv(environment, "STRANDLINE_FAULT", fault, TRUE);
    g_spawn_async(NULL, argv, environment,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL |
                      G_SPAWN_STDOUT_TO_DEV_NULL,
                  NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* Returns: its exit code; -1 if it was killed. */
static int
await_child(pid_t pid)
{
    int status = 0;

    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    if (WIFSIGNALED(status))
        g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool
has_save_job(Machine *machine)
{
    virDomainJobInfo info;

    require(virDomainGetJobInfo(machine->domain, &info) == 0);
    return info.type != VIR_DOMAIN_JOB_NONE;
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
 * does not matter, so as many are met as a call has points, and more. */
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
         point += STRIDE) {
        g_autofree char *fault = g_strdup_printf("%s:%d", kind, point);

        if (g_str_equal(what, "--start"))
            require(virDomainManagedSave(machine->domain, 0) == 0);
        code = await_child(start_child(machine, what, fault));
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

/* ---- giving up ---- */

/* Which point of a save is the one before QEMU begins to write: its figures are
 * set by then, and are ours to change. */
static int
point_of_migration(Machine *machine)
{
    g_autofree char *file = machine_file(machine, "points");
    g_autofree char *fault = g_strdup_printf("count:%s", file);
    g_autofree char *text = NULL;
    g_auto(GStrv) names = NULL;
    int point = 0;

    g_assert_cmpint(await_child(start_child(machine, "--save", fault)), ==, 0);
    require(virDomainCreate(machine->domain) == 0);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    names = g_strsplit(text, "\n", -1);
    while (names[point] && !g_str_equal(names[point], "qmp:migrate"))
        point++;
    g_assert_nonnull(names[point]);
    return point + 1;
}

/* By the other monitor: the library's is in use. */
static void
let_it_crawl(Machine *machine)
{
    static const char order[] =
        "{\"execute\": \"migrate-set-parameters\", \"arguments\": "
        "{\"max-bandwidth\": 4096}}\r\n";
    int watch = machine_watch(machine);

    g_assert_cmpint(write(watch, order, strlen(order)), ==,
                    (gssize)strlen(order));
    g_free(machine_watch_text(watch));
    close(watch);
}

/* The save of another process, which is at work and will be for long. */
static pid_t
begin_long_save(Machine *machine)
{
    g_autofree char *fault =
        g_strdup_printf("stop:%d", point_of_migration(machine));
    pid_t pid = 0;
    int status = 0;

    pid = start_child(machine, "--save", fault);
    g_assert_cmpint(waitpid(pid, &status, WUNTRACED), ==, pid);
    g_assert_true(WIFSTOPPED(status));
    let_it_crawl(machine);
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
    g_assert_cmpint(await_child(pid), ==, VIR_ERR_OPERATION_ABORTED);
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
    g_assert_cmpint(await_child(pid), !=, 0);
    require_no_leftovers(machine);
}

int
main(int argc, char **argv)
{
    if (argc == 3 && g_str_has_prefix(argv[1], "--") &&
        g_str_has_prefix(argv[2], "qemu:"))
        return run_child(argv);
    self = argv[0];
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/integration/save/death/" #test, test)
    ADD(a_save_that_is_aborted_leaves_the_guest_running);
    ADD(a_machine_can_be_destroyed_while_it_is_saved);
    ADD(a_save_that_dies_anywhere_leaves_the_guest_or_its_image);
    ADD(a_save_that_fails_anywhere_leaves_the_guest_or_its_image);
    ADD(a_start_that_dies_anywhere_leaves_the_guest_or_its_image);
    ADD(a_start_that_fails_anywhere_leaves_the_guest_or_its_image);
#undef ADD
    return g_test_run();
}
