/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Migration: nobody can, and every call says so. */
#include "machine.h"

static void
assert_unsupported(bool has_failed)
{
    g_assert_true(has_failed);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_NO_SUPPORT);
    virResetLastError();
}

static void
every_call_says_that_it_is_not_supported(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virConnectPtr there = machine->conn;
    virTypedParameter param = {0};
    unsigned long long number = 0;
    unsigned long speed = 0;

    assert_unsupported(!virDomainMigrate(domain, there, 0, NULL, NULL, 0));
    assert_unsupported(
        !virDomainMigrate2(domain, there, NULL, 0, NULL, NULL, 0));
    assert_unsupported(!virDomainMigrate3(domain, there, &param, 0, 0));
    assert_unsupported(virDomainMigrateToURI(domain, "a:b", 0, NULL, 0) < 0);
    assert_unsupported(
        virDomainMigrateToURI2(domain, "a:b", NULL, NULL, 0, NULL, 0) < 0);
    assert_unsupported(virDomainMigrateToURI3(domain, "a:b", &param, 0, 0) < 0);
    assert_unsupported(virDomainMigrateGetMaxDowntime(domain, &number, 0) < 0);
    assert_unsupported(virDomainMigrateSetMaxDowntime(domain, 1, 0) < 0);
    assert_unsupported(virDomainMigrateGetCompressionCache(domain, &number, 0) <
                       0);
    assert_unsupported(virDomainMigrateSetCompressionCache(domain, 1, 0) < 0);
    assert_unsupported(virDomainMigrateGetMaxSpeed(domain, &speed, 0) < 0);
    assert_unsupported(virDomainMigrateSetMaxSpeed(domain, 1, 0) < 0);
    assert_unsupported(virDomainMigrateStartPostCopy(domain, 0) < 0);
    g_assert_null(fake.last_call);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/api/domain_migrate/every_call_says_that_it_is_not_supported",
        every_call_says_that_it_is_not_supported);
    return g_test_run();
}
