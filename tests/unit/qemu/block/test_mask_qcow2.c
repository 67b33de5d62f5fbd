/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Held against qemu-img: put upon a disk of one pattern, the mask lets exactly
 * the ranges through. */
#include "qemu/block/mask_qcow2.h"

#include "base/error.h"
#include "base/fd.h"
#include "nbd/dirty_map.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATTERN = 0x7e };

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define TIB (1024 * 1024 * MIB)

static void
run(const TempFolder *folder, const char *command)
{
    const char *argv[] = {"sh", "-c", command, NULL};
    g_autofree char *words = NULL;
    int status = 0;

    g_assert_true(g_spawn_sync(folder->path, (char **)argv, NULL,
                               G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &words,
                               &status, NULL));
    g_test_message("%s: %s", command, words);
    g_assert_cmpint(status, ==, 0);
}

static void
write_mask(const TempFolder *folder, uint64_t size, const DirtyRange *ranges,
           guint n)
{
    g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(DirtyRange));
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) fd = openat(folder->fd, "mask",
                               O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    g_assert_cmpint(fd, >=, 0);
    g_array_append_vals(array, ranges, n);
    g_assert_true(mask_qcow2_write(fd, size, array, &error));
    g_assert_no_error(error);
}

/* The disk as it is seen through the mask, in "seen". */
static char *
look_through(const TempFolder *folder, uint64_t size, gsize *ret_length)
{
    g_autofree char *command = g_strdup_printf(
        "head -c %" G_GUINT64_FORMAT " /dev/zero | tr '\\0' '\\%o' >disk && "
        "qemu-img convert -O raw 'json:{\"driver\":\"qcow2\",\"file\":{"
        "\"driver\":\"file\",\"filename\":\"mask\",\"read-only\":true},"
        "\"backing\":{\"driver\":\"raw\",\"file\":{\"driver\":\"file\","
        "\"filename\":\"disk\"}}}' seen",
        size, PATTERN);
    g_autofree char *path = temp_folder_file(folder, "seen");
    char *text = NULL;

    run(folder, command);
    g_assert_true(g_file_get_contents(path, &text, ret_length, NULL));
    return text;
}

static void
require_only(uint64_t size, const DirtyRange *ranges, guint n)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *expected = g_malloc0(size);
    g_autofree char *seen = NULL;
    gsize length = 0;

    for (guint i = 0; i < n; i++)
        memset(expected + ranges[i].offset, PATTERN, ranges[i].length);
    write_mask(folder, size, ranges, n);
    seen = look_through(folder, size, &length);
    g_assert_cmpuint(length, ==, size);
    g_assert_cmpint(memcmp(seen, expected, size), ==, 0);
}

static void
nothing_shows_without_a_range(void)
{
    require_only(3 * MIB, NULL, 0);
}

static void
exactly_the_ranges_show(void)
{
    const DirtyRange blocks[] = {{64 * KIB, 128 * KIB}, {2 * MIB, 64 * KIB}};
    const DirtyRange small[] = {{0, 4 * KIB}, {20 * KIB, 4 * KIB}};
    const DirtyRange whole[] = {{0, 3 * MIB + 512}};
    const DirtyRange odd_end[] = {{64 * KIB, 3 * MIB + 512 - 64 * KIB}};

    require_only(3 * MIB, blocks, G_N_ELEMENTS(blocks));
    require_only(3 * MIB, small, G_N_ELEMENTS(small));
    require_only(3 * MIB + 512, whole, G_N_ELEMENTS(whole));
    require_only(3 * MIB + 512, odd_end, G_N_ELEMENTS(odd_end));
}

/* With clusters of 512 bytes a second table stands for 32 KiB. */
static void
a_range_goes_on_from_one_table_to_the_next(void)
{
    const DirtyRange ranges[] = {
        {512, 512}, {30 * KIB, 70 * KIB}, {128 * KIB - 512, 1024}};

    require_only(MIB, ranges, G_N_ELEMENTS(ranges));
}

static void
a_large_disk_costs_what_its_ranges_do(void)
{
    const DirtyRange ranges[] = {{5 * TIB, MIB}, {15 * TIB, 64 * KIB}};
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "mask");
    struct stat status;

    write_mask(folder, 16 * TIB, ranges, G_N_ELEMENTS(ranges));
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_size, <, 1 * MIB);
    run(folder, "qemu-img map -f qcow2 -s 5T -l 1M mask >map");
}

static void
ranges_too_fine_for_the_disk_are_refused(void)
{
    const DirtyRange range = {512, 512};
    g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(DirtyRange));
    g_autoptr(GError) error = NULL;

    g_array_append_val(array, range);
    g_assert_false(mask_qcow2_write(-1, TIB, array, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/qemu/mask_qcow2/" #test, test)
    ADD(nothing_shows_without_a_range);
    ADD(exactly_the_ranges_show);
    ADD(a_range_goes_on_from_one_table_to_the_next);
    ADD(a_large_disk_costs_what_its_ranges_do);
    ADD(ranges_too_fine_for_the_disk_are_refused);
#undef ADD
    return g_test_run();
}
