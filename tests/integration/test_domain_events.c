/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lifecycle events: of what the connection does itself, of what another one
 * does, and of what happens to QEMU with nobody asking. */
#include "domain_steps.h"

#include <signal.h>

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
listen_on(virConnectPtr conn)
{
    int id = virConnectDomainEventRegisterAny(
        conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        VIR_DOMAIN_EVENT_CALLBACK(on_event), NULL, NULL);

    require(id >= 0);
    return id;
}

static void
our_own_calls_are_told_once(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    int id = listen_on(machine->conn);
    virDomainPtr other = NULL;

    machine_start_paused(machine);
    require(virDomainResume(machine->domain) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    machine_stop(machine);
    expect_events("web started 0\nweb suspended 0\nweb resumed 0\n"
                  "web suspended 0\nweb stopped 1\n");
    other = define_with(machine, "db", NULL, "");
    require(virDomainRename(other, "sql", 0) == 0);
    require(virDomainUndefine(other) == 0);
    require(virDomainFree(other) == 0);
    expect_events("db defined 0\ndb undefined 1\nsql defined 2\n"
                  "sql undefined 0\n");
    require(virConnectDomainEventDeregisterAny(machine->conn, id) == 0);
}

static void
what_another_connection_does_is_told(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virConnectPtr watching = virConnectOpen(machine->uri);
    virDomainPtr other = NULL;
    int id = -1;

    require(watching != NULL);
    id = listen_on(watching);
    machine_start_paused(machine);
    expect_events("web started 0\nweb suspended 0\n");
    require(virDomainResume(machine->domain) == 0);
    expect_events("web resumed 0\n");
    machine_stop(machine);
    expect_events("web stopped 1\n");
    other = define_with(machine, "db", NULL, "");
    expect_events("db defined 0\n");
    require(virDomainUndefine(other) == 0);
    expect_events("db undefined 0\n");
    require(virDomainFree(other) == 0);
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    require(virConnectClose(watching) == 0);
}

static void
a_kill_and_an_end_of_its_own_are_told(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    int id = listen_on(machine->conn);

    machine_start_paused(machine);
    expect_events("web started 0\nweb suspended 0\n");
    machine_kill(machine);
    expect_events("web stopped 2\n");
    machine_start_paused(machine);
    expect_events("web started 0\nweb suspended 0\n");
    g_free(machine_monitor(machine, "{\"execute\": \"cont\"}"));
    expect_events("web resumed 0\n");
    g_free(machine_monitor(machine, "{\"execute\": \"quit\"}"));
    expect_events("web stopped 0\n");
    require(virConnectDomainEventDeregisterAny(machine->conn, id) == 0);
}

/* Its own end is told as well, once it is there. */
static void
a_machine_that_hangs_does_not_silence_the_others(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virConnectPtr watching = virConnectOpen(machine->uri);
    virDomainPtr other = define_with(machine, "db", NULL, "");
    pid_t pid = 0;
    int id = -1;

    require(watching != NULL);
    machine_start_paused(machine);
    pid = machine_pid(machine);
    id = listen_on(watching);
    g_assert_cmpint(kill(pid, SIGSTOP), ==, 0);
    for (int turn = 0; turn < 3; turn++) {
        require(virDomainCreateWithFlags(other, VIR_DOMAIN_START_PAUSED) == 0);
        expect_events("db started 0\ndb suspended 0\n");
        require(virDomainDestroy(other) == 0);
        expect_events("db stopped 1\n");
    }
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    expect_events("web stopped 2\n");
    require(virDomainFree(other) == 0);
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    require(virConnectClose(watching) == 0);
}

int
main(int argc, char **argv)
{
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
    heard = g_string_new(NULL);
    g_test_add_func("/events/our_own_calls_are_told_once",
                    our_own_calls_are_told_once);
    g_test_add_func("/events/what_another_connection_does_is_told",
                    what_another_connection_does_is_told);
    g_test_add_func("/events/a_kill_and_an_end_of_its_own_are_told",
                    a_kill_and_an_end_of_its_own_are_told);
    g_test_add_func("/events/a_machine_that_hangs_silences_nobody_else",
                    a_machine_that_hangs_does_not_silence_the_others);
    result = g_test_run();
    g_string_free(heard, TRUE);
    return result;
}
