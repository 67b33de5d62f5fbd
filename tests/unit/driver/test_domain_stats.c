/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/domain_stats.h"

#include "base/error.h"
#include "fake_driver.h"

#include <string.h>

static virConnectPtr
connect_fake(void)
{
    fake_reset();
    return connect_object_new(&fake_driver, &fake, "fake:///", false);
}

/* What a driver's function was asked, and what it is to do. */
static struct {
    unsigned calls;
    unsigned groups;
    int code; /* of its failure; 0: none */
} asked_of_one;

static bool
one(virDomainPtr domain, unsigned groups, unsigned flags, DomainStats *stats,
    GError **error)
{
    (void)flags;
    asked_of_one.calls++;
    asked_of_one.groups = groups;
    domain_stats_add_string(stats, domain->name, "name");
    return !asked_of_one.code || fail(error, asked_of_one.code, "as planned");
}

static int
collect(virConnectPtr conn, const DomainStatsAsked *asked,
        virDomainStatsRecordPtr **ret_records, GError **error)
{
    memset(&asked_of_one.calls, 0, sizeof(asked_of_one.calls));
    return domain_stats_collect(conn, asked, one, ret_records, error);
}

static void
all_or_those_that_are_named(void)
{
    virConnectPtr conn = connect_fake();
    virDomainPtr web = domain_object_new(conn, "web", fake_uuid, 1);
    virDomainPtr named[] = {web, NULL};
    DomainStatsAsked asked = {0};
    virDomainStatsRecordPtr *records = NULL;

    g_assert_cmpint(collect(conn, &asked, &records, NULL), ==, 2);
    g_assert_cmphex(asked_of_one.groups, ==, 0x7ff);
    g_assert_cmpint(records[0]->nparams, ==, 1);
    g_assert_null(records[2]);
    domain_stats_free(records);
    asked.domains = named;
    asked.groups = VIR_DOMAIN_STATS_STATE | 1U << 20;
    g_assert_cmpint(collect(conn, &asked, &records, NULL), ==, 1);
    g_assert_cmphex(asked_of_one.groups, ==, VIR_DOMAIN_STATS_STATE);
    g_assert_cmpstr(records[0]->dom->name, ==, "web");
    g_assert_cmpstr(records[0]->params[0].value.s, ==, "web");
    domain_stats_free(records);
    domain_stats_free(NULL);
    domain_object_unref(web);
    connect_object_unref(conn);
}

static void
what_is_not_known_is_refused_if_that_was_asked(void)
{
    virConnectPtr conn = connect_fake();
    DomainStatsAsked asked = {.groups = 1U << 20};
    virDomainStatsRecordPtr *records = NULL;
    g_autoptr(GError) error = NULL;

    asked.flags = (unsigned)VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS;
    g_assert_cmpint(collect(conn, &asked, &records, &error), ==, -1);
    g_assert_true(error_is(error, VIR_ERR_ARGUMENT_UNSUPPORTED));
    g_clear_error(&error);
    asked = (DomainStatsAsked){.flags = 1U << 15};
    g_assert_cmpint(collect(conn, &asked, &records, &error), ==, -1);
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    g_assert_cmpuint(asked_of_one.calls, ==, 0);
    g_assert_null(records);
    connect_object_unref(conn);
}

static void
a_domain_that_went_is_left_out_and_a_failure_is_one(void)
{
    virConnectPtr conn = connect_fake();
    DomainStatsAsked asked = {0};
    virDomainStatsRecordPtr *records = NULL;
    g_autoptr(GError) error = NULL;

    asked_of_one.code = VIR_ERR_NO_DOMAIN;
    g_assert_cmpint(collect(conn, &asked, &records, NULL), ==, 0);
    g_assert_cmpuint(asked_of_one.calls, ==, 2);
    domain_stats_free(records);
    records = NULL;
    asked_of_one.code = VIR_ERR_OPERATION_TIMEOUT;
    g_assert_cmpint(collect(conn, &asked, &records, &error), ==, -1);
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    g_assert_cmpuint(asked_of_one.calls, ==, 1);
    g_assert_null(records);
    asked_of_one.code = 0;
    connect_object_unref(conn);
}

/* -1 is not told, and neither is a threshold of 0. */
static void
an_image_has_the_figures_that_are_known(void)
{
    const BlockStats done = {.read_requests = 3,
                             .read_bytes = -1,
                             .flush_times = 9,
                             .write_requests = -1};
    const virDomainBlockInfo size = {.capacity = 8, .physical = 6};
    const DomainStatsBlock block = {
        .name = "vda", .path = "/a", .done = &done, .size = &size};
    g_auto(DomainStats) stats = {0};
    g_auto(DomainStats) more = {0};
    g_autoptr(GString) names = g_string_new(NULL);

    domain_stats_add_block(&more, 4, &block);
    domain_stats_add_uint(&stats, 1, "block.count");
    domain_stats_append(&stats, &more);
    g_assert_cmpint(more.nparams, ==, 0);
    for (int i = 0; i < stats.nparams; i++)
        g_string_append_printf(names, "%s ", stats.params[i].field);
    g_assert_cmpstr(names->str, ==,
                    "block.count block.4.name block.4.path block.4.rd.reqs "
                    "block.4.rd.times block.4.wr.bytes block.4.wr.times "
                    "block.4.fl.reqs block.4.fl.times block.4.allocation "
                    "block.4.capacity block.4.physical ");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/domain_stats/all_or_those_that_are_named",
                    all_or_those_that_are_named);
    g_test_add_func("/driver/domain_stats/what_is_not_known_is_refused",
                    what_is_not_known_is_refused_if_that_was_asked);
    g_test_add_func("/driver/domain_stats/a_domain_that_went_is_left_out",
                    a_domain_that_went_is_left_out_and_a_failure_is_one);
    g_test_add_func("/driver/domain_stats/an_image_has_known_figures",
                    an_image_has_the_figures_that_are_known);
    return g_test_run();
}
