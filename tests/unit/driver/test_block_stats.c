/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics of a disk survive being told by name. */
#include "driver/block_stats.h"

#include <string.h>

static const BlockStats known = {1, 512, 10, 2, 1024, 20, 3, -1, 4};

static void
what_is_known_is_told_and_read_again(void)
{
    virTypedParameter params[16];
    BlockStats again;
    int count = block_stats_fill(&known, params, G_N_ELEMENTS(params));

    g_assert_cmpint(count, ==, 8);
    block_stats_clear(&again);
    g_assert_cmpint(again.read_requests, ==, -1);
    for (int i = 0; i < count; i++) {
        g_assert_cmpint(params[i].type, ==, VIR_TYPED_PARAM_LLONG);
        block_stats_set(&again, params[i].field, params[i].value.l);
    }
    g_assert_cmpmem(&again, sizeof(again), &known, sizeof(known));
}

static void
with_too_little_room_all_are_counted_and_the_first_are_told(void)
{
    virTypedParameter params[2];

    g_assert_cmpint(block_stats_fill(&known, NULL, 0), ==, 8);
    g_assert_cmpint(block_stats_fill(&known, params, 2), ==, 8);
    g_assert_cmpstr(params[0].field, ==, VIR_DOMAIN_BLOCK_STATS_READ_REQ);
}

static void
a_name_that_is_new_to_us_changes_nothing(void)
{
    BlockStats stats = known;

    block_stats_set(&stats, "of a later release", 99);
    g_assert_cmpmem(&stats, sizeof(stats), &known, sizeof(known));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/driver/block_stats/" #name, name)
    TEST(what_is_known_is_told_and_read_again);
    TEST(with_too_little_room_all_are_counted_and_the_first_are_told);
    TEST(a_name_that_is_new_to_us_changes_nothing);
    return g_test_run();
}
