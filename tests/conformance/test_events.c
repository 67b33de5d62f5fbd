/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events: told once, in order, to whoever registered, on every connection. */
#include "stage.h"

#include <string.h>

enum { PATIENCE_MS = 60 * 1000 };

static GString *heard; /* "web started 0\n"... */
static gboolean is_patient = TRUE;

static void
on_event(virConnectPtr conn, virDomainPtr domain, int event, int detail,
         void *opaque)
{
    static const char *const names[] = {"defined",   "undefined", "started",
                                        "suspended", "resumed",   "stopped",
                                        "shutdown"};

    (void)conn;
    (void)opaque;
    g_assert_cmpint(event, <, G_N_ELEMENTS(names));
    g_string_append_printf(heard, "%s %s %d\n", virDomainGetName(domain),
                           names[event], detail);
}

static void
on_timeout(int timer, void *opaque)
{
    (void)timer;
    (void)opaque;
    is_patient = FALSE;
}

/* Runs the loop until exactly @expected was heard since the last ask. */
static void
expect_events(const char *expected)
{
    int timer = virEventAddTimeout(PATIENCE_MS, on_timeout, NULL, NULL);

    while (is_patient && strlen(heard->str) < strlen(expected))
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
    g_assert_cmpstr(heard->str, ==, expected);
    (void)virEventRemoveTimeout(timer);
    g_string_truncate(heard, 0);
}

static int
listen_on(virConnectPtr conn, virDomainPtr domain)
{
    int id = virConnectDomainEventRegisterAny(
        conn, domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        VIR_DOMAIN_EVENT_CALLBACK(on_event), NULL, NULL);

    require(id >= 0);
    return id;
}

static void
the_life_of_a_domain_is_told_in_order(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    Machine *machine = stage->machine;
    int id = listen_on(machine->conn, NULL);

    machine_start_paused(machine);
    require(virDomainResume(machine->domain) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    machine_stop(machine);
    expect_events("web started 0\nweb suspended 0\nweb resumed 0\n"
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
    int id = listen_on(conn, NULL);
    virDomainPtr domain = virDomainDefineXML(conn, xml);

    require(domain != NULL);
    require(virDomainFree(virDomainDefineXML(conn, xml)) == 0);
    require(virDomainRename(domain, "sql", 0) == 0);
    require(virDomainUndefine(domain) == 0);
    expect_events("db defined 0\ndb defined 1\ndb undefined 1\n"
                  "sql defined 2\nsql undefined 0\n");
    require(virDomainFree(domain) == 0);
    require(virConnectDomainEventDeregisterAny(conn, id) == 0);
}

static void
other_connections_hear_it_too(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr watching = stage_connect(stage, true);
    int id = listen_on(watching, NULL);

    machine_start_paused(stage->machine);
    expect_events("web started 0\nweb suspended 0\n");
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    machine_stop(stage->machine);
    id = listen_on(watching, NULL);
    machine_start_paused(stage->machine);
    expect_events("web started 0\nweb suspended 0\n");
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
    int id = listen_on(conn, stage->machine->domain);
    virDomainPtr other = virDomainDefineXML(conn, xml);

    require(other != NULL);
    require(virDomainUndefine(other) == 0);
    machine_start_paused(stage->machine);
    expect_events("web started 0\nweb suspended 0\n");
    require(virDomainFree(other) == 0);
    require(virConnectDomainEventDeregisterAny(conn, id) == 0);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "events");
    heard = g_string_new(NULL);
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(the_life_of_a_domain_is_told_in_order);
    STAGE_TEST(definitions_are_told);
    STAGE_TEST(other_connections_hear_it_too);
    STAGE_TEST(who_registered_for_one_domain_hears_of_no_other);
    return g_test_run();
}
