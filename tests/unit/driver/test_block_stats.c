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

/* Each disk tells its place in the alphabet; flushes are known of none. */
static bool
tell_letter(void *domain, const char *disk, BlockStats *ret_stats,
            GError **error)
{
    (void)domain;
    if (g_str_equal(disk, "vdc")) {
        g_set_error_literal(error, G_FILE_ERROR, 0, "it is broken");
        return false;
    }
    *ret_stats =
        (BlockStats){.read_requests = disk[2] - 'a' + 1, .flush_requests = -1};
    return true;
}

static void
add_disk(DomainDef *def, const char *target, const char *path)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup(target);
    disk->path = g_strdup(path);
    g_ptr_array_add(def->disks, disk);
}

static void
of_all_disks_it_is_the_sum(void)
{
    g_autoptr(DomainDef) def = domain_def_new();
    g_autoptr(GError) error = NULL;
    BlockStats sum;

    add_disk(def, "vda", "/a");
    add_disk(def, "vdc", NULL); /* an empty drive */
    add_disk(def, "vdb", "/b");
    g_assert_true(block_stats_sum(def, tell_letter, NULL, &sum, NULL));
    g_assert_cmpint(sum.read_requests, ==, 3);
    g_assert_cmpint(sum.flush_requests, ==, -1);
    g_assert_cmpint(sum.errors, ==, 0);
    add_disk(def, "vdc", "/c");
    g_assert_false(block_stats_sum(def, tell_letter, NULL, &sum, &error));
    g_assert_cmpstr(error->message, ==, "it is broken");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/driver/block_stats/" #name, name)
    TEST(what_is_known_is_told_and_read_again);
    TEST(with_too_little_room_all_are_counted_and_the_first_are_told);
    TEST(a_name_that_is_new_to_us_changes_nothing);
    TEST(of_all_disks_it_is_the_sum);
    return g_test_run();
}
