/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any call from any thread: many threads on one connection, and each on one of
 * its own, on the same domain.  What each did is there afterwards, and nothing
 * else; errors stay with the thread that made them. */
#include "stage.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 6, MEMORY_ROUNDS = 40, QEMU_ROUNDS = 3 };

typedef struct {
    virConnectPtr conn;
    int number;
    int rounds;
    int heard; /* events, from whichever thread runs the loop; atomic */
} Worker;

static int
rounds(void)
{
    return stage_is_memory() ? MEMORY_ROUNDS : QEMU_ROUNDS;
}

/* A checkpoint of this worker's, of that round; none if @round is -1. */
static char *
name_of(const Worker *worker, int round)
{
    return g_strdup_printf("w%d-%d", worker->number, round);
}

static void
create(const Worker *worker, virDomainPtr domain, int round)
{
    g_autofree char *name = name_of(worker, round);
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>%s</name></domaincheckpoint>", name);
    virDomainCheckpointPtr made = virDomainCheckpointCreateXML(domain, xml, 0);

    require(made != NULL);
    g_assert_cmpstr(virDomainCheckpointGetName(made), ==, name);
    require(virDomainCheckpointFree(made) == 0);
}

static void
drop(const Worker *worker, virDomainPtr domain, int round)
{
    g_autofree char *name = name_of(worker, round);
    virDomainCheckpointPtr found =
        virDomainCheckpointLookupByName(domain, name, 0);

    require(found != NULL);
    require(virDomainCheckpointDelete(found, 0) == 0);
    require(virDomainCheckpointFree(found) == 0);
}

/* All that is listed can be named and freed, in an order that holds. */
static void
look(virDomainPtr domain)
{
    virDomainCheckpointPtr *list = NULL;
    int count = virDomainListAllCheckpoints(
        domain, &list, VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL);

    require(count >= 0);
    for (int i = 0; i < count; i++) {
        g_assert_cmpint(virDomainCheckpointGetName(list[i])[0], ==, 'w');
        require(virDomainCheckpointFree(list[i]) == 0);
    }
    g_assert_null(list[count]);
    free(list);
}

/* A failure of this thread's own, which no other thread's call wipes out. */
static void
fail_by_name(const Worker *worker, virDomainPtr domain)
{
    g_autofree char *name = g_strdup_printf("nobody-%d", worker->number);

    g_assert_null(virDomainCheckpointLookupByName(domain, name, 0));
    g_thread_yield();
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), name));
}

static int
on_event(virConnectPtr conn, virDomainPtr domain, int event, int detail,
         void *opaque)
{
    Worker *worker = opaque;

    (void)conn;
    (void)domain;
    (void)event;
    (void)detail;
    g_atomic_int_inc(&worker->heard);
    return 0;
}

/* Each round leaves one checkpoint and takes the former one away. */
static gpointer
work(gpointer data)
{
    Worker *worker = data;
    virDomainPtr domain = virDomainLookupByName(worker->conn, "web");

    require(domain != NULL);
    for (int round = 0; round < worker->rounds; round++) {
        int id = virConnectDomainEventRegisterAny(
            worker->conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
            VIR_DOMAIN_EVENT_CALLBACK(on_event), worker, NULL);

        require(id >= 0);
        create(worker, domain, round);
        look(domain);
        fail_by_name(worker, domain);
        if (round > 0)
            drop(worker, domain, round - 1);
        require(virConnectDomainEventDeregisterAny(worker->conn, id) == 0);
    }
    require(virDomainFree(domain) == 0);
    return NULL;
}

/* The last checkpoint of each worker, and no other. */
static void
expect_the_last_of_each(Stage *stage, const Worker *workers)
{
    virDomainPtr domain = stage->machine->domain;

    g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, THREADS);
    for (int i = 0; i < THREADS; i++)
        drop(&workers[i], domain, workers[i].rounds - 1);
    g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, 0);
}

static void
on_tick(int timer, void *opaque)
{
    (void)timer;
    *(bool *)opaque = true;
}

/* Callbacks that are gone are freed by the loop. */
static void
run_the_loop(void)
{
    bool is_over = false;
    int timer = virEventAddTimeout(0, on_tick, &is_over, NULL);

    while (!is_over)
        require(virEventRunDefaultImpl() == 0);
    require(virEventRemoveTimeout(timer) == 0);
}

static void
run_workers(Stage *stage, bool have_own_connections)
{
    Worker workers[THREADS] = {0};
    GThread *threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        workers[i].conn = have_own_connections ? stage_connect(stage, false)
                                               : stage->machine->conn;
        require(workers[i].conn != NULL);
        workers[i].number = i;
        workers[i].rounds = rounds();
        threads[i] = g_thread_new("worker", work, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    expect_the_last_of_each(stage, workers);
    for (int i = 0; have_own_connections && i < THREADS; i++)
        require(virConnectClose(workers[i].conn) == 0);
    run_the_loop();
}

static void
threads_share_a_connection(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    run_workers(stage, false);
}

static void
threads_have_connections_of_their_own(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    run_workers(stage, true);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "threads");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(threads_share_a_connection);
    STAGE_TEST(threads_have_connections_of_their_own);
    return g_test_run();
}
