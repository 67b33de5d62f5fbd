/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The chain below an image, with the real qemu-img; what it refuses to follow
 * is in tests/integration/test_domain_start.c. */
#include "qemu/process/image_chain.h"

#include "base/error.h"
#include "base/spawn.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder;
} Images;

static Images *
images_new(void)
{
    Images *images = g_new0(Images, 1);

    images->folder = g_dir_make_tmp("strandline-images-XXXXXX", NULL);
    g_assert_nonnull(images->folder);
    return images;
}

static void
images_free(Images *images)
{
    const char *argv[] = {"rm", "-rf", "--", images->folder, NULL};

    g_free(spawn_tool(argv, 1024, 10000, NULL));
    g_free(images->folder);
    g_free(images);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Images, images_free)

/* An image of 1 MiB called @name, over @backing (nullable) of @format. */
static char *
make(Images *images, const char *name, const char *backing, const char *format)
{
    char *path = g_build_filename(images->folder, name, NULL);
    const char *create[] = {"qemu-img", "create", "-q", "-f",
                            "qcow2",    path,     "1M", NULL};
    const char *rebase[] = {"qemu-img", "rebase", "-q", "-u",    "-f", "qcow2",
                            "-F",       format,   "-b", backing, path, NULL};
    g_autoptr(GError) error = NULL;

    g_free(spawn_tool(create, 1024, 10000, &error));
    g_assert_no_error(error);
    if (backing) {
        g_free(spawn_tool(rebase, 1024, 10000, &error));
        g_assert_no_error(error);
    }
    return path;
}

static DiskDef *
disk_on(const char *path, ImageFormat format)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup(path);
    disk->format = format;
    return disk;
}

static void
follows_names_relative_to_their_layer(void)
{
    g_autoptr(Images) images = images_new();
    g_autofree char *sub = g_build_filename(images->folder, "sub", NULL);
    g_autofree char *base = make(images, "base.qcow2", NULL, NULL);
    g_autofree char *mid = NULL;
    g_autofree char *top = NULL;
    g_autoptr(DiskDef) disk = NULL;
    g_autoptr(GError) error = NULL;
    const ImageLayer *layer = NULL;

    g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
    mid = make(images, "sub/mid.qcow2", "../base.qcow2", "qcow2");
    top = make(images, "top.qcow2", "sub/mid.qcow2", "qcow2");
    disk = disk_on(top, IMAGE_FORMAT_QCOW2);
    g_assert_true(image_chain_complete(disk, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(disk->backing->len, ==, 2);
    layer = disk->backing->pdata[0];
    g_assert_cmpstr(layer->path, ==, mid);
    g_assert_cmpint(layer->format, ==, IMAGE_FORMAT_QCOW2);
    layer = disk->backing->pdata[1];
    g_assert_true(g_str_has_suffix(layer->path, "/sub/../base.qcow2"));
}

static void
ends_at_a_raw_layer_without_looking_into_it(void)
{
    g_autoptr(Images) images = images_new();
    g_autofree char *secret = make(images, "secret.qcow2", NULL, NULL);
    g_autofree char *trap = make(images, "trap.img", secret, "qcow2");
    g_autofree char *top = make(images, "top.qcow2", trap, "raw");
    g_autoptr(DiskDef) over = disk_on(top, IMAGE_FORMAT_QCOW2);
    g_autoptr(DiskDef) raw = disk_on(trap, IMAGE_FORMAT_RAW);
    const ImageLayer *layer = NULL;

    g_assert_true(image_chain_complete(over, NULL));
    g_assert_cmpuint(over->backing->len, ==, 1);
    layer = over->backing->pdata[0];
    g_assert_cmpint(layer->format, ==, IMAGE_FORMAT_RAW);
    g_assert_true(image_chain_complete(raw, NULL));
    g_assert_cmpuint(raw->backing->len, ==, 0);
}

static void
a_header_tells_size_and_backing(void)
{
    g_autoptr(Images) images = images_new();
    g_autofree char *base = make(images, "base.qcow2", NULL, NULL);
    g_autofree char *top = make(images, "top.qcow2", "base.qcow2", "qcow2");
    g_autoptr(GError) error = NULL;
    g_autoptr(ImageHeader) header =
        image_header_read(top, IMAGE_FORMAT_QCOW2, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(header->virtual_size, ==, 1024 * 1024);
    g_assert_cmpstr(header->backing, ==, "base.qcow2");
    g_assert_cmpstr(header->backing_format, ==, "qcow2");
    g_assert_false(header->has_data_file);
}

static void
refuses_a_file_that_is_no_image_of_its_format(void)
{
    g_autoptr(Images) images = images_new();
    g_autofree char *path = g_build_filename(images->folder, "text", NULL);
    g_autoptr(DiskDef) disk = disk_on(path, IMAGE_FORMAT_QCOW2);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(path, "no image", -1, NULL));
    g_assert_false(image_chain_complete(disk, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, "'vda'"));
}

static void
refuses_a_chain_that_is_too_deep(void)
{
    g_autoptr(Images) images = images_new();
    g_autofree char *below = make(images, "0.qcow2", NULL, NULL);
    g_autoptr(DiskDef) disk = NULL;
    g_autoptr(GError) error = NULL;

    for (int i = 1; i <= IMAGE_CHAIN_MAX + 1; i++) {
        g_autofree char *name = g_strdup_printf("%d.qcow2", i);
        char *path = make(images, name, below, "qcow2");

        g_free(below);
        below = path;
    }
    disk = disk_on(below, IMAGE_FORMAT_QCOW2);
    g_assert_false(image_chain_complete(disk, &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/process/image_chain/follows_relative_names",
                    follows_names_relative_to_their_layer);
    g_test_add_func("/qemu/process/image_chain/ends_at_a_raw_layer",
                    ends_at_a_raw_layer_without_looking_into_it);
    g_test_add_func("/qemu/process/image_chain/a_header_tells_size_and_backing",
                    a_header_tells_size_and_backing);
    g_test_add_func("/qemu/process/image_chain/refuses_no_image",
                    refuses_a_file_that_is_no_image_of_its_format);
    g_test_add_func("/qemu/process/image_chain/refuses_a_chain_too_deep",
                    refuses_a_chain_that_is_too_deep);
    return g_test_run();
}
