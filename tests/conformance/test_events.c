/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events: told once, in order, to whoever registered, on every connection. */
#include "../integration/life_ear.h"
#include "stage.h"

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

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "events");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(the_life_of_a_domain_is_told_in_order);
    STAGE_TEST(definitions_are_told);
    STAGE_TEST(other_connections_hear_it_too);
    STAGE_TEST(who_registered_for_one_domain_hears_of_no_other);
    return g_test_run();
}
