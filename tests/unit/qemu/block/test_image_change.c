/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that no QEMU has open, changed by the real qemu-img. */
#include "qemu/block/image_change.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "qemu/process/image_chain.h"
#include "temp_folder.h"

#include <sys/stat.h>

enum { SIZE = 1024 * 1024 };

static void
run(bool is_done, const GError *error)
{
    g_assert_no_error(error);
    g_assert_true(is_done);
}

/* A raw image called @name, and an overlay on it. */
static char *
make_pair(const TempFolder *folder, const char *name, ImageLayer *below)
{
    char *overlay = temp_folder_file(folder, "it's, an \"overlay\"");
    g_autofree char *content = g_malloc0(SIZE);
    g_autoptr(GError) error = NULL;

    below->type = DISK_SOURCE_FILE;
    below->format = IMAGE_FORMAT_RAW;
    below->path = temp_folder_file(folder, name);
    run(g_file_set_contents(below->path, content, SIZE, &error), error);
    run(atomic_file_claim(overlay, &error), error);
    run(image_make_overlay(overlay, SIZE, below, &error), error);
    return overlay;
}

static void
a_claimed_file_is_ours_alone(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "new");
    g_autoptr(GError) error = NULL;
    struct stat status;

    run(atomic_file_claim(path, &error), error);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_false(atomic_file_claim(path, &error));
    g_assert_true(error_is(error, VIR_ERR_SYSTEM_ERROR));
}

static void
an_overlay_says_what_is_below_and_its_format(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    ImageLayer below = {0};
    g_autofree char *overlay = make_pair(folder, "base", &below);
    g_autoptr(ImageHeader) header =
        image_header_read(overlay, IMAGE_FORMAT_QCOW2, NULL);

    g_assert_cmpstr(header->backing, ==, below.path);
    g_assert_cmpstr(header->backing_format, ==, "raw");
    g_assert_cmpuint(header->virtual_size, ==, SIZE);
    g_free(below.path);
}

static void
rebasing_changes_the_header_alone(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    ImageLayer below = {0};
    g_autofree char *overlay = make_pair(folder, "base", &below);
    ImageLayer other = {DISK_SOURCE_FILE, NULL, IMAGE_FORMAT_QCOW2, 0};
    g_autoptr(ImageHeader) header = NULL;
    g_autoptr(GError) error = NULL;

    other.path = temp_folder_file(folder, "not there");
    run(image_rebase(overlay, &other, &error), error);
    header = image_header_read(overlay, IMAGE_FORMAT_QCOW2, NULL);
    g_assert_cmpstr(header->backing, ==, other.path);
    g_assert_cmpstr(header->backing_format, ==, "qcow2");
    g_free(other.path);
    g_free(below.path);
}

static void
an_overlay_is_committed_into_what_is_below(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    ImageLayer below = {0};
    g_autofree char *overlay = make_pair(folder, "base", &below);
    g_autoptr(GError) error = NULL;

    run(image_commit(overlay, below.path, &error), error);
    g_assert_true(g_file_test(overlay, G_FILE_TEST_EXISTS));
    g_assert_false(image_commit(overlay, overlay, &error));
    g_free(below.path);
}

/* Names that look like numbers, or like options, are names. */
static void
internal_snapshots_go_by_their_names(void)
{
    static const char *const names[] = {"two words", "2", "it's"};
    g_autoptr(TempFolder) folder = temp_folder_new();
    ImageLayer below = {0};
    g_autofree char *image = make_pair(folder, "base", &below);
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) found = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        run(image_snapshot_create(image, names[i], &error), error);
    found = image_snapshots(image, &error);
    g_assert_cmpuint(g_hash_table_size(found), ==, 3);
    g_assert_cmpstr(g_hash_table_lookup(found, "2"), ==, "2");
    run(image_snapshot_apply(image, "it's", &error), error);
    run(image_snapshot_delete(image, "two words", &error), error);
    run(image_snapshot_delete(image, "two words", &error), error);
    g_hash_table_unref(found);
    found = image_snapshots(image, &error);
    g_assert_false(g_hash_table_contains(found, "two words"));
    g_assert_false(image_snapshot_apply(image, "two words", &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_free(below.path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/image_change/a_claimed_file_is_ours_alone",
                    a_claimed_file_is_ours_alone);
    g_test_add_func("/qemu/image_change/an_overlay_says_what_is_below",
                    an_overlay_says_what_is_below_and_its_format);
    g_test_add_func("/qemu/image_change/rebasing_changes_the_header_alone",
                    rebasing_changes_the_header_alone);
    g_test_add_func("/qemu/image_change/an_overlay_is_committed",
                    an_overlay_is_committed_into_what_is_below);
    g_test_add_func("/qemu/image_change/internal_snapshots_go_by_their_names",
                    internal_snapshots_go_by_their_names);
    return g_test_run();
}
