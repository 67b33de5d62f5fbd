/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists and look-ups of domains. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static void
a_list_ends_with_null_and_is_the_callers(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr *domains = NULL;

    g_assert_cmpint(virConnectListAllDomains(machine->conn, &domains, 0x4001),
                    ==, 2);
    g_assert_cmpstr(fake.last_call, ==, "connect_list_domains flags=0x4001");
    g_assert_cmpstr(virDomainGetName(domains[0]), ==, "web");
    g_assert_cmpstr(virDomainGetName(domains[1]), ==, "db");
    g_assert_null(domains[2]);
    virDomainFree(domains[0]);
    virDomainFree(domains[1]);
    free(domains);
}

static void
a_failed_list_is_null(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr nothing = NULL;
    virDomainPtr *domains = &nothing;

    fake.is_failing = true;
    g_assert_cmpint(virConnectListAllDomains(machine->conn, &domains, 0), ==,
                    -1);
    g_assert_null(domains);
    domains = &nothing;
    g_assert_cmpint(virConnectListAllDomains(NULL, &domains, 0), ==, -1);
    g_assert_null(domains);
}

static void
old_lists_take_what_there_is_room_for(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    int ids[3] = {-7, -7, -7};
    char *names[3] = {NULL, NULL, NULL};

    fake.active_id = 5;
    g_assert_cmpint(virConnectListDomains(machine->conn, ids, 1), ==, 1);
    g_assert_cmpint(ids[0], ==, 5);
    g_assert_cmpint(ids[1], ==, -7);
    g_assert_cmpstr(fake.last_call, ==, "connect_list_domains flags=0x1");
    g_assert_cmpint(virConnectListDefinedDomains(machine->conn, names, 3), ==,
                    2);
    g_assert_cmpstr(names[1], ==, "db");
    g_assert_null(names[2]);
    g_assert_cmpstr(fake.last_call, ==, "connect_list_domains flags=0x2");
    free(names[0]);
    free(names[1]);
    g_assert_cmpint(virConnectNumOfDomains(machine->conn), ==, 2);
    g_assert_cmpstr(fake.last_call, ==, "connect_list_domains flags=0x1");
    g_assert_cmpint(virConnectNumOfDefinedDomains(machine->conn), ==, 2);
    g_assert_cmpstr(fake.last_call, ==, "connect_list_domains flags=0x2");
    g_assert_cmpint(virConnectListDomains(machine->conn, NULL, 1), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virConnectListDefinedDomains(machine->conn, names, -1), ==,
                    -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
}

static void
a_uuid_is_read_from_text(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    const char *text = "5a1d0001-0203-4405-8607-08090a0b0c0d";
    char back[VIR_UUID_STRING_BUFLEN];
    virDomainPtr domain = virDomainLookupByUUIDString(machine->conn, text);

    g_assert_cmpstr(fake.last_call, ==, "domain_lookup_by_uuid 5a");
    g_assert_cmpint(virDomainGetUUIDString(domain, back), ==, 0);
    g_assert_cmpstr(back, ==, text);
    virDomainFree(domain);
}

static void
what_cannot_be_looked_up_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virConnectPtr conn = machine->conn;

    g_assert_null(virDomainLookupByUUIDString(conn, "5a1d0001-0203"));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainLookupByUUIDString(conn, NULL));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainLookupByUUID(conn, NULL));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainLookupByID(conn, -1));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainLookupByName(conn, NULL));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain_list/a_list_ends_with_null_and_is_the_callers",
                    a_list_ends_with_null_and_is_the_callers);
    g_test_add_func("/api/domain_list/a_failed_list_is_null",
                    a_failed_list_is_null);
    g_test_add_func("/api/domain_list/old_lists_take_what_there_is_room_for",
                    old_lists_take_what_there_is_room_for);
    g_test_add_func("/api/domain_list/a_uuid_is_read_from_text",
                    a_uuid_is_read_from_text);
    g_test_add_func("/api/domain_list/what_cannot_be_looked_up_is_refused",
                    what_cannot_be_looked_up_is_refused);
    return g_test_run();
}
