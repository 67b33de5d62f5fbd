/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of domains: which there are, of whom, and whether they are right. */
#include "stage.h"

#include <string.h>

/* The figure called @name of @record; NULL: it has none. */
static const virTypedParameter *
figure(const virDomainStatsRecord *record, const char *name)
{
    for (int i = 0; i < record->nparams; i++) {
        if (strcmp(record->params[i].field, name) == 0)
            return &record->params[i];
    }
    return NULL;
}

static unsigned long long
number(const virDomainStatsRecord *record, const char *name)
{
    const virTypedParameter *found = figure(record, name);

    require(found != NULL && found->type == VIR_TYPED_PARAM_ULLONG);
    return found->value.ul;
}

/* Of the stage's domain. */
static virDomainStatsRecordPtr *
stats_of(const Stage *stage, unsigned groups, unsigned flags)
{
    virDomainPtr domains[] = {stage->machine->domain, NULL};
    virDomainStatsRecordPtr *records = NULL;

    require(virDomainListGetStats(domains, groups, &records, flags) == 1);
    g_assert_cmpstr(virDomainGetName(records[0]->dom), ==, "web");
    return records;
}

static void
a_running_domain_has_its_figures(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    virDomainStatsRecordPtr *records = NULL;
    const virDomainStatsRecord *record = NULL;
    virDomainBlockStatsStruct written = {0};

    stage_write(stage, 1, 0x5d, 0, 64 * KIB);
    records = stats_of(stage, 0, 0);
    record = records[0];
    g_assert_cmpint(figure(record, "state.state")->value.i, ==,
                    VIR_DOMAIN_PAUSED);
    g_assert_cmpuint(figure(record, "vcpu.current")->value.ui, ==, 1);
    g_assert_cmpint(figure(record, "vcpu.0.state")->value.i, ==,
                    VIR_VCPU_RUNNING);
    g_assert_cmpuint(number(record, "balloon.maximum"), ==,
                     virDomainGetMaxMemory(stage->machine->domain));
    g_assert_cmpuint(number(record, "cpu.time"), >=,
                     number(record, "cpu.user"));
    g_assert_cmpuint(figure(record, "block.count")->value.ui, ==, 2);
    g_assert_cmpstr(figure(record, "block.1.name")->value.s, ==, "vdb");
    g_assert_cmpuint(number(record, "block.1.capacity"), ==, MIB);
    require(virDomainBlockStats(stage->machine->domain, "vdb", &written,
                                sizeof(written)) == 0);
    g_assert_cmpuint(number(record, "block.1.wr.bytes"), ==,
                     (unsigned long long)written.wr_bytes);
    g_assert_cmpuint(number(record, "block.0.wr.bytes"), ==, 0);
    virDomainStatsRecordListFree(records);
}

static void
only_the_groups_that_are_asked_for_are_told(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainStatsRecordPtr *records =
        stats_of(stage, VIR_DOMAIN_STATS_VCPU, 0);

    g_assert_cmpstr(records[0]->params[0].field, ==, "vcpu.current");
    g_assert_null(figure(records[0], "state.state"));
    g_assert_null(figure(records[0], "block.count"));
    virDomainStatsRecordListFree(records);
    records = stats_of(stage, VIR_DOMAIN_STATS_PERF | VIR_DOMAIN_STATS_VM, 0);
    g_assert_cmpint(records[0]->nparams, ==, 0);
    virDomainStatsRecordListFree(records);
}

static void
a_domain_that_is_off_has_those_of_its_definition(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainStatsRecordPtr *records = stats_of(stage, 0, 0);

    g_assert_cmpint(figure(records[0], "state.state")->value.i, ==,
                    VIR_DOMAIN_SHUTOFF);
    g_assert_cmpuint(number(records[0], "block.0.capacity"), ==, MIB);
    g_assert_null(figure(records[0], "cpu.time"));
    g_assert_null(figure(records[0], "block.0.rd.reqs"));
    g_assert_null(figure(records[0], "vcpu.0.state"));
    virDomainStatsRecordListFree(records);
}

/* How many records of "web" a filter leaves: others may be there. */
static int
count_of_web(virConnectPtr conn, unsigned flags)
{
    virDomainStatsRecordPtr *records = NULL;
    int found = 0;
    int count = virConnectGetAllDomainStats(conn, VIR_DOMAIN_STATS_STATE,
                                            &records, flags);

    require(count >= 0 && records[count] == NULL);
    for (int i = 0; i < count; i++)
        found += strcmp(virDomainGetName(records[i]->dom), "web") == 0;
    virDomainStatsRecordListFree(records);
    return found;
}

static void
domains_are_chosen_by_filters(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domains[] = {stage->machine->domain, NULL};
    virConnectPtr conn = stage->machine->conn;
    virDomainStatsRecordPtr *records = NULL;

    g_assert_cmpint(
        count_of_web(conn, VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED), ==, 1);
    g_assert_cmpint(
        count_of_web(conn, VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING), ==, 0);
    g_assert_cmpint(
        virDomainListGetStats(domains, VIR_DOMAIN_STATS_STATE, &records,
                              VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF),
        ==, 0);
    virDomainStatsRecordListFree(records);
}

static void
what_is_not_known_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    virDomainStatsRecordPtr *records = NULL;

    g_assert_cmpint(
        virConnectGetAllDomainStats(
            conn, 1U << 20, &records,
            (unsigned)VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS),
        ==, -1);
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    g_assert_cmpint(virConnectGetAllDomainStats(conn, 0, &records, 1 << 15), ==,
                    -1);
    require_error(VIR_ERR_INVALID_ARG);
    records = stats_of(stage, 1U << 20, 0);
    g_assert_cmpint(records[0]->nparams, ==, 0);
    virDomainStatsRecordListFree(records);
}

static void
memory_is_told_while_it_runs(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainMemoryStatStruct stats[VIR_DOMAIN_MEMORY_STAT_NR] = {0};

    g_assert_cmpint(virDomainMemoryStats(domain, stats, 0, 0), ==, 0);
    g_assert_cmpint(virDomainMemoryStats(domain, stats, 1, 0), ==, 1);
    g_assert_cmpint(
        virDomainMemoryStats(domain, stats, VIR_DOMAIN_MEMORY_STAT_NR, 0), >=,
        1);
    g_assert_cmpint(stats[0].tag, ==, VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON);
    g_assert_cmpuint(stats[0].val, ==, virDomainGetMaxMemory(domain));
    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virDomainMemoryStats(domain, stats, 1, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "stats");
    STAGE_TEST(a_running_domain_has_its_figures);
    STAGE_TEST(only_the_groups_that_are_asked_for_are_told);
    STAGE_TEST(a_domain_that_is_off_has_those_of_its_definition);
    STAGE_TEST(domains_are_chosen_by_filters);
    STAGE_TEST(what_is_not_known_is_refused);
    STAGE_TEST(memory_is_told_while_it_runs);
    return g_test_run();
}
