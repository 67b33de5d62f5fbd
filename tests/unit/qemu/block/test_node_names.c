/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Node names: no two alike, and none longer than QEMU takes. */
#include "qemu/block/node_names.h"

#include <glib.h>
#include <string.h>

/* Every name that one disk and one job give rise to. */
static GPtrArray *
all_names(const char *target, int job)
{
    static const char *const parts[] = {
        "cbw", "view", "scr", "scr-raw", "scr-file", "tgt", "tgt-file"};
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(names, node_top(target));
    for (unsigned number = 0; number <= 3; number++) {
        g_ptr_array_add(names, node_layer(target, number));
        g_ptr_array_add(names, node_layer_protocol(target, number));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        g_ptr_array_add(names, node_job(job, target, parts[i]));
    return names;
}

static void
add_all(GHashTable *seen, const char *target, int job)
{
    g_autoptr(GPtrArray) names = all_names(target, job);

    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(seen, g_strdup(names->pdata[i]));
}

static void
two_disks_and_two_jobs_share_no_name(void)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) one = all_names("vda", 1);

    add_all(seen, "vda", 1);
    add_all(seen, "vdb", 2);
    g_assert_cmpuint(g_hash_table_size(seen), ==, 2 * one->len);
    add_all(seen, "vda", 12); /* the disk's own nodes are there already */
    g_assert_cmpuint(g_hash_table_size(seen), ==, 2 * one->len + 7);
}

static void
the_longest_name_fits(void)
{
    g_autofree char *target = g_strnfill(NODE_TARGET_MAX, 'd');
    g_autoptr(GPtrArray) names = all_names(target, 9999999);

    for (guint i = 0; i < names->len; i++)
        g_assert_cmpuint(strlen(names->pdata[i]), <=, NODE_NAME_MAX);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/node_names/two_disks_and_two_jobs_share_no_name",
                    two_disks_and_two_jobs_share_no_name);
    g_test_add_func("/qemu/node_names/the_longest_name_fits",
                    the_longest_name_fits);
    return g_test_run();
}
