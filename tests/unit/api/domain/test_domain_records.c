/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../machine.h"

static void
records_are_of_one_connection(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virConnectPtr other = virConnectOpen("fake:///");
    virDomainPtr stranger = virDomainLookupByName(other, "web");
    virDomainPtr mixed[] = {machine->domain, stranger, NULL};
    virDomainPtr none[] = {NULL};
    virDomainStatsRecordPtr *records = NULL;

    fake_reset();
    g_assert_cmpint(virDomainListGetStats(mixed, 0, &records, 0), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainListGetStats(none, 0, &records, 0), ==, -1);
    g_assert_cmpint(virDomainListGetStats(NULL, 0, &records, 0), ==, -1);
    g_assert_null(fake.last_call);
    mixed[1] = NULL;
    g_assert_cmpint(
        virDomainListGetStats(mixed, VIR_DOMAIN_STATS_VCPU, &records, 0), ==,
        1);
    g_assert_cmpstr(fake.last_call, ==, "connect_domain_stats 0x8 flags=0x0");
    virDomainStatsRecordListFree(records);
    g_assert_cmpint(virConnectGetAllDomainStats(other, 0, &records, 0), ==, 2);
    virDomainStatsRecordListFree(records);
    virDomainStatsRecordListFree(NULL);
    g_assert_cmpint(virDomainFree(stranger), ==, 0);
    g_assert_cmpint(virConnectClose(other), ==, 0);
}

static void
memory_needs_a_place_for_its_figures(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainMemoryStatStruct stats[1] = {0};

    g_assert_cmpint(virDomainMemoryStats(machine->domain, NULL, 1, 0), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainMemoryStats(machine->domain, stats, 1, 1), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
    g_assert_cmpint(virDomainMemoryStats(machine->domain, NULL, 0, 0), ==, 0);
    g_assert_cmpint(virDomainMemoryStats(machine->domain, stats, 1, 0), ==, 1);
    g_assert_cmpint(stats[0].tag, ==, VIR_DOMAIN_MEMORY_STAT_RSS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain_records/records_are_of_one_connection",
                    records_are_of_one_connection);
    g_test_add_func("/api/domain_records/memory_needs_a_place",
                    memory_needs_a_place_for_its_figures);
    return g_test_run();
}
