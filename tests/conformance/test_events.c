/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events: told once, in order, to whoever registered, on every connection. */
#include "../integration/backup_steps.h"
#include "../integration/life_ear.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>

static void
the_life_of_a_domain_is_told_in_order(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    Machine *machine = stage->machine;
    int id = life_listen(machine->conn, NULL);

    machine_start_paused(machine);
    require(virDomainResume(machine->domain) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    machine_stop(machine);
    life_expect("web started 0\nweb suspended 0\nweb resumed 0\n"
                "web suspended 0\nweb stopped 1\n");
    require(virConnectDomainEventDeregisterAny(machine->conn, id) == 0);
}

static void
definitions_are_told(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    g_autofree char *xml = stage_document(
        stage, "db", "5a1d0001-0203-4405-8607-08090a0b0c01", NULL);
    int id = life_listen(conn, NULL);
    virDomainPtr domain = virDomainDefineXML(conn, xml);

    require(domain != NULL);
    require(virDomainFree(virDomainDefineXML(conn, xml)) == 0);
    require(virDomainRename(domain, "sql", 0) == 0);
    require(virDomainUndefine(domain) == 0);
    life_expect("db defined 0\ndb defined 1\ndb undefined 1\n"
                "sql defined 2\nsql undefined 0\n");
    require(virDomainFree(domain) == 0);
    require(virConnectDomainEventDeregisterAny(conn, id) == 0);
}

static void
other_connections_hear_it_too(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr watching = stage_connect(stage, true);
    int id = life_listen(watching, NULL);

    machine_start_paused(stage->machine);
    life_expect("web started 0\nweb suspended 0\n");
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    machine_stop(stage->machine);
    id = life_listen(watching, NULL);
    machine_start_paused(stage->machine);
    life_expect("web started 0\nweb suspended 0\n");
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    require(virConnectClose(watching) >= 0);
}

static void
who_registered_for_one_domain_hears_of_no_other(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    g_autofree char *xml = stage_document(
        stage, "db", "5a1d0001-0203-4405-8607-08090a0b0c01", NULL);
    int id = life_listen(conn, stage->machine->domain);
    virDomainPtr other = virDomainDefineXML(conn, xml);

    require(other != NULL);
    require(virDomainUndefine(other) == 0);
    machine_start_paused(stage->machine);
    life_expect("web started 0\nweb suspended 0\n");
    require(virDomainFree(other) == 0);
    require(virConnectDomainEventDeregisterAny(conn, id) == 0);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

/* ---- the ends of jobs ---- */

typedef struct {
    int n_events;
    int id;
    int success;
    int last; /* deregistered by the callback itself; -1: it stays */
} Told;

static void
on_job_completed(virConnectPtr conn, virDomainPtr domain,
                 virTypedParameterPtr params, int n_params, void *opaque)
{
    Told *told = opaque;

    (void)domain;
    told->n_events++;
    require(virTypedParamsGetInt(params, n_params, VIR_DOMAIN_JOB_ID,
                                 &told->id) == 1);
    require(virTypedParamsGetBoolean(params, n_params, VIR_DOMAIN_JOB_SUCCESS,
                                     &told->success) == 1);
    if (told->last >= 0)
        require(virConnectDomainEventDeregisterAny(conn, told->last) == 0);
}

static int
listen_for_jobs(virConnectPtr conn, Told *told)
{
    int id = virConnectDomainEventRegisterAny(
        conn, NULL, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
        VIR_DOMAIN_EVENT_CALLBACK(on_job_completed), told, NULL);

    require(id >= 0);
    return id;
}

static int
push(Stage *stage, const char *file)
{
    return begin(stage->machine,
                 document(stage->machine, "push",
                          "<disks><disk name='vda'><target file='%s/%s'/>"
                          "</disk></disks>",
                          stage->machine->folder, file),
                 NULL, 0);
}

static void
on_turn(int timer, void *opaque)
{
    (void)timer;
    (*(int *)opaque)++;
}

/* A second event of anything would come with the next looks. */
static void
turn_often(void)
{
    int turns = 0;
    int timer = virEventAddTimeout(1, on_turn, &turns, NULL);

    require(timer >= 0);
    while (turns < 8)
        require(virEventRunDefaultImpl() == 0);
    require(virEventRemoveTimeout(timer) == 0);
}

/* One connection ends the job; both tell, each once. */
static void
every_connection_tells_of_a_jobs_end_once(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr mine = stage->machine->conn;
    virConnectPtr other = stage_connect(stage, false);
    Told here = {.last = -1};
    Told there = {.last = -1};
    int here_id = listen_for_jobs(mine, &here);
    int there_id = listen_for_jobs(other, &there);
    int job = push(stage, "target");

    while (here.n_events == 0 || there.n_events == 0)
        require(virEventRunDefaultImpl() == 0);
    end(stage->machine, job, 0, 1);
    turn_often();
    g_assert_cmpint(here.n_events, ==, 1);
    g_assert_cmpint(there.n_events, ==, 1);
    g_assert_cmpint(here.id, ==, job);
    g_assert_cmpint(there.id, ==, job);
    g_assert_cmpint(here.success, ==, 1);
    require(virConnectDomainEventDeregisterAny(mine, here_id) == 0);
    require(virConnectDomainEventDeregisterAny(other, there_id) == 0);
    require(virConnectClose(other) >= 0);
}

static void
a_callback_may_take_itself_back(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Told once = {.last = -1};
    Told always = {.last = -1};
    int id = listen_for_jobs(stage->machine->conn, &always);

    once.last = listen_for_jobs(stage->machine->conn, &once);
    for (int round = 1; round <= 2; round++) {
        int job = push(stage, round == 1 ? "one" : "two");

        while (always.n_events < round)
            require(virEventRunDefaultImpl() == 0);
        end(stage->machine, job, 0, 1);
    }
    g_assert_cmpint(once.n_events, ==, 1);
    require(virConnectDomainEventDeregisterAny(stage->machine->conn, id) == 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "events");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(the_life_of_a_domain_is_told_in_order);
    STAGE_TEST(definitions_are_told);
    STAGE_TEST(other_connections_hear_it_too);
    STAGE_TEST(who_registered_for_one_domain_hears_of_no_other);
    STAGE_TEST(every_connection_tells_of_a_jobs_end_once);
    STAGE_TEST(a_callback_may_take_itself_back);
    return g_test_run();
}
