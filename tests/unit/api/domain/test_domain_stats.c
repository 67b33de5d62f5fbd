/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processor time: how many figures there are, and which go where. */
#include "machine.h"

#include <string.h>

static void
the_total_is_one_row(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameter row[3];

    g_assert_cmpint(virDomainGetCPUStats(machine->domain, NULL, 0, -1, 1, 0),
                    ==, 3);
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, row, 3, -1, 1, 0), ==,
                    3);
    g_assert_cmpstr(row[0].field, ==, VIR_DOMAIN_CPU_STATS_CPUTIME);
    g_assert_cmpuint(row[0].value.ul, ==, 1000);
    g_assert_cmpstr(row[1].field, ==, VIR_DOMAIN_CPU_STATS_USERTIME);
    g_assert_cmpstr(row[2].field, ==, VIR_DOMAIN_CPU_STATS_SYSTEMTIME);
    g_assert_cmpuint(row[2].value.ul, ==, 1002);
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, row, 1, -1, 1, 0), ==,
                    1);
}

static void
each_processor_has_a_row(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameter rows[6];

    g_assert_cmpint(virDomainGetCPUStats(machine->domain, NULL, 0, 0, 0, 0), ==,
                    2);
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, NULL, 0, 0, 1, 0), ==,
                    2);
    memset(rows, 0xff, sizeof(rows));
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, rows, 2, 0, 3, 0), ==,
                    2);
    g_assert_cmpstr(rows[3].field, ==, VIR_DOMAIN_CPU_STATS_VCPUTIME);
    g_assert_cmpuint(rows[2].value.ul, ==, 10);
    g_assert_cmpuint(rows[3].value.ul, ==, 13);
    g_assert_cmpint(rows[4].type, ==, 0);
}

static void
numbers_that_do_not_go_together_are_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virTypedParameter row[2];
    const int results[] = {
        virDomainGetCPUStats(domain, row, 2, -2, 1, 0),
        virDomainGetCPUStats(domain, row, 2, -1, 2, 0),
        virDomainGetCPUStats(domain, row, 0, 0, 1, 0),
        virDomainGetCPUStats(domain, NULL, 2, 0, 1, 0),
        virDomainGetCPUStats(domain, row, 2, 0, 0, 0),
        virDomainGetCPUStats(domain, row, 2, 0, 129, 0),
        virDomainGetCPUStats(domain, row, 2, 0, 1, 1),
    };

    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        g_assert_cmpint(results[i], ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
    g_assert_cmpint(virDomainGetCPUStats(domain, row, 2, 2, 1, 0), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain_stats/the_total_is_one_row",
                    the_total_is_one_row);
    g_test_add_func("/api/domain_stats/each_processor_has_a_row",
                    each_processor_has_a_row);
    g_test_add_func(
        "/api/domain_stats/numbers_that_do_not_go_together_are_refused",
        numbers_that_do_not_go_together_are_refused);
    return g_test_run();
}
