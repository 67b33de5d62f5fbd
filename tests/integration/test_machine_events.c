/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happens inside a machine and to its disks is told to every connection,
 * once, and in the same order: to the one that caused it and to one that only
 * listens, as another process would. */
#include "blockjob_steps.h"
#include "event_ear.h"

#include <string.h>

enum { PATIENCE_MS = 60 * 1000 };

typedef struct {
    virConnectPtr conn;
    GString *heard;
} Listener;

static gboolean is_patient = TRUE;

static void
on_line(const char *line, void *opaque)
{
    Listener *listener = opaque;

    g_string_append_printf(listener->heard, "%s\n", line);
}

static void
on_timeout(int timer, void *opaque)
{
    (void)timer;
    (void)opaque;
    is_patient = FALSE;
}

static Listener *
listener_new(virConnectPtr conn)
{
    Listener *listener = g_new0(Listener, 1);

    listener->conn = conn;
    listener->heard = g_string_new(NULL);
    ear_open(conn, on_line, listener);
    return listener;
}

/* Runs the loop until both heard what is @expected, and no more. */
static void
expect(Listener *const *both, const char *expected)
{
    int timer = virEventAddTimeout(PATIENCE_MS, on_timeout, NULL, NULL);

    for (int i = 0; i < 2; i++) {
        while (is_patient && both[i]->heard->len < strlen(expected))
            g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        g_assert_cmpstr(both[i]->heard->str, ==, expected);
        g_string_truncate(both[i]->heard, 0);
    }
    (void)virEventRemoveTimeout(timer);
}

typedef struct {
    Chain *chain;
    virConnectPtr other;
    Listener *both[2];
} Scene;

static Scene
scene_new(const char *name)
{
    Scene scene = {.chain = chain_new(name)};

    scene.other = virConnectOpen(scene.chain->machine->uri);
    require(scene.other != NULL);
    scene.both[0] = listener_new(scene.chain->machine->conn);
    scene.both[1] = listener_new(scene.other);
    return scene;
}

static void
scene_end(Scene *scene)
{
    virConnectClose(scene->other);
    chain_free(scene->chain);
    for (int i = 0; i < 2; i++) {
        g_string_free(scene->both[i]->heard, TRUE);
        g_free(scene->both[i]);
    }
}

static void
block_jobs_are_told(void)
{
    Scene scene = scene_new("jobs");
    virDomainPtr domain = scene.chain->machine->domain;

    require(virDomainBlockCommit(domain, "vda", scene.chain->middle, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    expect(scene.both, "block-job disk0.qcow2 4 3\nblock-job-2 vda 4 3\n");
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    expect(scene.both, "block-job disk0.qcow2 4 2\nblock-job-2 vda 4 2\n");
    /* Nobody waits for this one: whoever looks first writes its end down. */
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    expect(scene.both, "block-job disk0.qcow2 1 0\nblock-job-2 vda 1 0\n");
    scene_end(&scene);
}

/* The stored definition changes with a pivot, and that is told as well. */
static void
a_pivot_is_told_after_it_was_in_step(void)
{
    Scene scene = scene_new("pivot");
    virDomainPtr domain = scene.chain->machine->domain;
    g_autofree char *base = g_path_get_basename(scene.chain->base);
    /* By the image that the disk is on then. */
    g_autofree char *told =
        g_strdup_printf("block-job %s 4 0\nblock-job-2 vda 4 0\n", base);

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    expect(scene.both, "block-job disk0.qcow2 4 3\nblock-job-2 vda 4 3\n");
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    for (int i = 0; i < 2; i++) {
        while (!strstr(scene.both[i]->heard->str, "block-job-2"))
            g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        g_assert_nonnull(strstr(scene.both[i]->heard->str, told));
    }
    scene_end(&scene);
}

static void
thresholds_are_told_once(void)
{
    Scene scene = scene_new("level");
    Machine *machine = scene.chain->machine;
    virDomainPtr domain = machine->domain;

    require(virDomainSetBlockThreshold(domain, "vda", 2 * MIB, 0) == 0);
    machine_write(machine, 0, 1, 0, 4 * MIB);
    expect(scene.both, "threshold vda disk0.qcow2 2097152 passed\n"
                       "threshold vda[1] disk0.qcow2 2097152 passed\n");
    machine_write(machine, 0, 1, 4 * MIB, MIB);
    /* By its number, too. */
    require(virDomainSetBlockThreshold(domain, "vda[1]", 6 * MIB, 0) == 0);
    machine_write(machine, 0, 1, 5 * MIB, 3 * MIB);
    expect(scene.both, "threshold vda disk0.qcow2 6291456 passed\n"
                       "threshold vda[1] disk0.qcow2 6291456 passed\n");
    /* One of an image below is passed when something is committed into it. */
    require(virDomainSetBlockThreshold(domain, "vda[2]", 1 * MIB, 0) == 0);
    require(virDomainBlockCommit(domain, "vda", scene.chain->middle, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    expect(scene.both, "threshold vda[2] middle.qcow2 1048576 passed\n"
                       "block-job disk0.qcow2 4 3\nblock-job-2 vda 4 3\n");
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    expect(scene.both, "block-job disk0.qcow2 4 2\nblock-job-2 vda 4 2\n");
    g_assert_cmpint(virDomainSetBlockThreshold(domain, "vda[9]", 1, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    scene_end(&scene);
}

static void
resets_are_told_and_each_run_has_its_own(void)
{
    Scene scene = scene_new("reset");
    Machine *machine = scene.chain->machine;

    require(virDomainReset(machine->domain, 0) == 0);
    require(virDomainReset(machine->domain, 0) == 0);
    expect(scene.both, "reboot\nreboot\n");
    machine_stop(machine);
    expect(scene.both, "lifecycle 5 1\n");
    machine_start_paused(machine);
    expect(scene.both, "lifecycle 2 0\nlifecycle 3 0\n");
    require(virDomainReset(machine->domain, 0) == 0);
    expect(scene.both, "reboot\n");
    scene_end(&scene);
}

/* What happened before somebody listened is no news to them. */
static void
the_past_is_not_told(void)
{
    g_autoptr(Chain) chain = chain_new("past");
    Machine *machine = chain->machine;
    virConnectPtr other = virConnectOpen(machine->uri);
    Listener *both[2];

    require(other != NULL && virDomainReset(machine->domain, 0) == 0);
    both[0] = listener_new(machine->conn);
    both[1] = listener_new(other);
    require(virDomainSetBlockThreshold(machine->domain, "vda", MIB, 0) == 0);
    machine_write(machine, 0, 1, 0, 4 * MIB);
    expect(both, "threshold vda disk0.qcow2 1048576 passed\n"
                 "threshold vda[1] disk0.qcow2 1048576 passed\n");
    virConnectClose(other);
    for (int i = 0; i < 2; i++) {
        g_string_free(both[i]->heard, TRUE);
        g_free(both[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
    g_test_add_func("/machine_events/block_jobs_are_told", block_jobs_are_told);
    g_test_add_func("/machine_events/a_pivot_is_told_after_it_was_in_step",
                    a_pivot_is_told_after_it_was_in_step);
    g_test_add_func("/machine_events/thresholds_are_told_once",
                    thresholds_are_told_once);
    g_test_add_func("/machine_events/resets_are_told_and_each_run_has_its_own",
                    resets_are_told_and_each_run_has_its_own);
    g_test_add_func("/machine_events/the_past_is_not_told",
                    the_past_is_not_told);
    return g_test_run();
}
