/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What QEMU is told of the images of a disk. */
#include "qemu/block/disk_nodes.h"

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

static void
only_the_top_of_a_writable_disk_is_opened_for_writing(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    const ImageLayer top = disk_chain_layer(disk, 0);
    const ImageLayer middle = disk_chain_layer(disk, 1);
    json_t *file = disk_nodes_file_options(disk, &top, false);
    json_t *below = disk_nodes_file_options(disk, &middle, true);

    g_assert_null(json_object_get(file, "auto-read-only"));
    g_assert_true(json_is_true(json_object_get(below, "auto-read-only")));
    g_assert_null(json_object_get(below, "read-only"));
    json_decref(file);
    json_decref(below);
    disk->is_readonly = true;
    file = disk_nodes_file_options(disk, &middle, true);
    g_assert_true(json_is_true(json_object_get(file, "read-only")));
    json_decref(file);
}

static void
the_top_has_the_node_of_its_number(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    g_autofree char *top = node_format(disk);
    g_autofree char *base = NULL;

    g_assert_cmpstr(top, ==, "sl-vda-fmt");
    disk_chain_drop(disk, 0, 2);
    base = node_format(disk);
    g_assert_cmpstr(base, ==, "sl-vda-b2-fmt");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/disk_nodes/"
                    "only_the_top_of_a_writable_disk_is_opened_for_writing",
                    only_the_top_of_a_writable_disk_is_opened_for_writing);
    g_test_add_func("/qemu/disk_nodes/the_top_has_the_node_of_its_number",
                    the_top_has_the_node_of_its_number);
    return g_test_run();
}
