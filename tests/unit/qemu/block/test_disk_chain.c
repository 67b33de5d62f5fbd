/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a disk's definition when its chain changes. */
#include "qemu/block/disk_chain.h"

/* /top over /middle over /base, numbered as at a start. */
static DiskDef *
new_disk(void)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup("/base");
    disk->format = IMAGE_FORMAT_RAW;
    disk_chain_push(
        disk, image_layer_new(DISK_SOURCE_FILE, "/middle", IMAGE_FORMAT_QCOW2));
    disk_chain_push(
        disk, image_layer_new(DISK_SOURCE_BLOCK, "/top", IMAGE_FORMAT_QCOW2));
    disk_def_number_nodes(disk);
    return disk;
}

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
    g_autoptr(DiskDef) disk = new_disk();
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
    g_autoptr(DiskDef) disk = new_disk();
    ImageLayer *image =
        image_layer_new(DISK_SOURCE_FILE, "/new", IMAGE_FORMAT_QCOW2);
    g_autofree char *chain = NULL;
    g_autofree char *top = NULL;

    image->node = disk_def_next_node(disk);
    disk_chain_push(disk, image);
    chain = describe(disk);
    top = node_format(disk);
    g_assert_cmpstr(chain, ==, "/new:3 /top:0 /middle:1 /base:2");
    g_assert_cmpstr(top, ==, "sl-vda-b3-fmt");
    g_assert_cmpint(disk_chain_layer(disk, 1).type, ==, DISK_SOURCE_BLOCK);
}

static void
a_commit_into_the_base_leaves_the_base(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    g_autofree char *chain = NULL;
    g_autofree char *top = NULL;

    disk_chain_drop(disk, 0, 2);
    chain = describe(disk);
    top = node_format(disk);
    g_assert_cmpstr(chain, ==, "/base:2");
    g_assert_cmpstr(top, ==, "sl-vda-b2-fmt");
    g_assert_cmpint(disk->format, ==, IMAGE_FORMAT_RAW);
}

static void
a_stated_chain_follows_and_another_stays_unstated(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    g_autoptr(DiskDef) stated = new_disk();
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
only_the_top_of_a_writable_disk_is_opened_for_writing(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    const ImageLayer top = disk_chain_layer(disk, 0);
    const ImageLayer middle = disk_chain_layer(disk, 1);
    json_t *file = disk_chain_file_options(disk, &top, false);
    json_t *below = disk_chain_file_options(disk, &middle, true);

    g_assert_null(json_object_get(file, "auto-read-only"));
    g_assert_true(json_is_true(json_object_get(below, "auto-read-only")));
    g_assert_null(json_object_get(below, "read-only"));
    json_decref(file);
    json_decref(below);
    disk->is_readonly = true;
    file = disk_chain_file_options(disk, &middle, true);
    g_assert_true(json_is_true(json_object_get(file, "read-only")));
    json_decref(file);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/disk_chain/images_keep_their_numbers",
                    images_keep_their_numbers);
    g_test_add_func("/qemu/disk_chain/a_new_top_keeps_the_nodes_of_the_former",
                    a_new_top_keeps_the_nodes_of_the_former);
    g_test_add_func("/qemu/disk_chain/a_commit_into_the_base_leaves_the_base",
                    a_commit_into_the_base_leaves_the_base);
    g_test_add_func(
        "/qemu/disk_chain/a_stated_chain_follows_and_another_stays_unstated",
        a_stated_chain_follows_and_another_stays_unstated);
    g_test_add_func("/qemu/disk_chain/"
                    "only_the_top_of_a_writable_disk_is_opened_for_writing",
                    only_the_top_of_a_writable_disk_is_opened_for_writing);
    return g_test_run();
}
