/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a disk's definition when its chain changes. */
#include "model/block/disk_chain.h"

#include "disk_fixture.h"

/* "path:number ..." from the top down. */
static char *
describe(const DiskDef *disk)
{
    GString *text = g_string_new(NULL);

    for (unsigned depth = 0; depth < disk_chain_length(disk); depth++) {
        const ImageLayer layer = disk_chain_layer(disk, depth);

        g_string_append_printf(text, "%s%s:%u", depth ? " " : "", layer.path,
                               layer.node);
    }
    return g_string_free(text, FALSE);
}

static void
images_keep_their_numbers(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_BLOCK);
    g_autofree char *chain = NULL;

    g_assert_cmpuint(disk_def_next_node(disk), ==, 3);
    disk_chain_drop(disk, 1, 1);
    chain = describe(disk);
    g_assert_cmpstr(chain, ==, "/top:0 /base:2");
    g_assert_cmpuint(disk_def_next_node(disk), ==, 3);
}

static void
a_new_top_keeps_the_nodes_of_the_former(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_BLOCK);
    ImageLayer *image =
        image_layer_new(DISK_SOURCE_FILE, "/new", IMAGE_FORMAT_QCOW2);
    g_autofree char *chain = NULL;

    image->node = disk_def_next_node(disk);
    disk_chain_push(disk, image);
    chain = describe(disk);
    g_assert_cmpstr(chain, ==, "/new:3 /top:0 /middle:1 /base:2");
    g_assert_cmpint(disk_chain_layer(disk, 1).type, ==, DISK_SOURCE_BLOCK);
}

static void
a_commit_into_the_base_leaves_the_base(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_BLOCK);
    g_autofree char *chain = NULL;

    disk_chain_drop(disk, 0, 2);
    chain = describe(disk);
    g_assert_cmpstr(chain, ==, "/base:2");
    g_assert_cmpint(disk->format, ==, IMAGE_FORMAT_RAW);
}

static void
a_stated_chain_follows_and_another_stays_unstated(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_BLOCK);
    g_autoptr(DiskDef) stated = fixture_disk_chain(DISK_SOURCE_BLOCK);
    g_autoptr(DiskDef) unstated = disk_def_new();
    g_autofree char *chain = NULL;

    disk_chain_drop(disk, 0, 1);
    disk_chain_follow(stated, disk);
    disk_chain_follow(unstated, disk);
    chain = describe(stated);
    g_assert_cmpstr(chain, ==, "/middle:0 /base:0");
    g_assert_cmpstr(unstated->path, ==, "/middle");
    g_assert_null(unstated->backing);
}

static void
images_are_found_by_their_path(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_FILE);
    g_autoptr(DiskDef) empty = disk_def_new();

    g_assert_cmpint(disk_chain_depth(disk, disk->path), ==, 0);
    g_assert_cmpint(disk_chain_depth(disk, "/base"), ==, 2);
    g_assert_cmpint(disk_chain_depth(disk, "/elsewhere"), ==, -1);
    g_assert_cmpint(disk_chain_depth(disk, NULL), ==, -1);
    g_assert_cmpint(disk_chain_depth(empty, NULL), ==, -1);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/disk_chain/images_keep_their_numbers",
                    images_keep_their_numbers);
    g_test_add_func("/model/disk_chain/a_new_top_keeps_the_nodes_of_the_former",
                    a_new_top_keeps_the_nodes_of_the_former);
    g_test_add_func("/model/disk_chain/a_commit_into_the_base_leaves_the_base",
                    a_commit_into_the_base_leaves_the_base);
    g_test_add_func(
        "/model/disk_chain/a_stated_chain_follows_and_another_stays_unstated",
        a_stated_chain_follows_and_another_stays_unstated);
    g_test_add_func("/model/disk_chain/images_are_found_by_their_path",
                    images_are_found_by_their_path);
    return g_test_run();
}
