/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The proposal's three calls, and the traps in their first wrappers. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static void
assert_refused(bool is_failure)
{
    g_assert_true(is_failure);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
begin_returns_the_id(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    fake.result = 12;
    g_assert_cmpint(virDomainBackupBegin(machine->domain, "<b/>", "<c/>",
                                         VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA |
                                             VIR_DOMAIN_BACKUP_BEGIN_QUIESCE),
                    ==, 12);
    g_assert_cmpstr(fake.last_call, ==, "backup_begin <b/> <c/> flags=0x3");
    g_assert_cmpint(virDomainBackupBegin(machine->domain, NULL, NULL, 0), ==,
                    12);
    g_assert_cmpstr(fake.last_call, ==, "backup_begin - - flags=0x0");
}

static void
no_metadata_needs_a_checkpoint(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    assert_refused(virDomainBackupBegin(machine->domain, "<b/>", NULL,
                                        VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA) ==
                   -1);
}

static void
ids_are_not_negative(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    char *xml = NULL;

    assert_refused(!virDomainBackupGetXMLDesc(machine->domain, -1, 0));
    assert_refused(!virDomainBackupGetXMLDesc(machine->domain, 1, 1));
    assert_refused(virDomainBackupEnd(machine->domain, -1, 0) == -1);
    xml = virDomainBackupGetXMLDesc(machine->domain, 0, 0);
    g_assert_cmpstr(xml, ==, "<domainbackup/>");
    g_assert_cmpstr(fake.last_call, ==, "backup_xml 0");
    free(xml);
}

static void
end_of_an_aborted_backup_is_no_error(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    fake.result = 0;
    g_assert_cmpint(
        virDomainBackupEnd(machine->domain, 12, VIR_DOMAIN_BACKUP_END_ABORT),
        ==, 0);
    g_assert_null(virGetLastError());
    g_assert_cmpstr(fake.last_call, ==, "backup_end 12 flags=0x1");
    fake.result = 1;
    g_assert_cmpint(virDomainBackupEnd(machine->domain, 12, 0), ==, 1);
    g_assert_null(virGetLastError());
}

/* A driver's other negative numbers become -1 with an error. */
static void
any_negative_result_is_an_error(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    fake.result = -2;
    g_assert_cmpint(virDomainBackupBegin(machine->domain, NULL, NULL, 0), ==,
                    -1);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpint(virDomainBackupEnd(machine->domain, 1, 0), ==, -1);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_INTERNAL_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/backup/begin_returns_the_id", begin_returns_the_id);
    g_test_add_func("/api/backup/no_metadata_needs_a_checkpoint",
                    no_metadata_needs_a_checkpoint);
    g_test_add_func("/api/backup/ids_are_not_negative", ids_are_not_negative);
    g_test_add_func("/api/backup/end_of_an_aborted_backup_is_no_error",
                    end_of_an_aborted_backup_is_no_error);
    g_test_add_func("/api/backup/any_negative_result_is_an_error",
                    any_negative_result_is_an_error);
    return g_test_run();
}
