/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks: formats are words, targets are names that fit QEMU's. */
#include "base/error.h"
#include "model/disk.h"

static void
formats_are_read_as_they_are_written(void)
{
    g_assert_cmpint(image_format_parse("raw"), ==, IMAGE_FORMAT_RAW);
    g_assert_cmpint(image_format_parse("qcow2"), ==, IMAGE_FORMAT_QCOW2);
    g_assert_cmpstr(image_format_name(IMAGE_FORMAT_QCOW2), ==, "qcow2");
    g_assert_cmpstr(image_format_name(IMAGE_FORMAT_RAW), ==, "raw");
}

static void
other_formats_are_not_known(void)
{
    g_assert_cmpint(image_format_parse("vmdk"), ==, -1);
    g_assert_cmpint(image_format_parse("QCOW2"), ==, -1);
    g_assert_cmpint(image_format_parse(""), ==, -1);
    g_assert_cmpint(image_format_parse(NULL), ==, -1);
}

static void
new_disk_is_an_empty_drive_without_address(void)
{
    g_autoptr(DiskDef) disk = disk_def_new();

    g_assert_true(disk_def_is_empty(disk));
    g_assert_cmpint(disk->controller, ==, -1);
    g_assert_cmpint(disk->unit, ==, -1);
    g_assert_null(disk->backing);
}

static void
accepts_usual_targets(void)
{
    static const char *const targets[] = {"vda", "sdaa", "hdc", "v",
                                          "12345678"};

    for (guint i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(disk_target_check(targets[i], &error));
        g_assert_no_error(error);
    }
}

static void
refuses_targets_that_are_no_node_name(void)
{
    static const char *const targets[] = {"",     "123456789", "vd a", "vd-a",
                                          "Vda",  "../x",      "vda,", "v\xc3",
                                          "v%61", "vda\n"};

    for (guint i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(disk_target_check(targets[i], &error));
        g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
    }
}

static void
a_new_node_gets_a_number_that_no_layer_has(void)
{
    g_autoptr(DiskDef) disk = disk_def_new();
    ImageLayer *layer =
        image_layer_new(DISK_SOURCE_FILE, "/a", IMAGE_FORMAT_RAW);

    g_assert_cmpuint(disk_def_next_node(disk), ==, 1);
    disk->backing =
        g_ptr_array_new_with_free_func((GDestroyNotify)image_layer_free);
    g_ptr_array_add(disk->backing, layer);
    disk_def_number_nodes(disk);
    g_assert_cmpuint(layer->node, ==, 1);
    g_assert_cmpuint(disk_def_next_node(disk), ==, 2);
    disk->node = 5;
    g_assert_cmpuint(disk_def_next_node(disk), ==, 6);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/disk/formats_are_read_as_they_are_written",
                    formats_are_read_as_they_are_written);
    g_test_add_func("/model/disk/other_formats_are_not_known",
                    other_formats_are_not_known);
    g_test_add_func("/model/disk/new_disk_is_an_empty_drive_without_address",
                    new_disk_is_an_empty_drive_without_address);
    g_test_add_func("/model/disk/accepts_usual_targets", accepts_usual_targets);
    g_test_add_func("/model/disk/refuses_targets_that_are_no_node_name",
                    refuses_targets_that_are_no_node_name);
    g_test_add_func("/model/disk/a_new_node_gets_a_number_that_no_layer_has",
                    a_new_node_gets_a_number_that_no_layer_has);
    return g_test_run();
}
