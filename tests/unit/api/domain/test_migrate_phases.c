/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Phases as calls of their own, as the daemon makes them. */
#include "api/domain/migrate_phases.h"

#include "fake_migrate.h"
#include "machine.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

static void
each_phase_is_the_drivers(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    MigrationStep step = {.name = "db"};
    g_autofree char *begun = NULL;
    g_autofree char *prepared = NULL;
    g_autofree char *uri = NULL;
    g_autofree char *xml = NULL;
    virDomainPtr there = NULL;

    fake_migrate_reset();
    xml = migrate_phase_begin(machine->domain, &step, &begun);
    step.xml = xml;
    step.cookie = begun;
    g_assert_true(migrate_phase_prepare(machine->conn, &step, &uri, &prepared));
    step.cookie = prepared;
    step.uri = uri;
    g_assert_true(migrate_phase_perform(machine->domain, &step));
    there = migrate_phase_finish(machine->conn, &step, false);
    g_assert_nonnull(there);
    g_assert_true(migrate_phase_confirm(machine->domain, &step, false));
    g_assert_cmpint(migrate_phase_settle(machine->conn, "x", true), ==, 1);
    g_assert_cmpstr(fake_phases, ==,
                    "begin prepare perform finish confirm settle");
    domain_object_unref(there);
}

/* Not that the driver failed without a reason: the reason. */
static void
why_a_phase_fails_is_told(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    const MigrationStep step = {
        .xml = "<domain/>", .cookie = "from begin", .name = "db"};
    g_autofree char *cookie = NULL;
    g_autofree char *uri = NULL;

    fake_migrate_reset();
    fake_failing_phase = "prepare";
    g_assert_false(migrate_phase_prepare(machine->conn, &step, &uri, &cookie));
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_FAILED);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "prepare fails");
}

static void
a_reader_makes_none_of_them(void)
{
    const MigrationStep step = {.name = "db"};
    virConnectPtr conn = virConnectOpenReadOnly("fake:///");

    fake_migrate_reset();
    g_assert_null(migrate_phase_finish(conn, &step, false));
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(migrate_phase_settle(conn, "x", false), ==, -1);
    g_assert_cmpstr(fake_phases, ==, "");
    (void)virConnectClose(conn);
}

static void
a_driver_without_migrations_says_so(void)
{
    virConnectPtr conn = virConnectOpen("bare:///");

    g_assert_cmpint(migrate_phase_settle(conn, "x", false), ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
    (void)virConnectClose(conn);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/api/migrate-phases/" #test, test)
    ADD(each_phase_is_the_drivers);
    ADD(why_a_phase_fails_is_told);
    ADD(a_reader_makes_none_of_them);
    ADD(a_driver_without_migrations_says_so);
#undef ADD
    return g_test_run();
}
