/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest is asked, and what it is not even asked. */
#include "machine.h"

#include <stdlib.h>

static void
assert_refused(int result)
{
    g_assert_cmpint(result, ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
arguments_are_checked_first(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virDomainInterfacePtr *list = NULL;
    virTypedParameterPtr params = NULL;
    int count = 0;

    assert_refused(virDomainFSTrim(domain, NULL, 0, 1));
    assert_refused(virDomainGetTime(domain, NULL, NULL, 1));
    assert_refused(virDomainInterfaceAddresses(domain, NULL, 1, 0));
    assert_refused(virDomainInterfaceAddresses(domain, &list, 3, 0));
    assert_refused(virDomainInterfaceAddresses(domain, &list, 1, 1));
    assert_refused(virDomainGetGuestInfo(domain, 0, NULL, &count, 0));
    assert_refused(virDomainGetGuestInfo(domain, 0, &params, NULL, 0));
    assert_refused(virDomainAgentSetResponseTimeout(domain, -3, 0));
    assert_refused(virDomainSetUserPassword(domain, NULL, "x", 0));
    assert_refused(virDomainSetUserPassword(domain, "", "x", 0));
    assert_refused(virDomainSetUserPassword(domain, "root", NULL, 0));
    g_assert_null(virDomainGetHostname(domain, 3));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
}

static void
a_place_for_the_time_may_be_missing(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    long long seconds = 0;
    unsigned nanoseconds = 0;

    g_assert_cmpint(virDomainGetTime(machine->domain, NULL, NULL, 0), ==, 0);
    g_assert_cmpint(virDomainGetTime(machine->domain, &seconds, NULL, 0), ==,
                    0);
    g_assert_cmpint(seconds, ==, 1700000000);
    g_assert_cmpint(virDomainGetTime(machine->domain, NULL, &nanoseconds, 0),
                    ==, 0);
    g_assert_cmpuint(nanoseconds, ==, 5);
}

static void
addresses_are_the_callers(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainInterfacePtr *list = NULL;

    g_assert_cmpint(virDomainInterfaceAddresses(machine->domain, &list, 1, 0),
                    ==, 2);
    g_assert_cmpstr(list[0]->addrs[0].addr, ==, "192.0.2.7");
    virDomainInterfaceFree(list[0]);
    virDomainInterfaceFree(list[1]);
    virDomainInterfaceFree(NULL);
    free(list);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain_guest/arguments_are_checked_first",
                    arguments_are_checked_first);
    g_test_add_func("/api/domain_guest/a_place_for_the_time_may_be_missing",
                    a_place_for_the_time_may_be_missing);
    g_test_add_func("/api/domain_guest/addresses_are_the_callers",
                    addresses_are_the_callers);
    return g_test_run();
}
