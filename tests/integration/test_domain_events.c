/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lifecycle events: of what the connection does itself, of what another one
 * does, and of what happens to QEMU with nobody asking. */
#include "domain_steps.h"
#include "life_ear.h"

#include <signal.h>
#include <stdlib.h>

static void
define_as_it_is(virDomainPtr domain)
{
    char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
    virDomainPtr again = NULL;

    require(xml != NULL);
    again = virDomainDefineXML(virDomainGetConnect(domain), xml);
    require(again != NULL);
    require(virDomainFree(again) == 0);
    free(xml);
}

static void
our_own_calls_are_told_once(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    int id = life_listen(machine->conn, NULL);
    virDomainPtr other = NULL;

    machine_start_paused(machine);
    require(virDomainResume(machine->domain) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    machine_stop(machine);
    life_expect("web started 0\nweb suspended 0\nweb resumed 0\n"
                "web suspended 0\nweb stopped 1\n");
    other = define_with(machine, "db", NULL, "");
    define_as_it_is(other);
    require(virDomainRename(other, "sql", 0) == 0);
    require(virDomainUndefine(other) == 0);
    require(virDomainFree(other) == 0);
    life_expect("db defined 0\ndb defined 1\ndb undefined 1\nsql defined 2\n"
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
    id = life_listen(watching, NULL);
    machine_start_paused(machine);
    life_expect("web started 0\nweb suspended 0\n");
    require(virDomainResume(machine->domain) == 0);
    life_expect("web resumed 0\n");
    machine_stop(machine);
    life_expect("web stopped 1\n");
    other = define_with(machine, "db", NULL, "");
    life_expect("db defined 0\n");
    define_as_it_is(other);
    life_expect("db defined 1\n");
    require(virDomainUndefine(other) == 0);
    life_expect("db undefined 0\n");
    require(virDomainFree(other) == 0);
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    require(virConnectClose(watching) == 0);
}

static void
a_kill_and_an_end_of_its_own_are_told(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    int id = life_listen(machine->conn, NULL);

    machine_start_paused(machine);
    life_expect("web started 0\nweb suspended 0\n");
    machine_kill(machine);
    life_expect("web stopped 2\n");
    machine_start_paused(machine);
    life_expect("web started 0\nweb suspended 0\n");
    g_free(machine_monitor(machine, "{\"execute\": \"cont\"}"));
    life_expect("web resumed 0\n");
    g_free(machine_monitor(machine, "{\"execute\": \"quit\"}"));
    life_expect("web stopped 0\n");
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
    id = life_listen(watching, NULL);
    g_assert_cmpint(kill(pid, SIGSTOP), ==, 0);
    for (int turn = 0; turn < 3; turn++) {
        require(virDomainCreateWithFlags(other, VIR_DOMAIN_START_PAUSED) == 0);
        life_expect("db started 0\ndb suspended 0\n");
        require(virDomainDestroy(other) == 0);
        life_expect("db stopped 1\n");
    }
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    life_expect("web stopped 2\n");
    require(virDomainFree(other) == 0);
    require(virConnectDomainEventDeregisterAny(watching, id) == 0);
    require(virConnectClose(watching) == 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
    g_test_add_func("/events/our_own_calls_are_told_once",
                    our_own_calls_are_told_once);
    g_test_add_func("/events/what_another_connection_does_is_told",
                    what_another_connection_does_is_told);
    g_test_add_func("/events/a_kill_and_an_end_of_its_own_are_told",
                    a_kill_and_an_end_of_its_own_are_told);
    g_test_add_func("/events/a_machine_that_hangs_silences_nobody_else",
                    a_machine_that_hangs_does_not_silence_the_others);
    return g_test_run();
}
