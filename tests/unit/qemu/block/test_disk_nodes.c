/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What QEMU is told of the images of a disk. */
#include "qemu/block/disk_nodes.h"

#include "disk_fixture.h"

static void
only_the_top_of_a_writable_disk_is_opened_for_writing(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_BLOCK);
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
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_BLOCK);
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
