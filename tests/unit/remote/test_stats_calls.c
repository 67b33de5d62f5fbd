/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures over the wire: of every type, and no more than there is room for. */
#include "base/error.h"
#include "driver/domain_stats.h"
#include "fake_driver.h"
#include "loop.h"
#include "remote/members.h"

static void
records_travel_with_figures_of_every_type(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainPtr named[] = {loop->domain, NULL};
    DomainStatsAsked asked = {.groups = 0x21};
    virDomainStatsRecordPtr *records = NULL;
    virTypedParameterPtr params = NULL;

    g_assert_cmpint(
        remote_connect_domain_stats(loop->conn, &asked, &records, NULL), ==, 2);
    g_assert_null(records[2]);
    params = records[0]->params;
    g_assert_cmpint(records[0]->nparams, ==, 5);
    g_assert_cmpint(params[0].value.i, ==, -1);
    g_assert_cmpuint(params[1].value.ui, ==, 0x21);
    g_assert_cmpint(params[2].value.l, ==, -7);
    g_assert_cmpuint(params[3].value.ul, ==, 0);
    g_assert_cmpstr(params[4].value.s, ==, "text");
    domain_stats_free(records);
    asked.domains = named;
    g_assert_cmpint(
        remote_connect_domain_stats(loop->conn, &asked, &records, NULL), ==, 1);
    g_assert_cmpstr(records[0]->dom->name, ==, loop->domain->name);
    domain_stats_free(records);
}

static void
what_the_peer_refuses_is_refused(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    const DomainStatsAsked asked = {.flags = 1U << 15};
    virDomainStatsRecordPtr *records = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(
        remote_connect_domain_stats(loop->conn, &asked, &records, &error), ==,
        -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_null(records);
}

static void
memory_is_told_as_far_as_there_is_room(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainMemoryStatStruct stats[4] = {0};

    g_assert_cmpint(remote_domain_memory_stats(loop->domain, stats, 1, NULL),
                    ==, 1);
    g_assert_cmpint(remote_domain_memory_stats(loop->domain, stats, 4, NULL),
                    ==, 2);
    g_assert_cmpint(stats[1].tag, ==, VIR_DOMAIN_MEMORY_STAT_USABLE);
    g_assert_cmpuint(stats[1].val, ==, 101);
    g_assert_cmpuint(stats[2].val, ==, 0);
    g_assert_cmpint(remote_domain_memory_stats(loop->domain, stats, 4, NULL),
                    ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/remote/stats_calls/records_travel",
                    records_travel_with_figures_of_every_type);
    g_test_add_func("/remote/stats_calls/what_the_peer_refuses",
                    what_the_peer_refuses_is_refused);
    g_test_add_func("/remote/stats_calls/memory_is_told",
                    memory_is_told_as_far_as_there_is_room);
    return g_test_run();
}
