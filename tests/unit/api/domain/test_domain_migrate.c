/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving machines: units, permissions, what nobody has. */
#include "fake_migrate.h"
#include "machine.h"

#include <limits.h>

static void
assert_refused(bool has_failed, int code)
{
    g_assert_true(has_failed);
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_null(fake.last_call);
    virResetLastError();
}

static void
what_nobody_has_says_so(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autoptr(Machine) bare = machine_new("bare:///");
    virDomainPtr domain = machine->domain;
    unsigned long long number = 1;

    assert_refused(virDomainMigrateGetCompressionCache(domain, &number, 0) < 0,
                   VIR_ERR_NO_SUPPORT);
    g_assert_cmpuint(number, ==, 0);
    assert_refused(virDomainMigrateSetCompressionCache(domain, 1, 0) < 0,
                   VIR_ERR_NO_SUPPORT);
    assert_refused(virDomainMigrateStartPostCopy(domain, 0) < 0,
                   VIR_ERR_NO_SUPPORT);
    assert_refused(
        !virDomainMigrate(bare->domain, bare->conn, 0, NULL, NULL, 0),
        VIR_ERR_NO_SUPPORT);
    assert_refused(virDomainMigrateSetMaxSpeed(bare->domain, 1, 0) < 0,
                   VIR_ERR_NO_SUPPORT);
}

static void
speeds_are_counted_in_mebibytes(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    unsigned long speed = 0;
    unsigned long long downtime = 0;

    g_assert_cmpint(virDomainMigrateGetMaxSpeed(machine->domain, &speed, 0), ==,
                    0);
    g_assert_cmpuint(speed, ==, 5);
    g_assert_cmpint(virDomainMigrateSetMaxSpeed(machine->domain, 2, 0), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "migrate_set_speed 2097152");
    g_assert_cmpint(
        virDomainMigrateGetMaxDowntime(machine->domain, &downtime, 0), ==, 0);
    g_assert_cmpuint(downtime, ==, 300);
    g_assert_cmpint(virDomainMigrateSetMaxDowntime(machine->domain, 7, 0), ==,
                    0);
    g_assert_cmpstr(fake.last_call, ==, "migrate_set_downtime 7");
    fake_reset();
    assert_refused(virDomainMigrateSetMaxSpeed(machine->domain, ULONG_MAX, 0) <
                       0,
                   VIR_ERR_INVALID_ARG);
    assert_refused(!virDomainMigrate(machine->domain, machine->conn, 0, NULL,
                                     NULL, ULONG_MAX),
                   VIR_ERR_INVALID_ARG);
    assert_refused(!virDomainMigrate(machine->domain, machine->conn,
                                     ULONG_MAX & ~(unsigned long)UINT_MAX, NULL,
                                     NULL, 0),
                   VIR_ERR_INVALID_ARG);
}

static void
a_reader_s_connection_takes_no_machine(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autoptr(Machine) reader = machine_new_readonly("fake:///");

    assert_refused(
        !virDomainMigrate(machine->domain, reader->conn, 0, NULL, NULL, 0),
        VIR_ERR_OPERATION_DENIED);
    assert_refused(
        !virDomainMigrate(reader->domain, machine->conn, 0, NULL, NULL, 0),
        VIR_ERR_OPERATION_DENIED);
}

static void
a_uri_needs_the_flag_that_finds_it(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    Driver near = fake_driver;

    /* Its machines are here. */
    near.connect_hostname = NULL;
    machine->conn->driver = &near;
    fake_migrate_reset();
    g_assert_cmpint(
        virDomainMigrateToURI(machine->domain, "fake:///", 0, NULL, 0), ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainMigrateToURI2(machine->domain, "a:b", NULL, NULL,
                                           VIR_MIGRATE_PEER2PEER, NULL, 0),
                    ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_CONNECT);
    g_assert_cmpstr(fake_phases, ==, "");
    g_assert_cmpint(virDomainMigrateToURI(machine->domain, "fake:///",
                                          VIR_MIGRATE_PEER2PEER, NULL, 0),
                    ==, 0);
    g_assert_cmpstr(fake_phases, ==, "begin prepare perform finish confirm");
    machine->conn->driver = &fake_driver;
}

/* And a URI that does not lead anywhere from here may lead somewhere there. */
static void
where_machines_run_elsewhere_the_source_finds_the_destination(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    fake_migrate_reset();
    g_assert_cmpint(virDomainMigrateToURI(machine->domain, "there:///",
                                          VIR_MIGRATE_PEER2PEER, "db", 0),
                    ==, 0);
    g_assert_cmpstr(fake_phases, ==, "all");
    g_assert_cmpstr(fake_step.destination, ==, "there:///");
    g_assert_cmpstr(fake_step.name, ==, "db");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/api/domain_migrate/" #test, test)
    ADD(what_nobody_has_says_so);
    ADD(speeds_are_counted_in_mebibytes);
    ADD(a_reader_s_connection_takes_no_machine);
    ADD(a_uri_needs_the_flag_that_finds_it);
    ADD(where_machines_run_elsewhere_the_source_finds_the_destination);
#undef ADD
    return g_test_run();
}
