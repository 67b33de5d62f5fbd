/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Held against qemu-img, which knows what an image must be. */
#include "qemu/block/empty_qcow2.h"

#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t mib = (uint64_t)1024 * 1024;

static char *
run_qemu_img(const char *command, const char *option, const char *path)
{
    const char *arguments[] = {"qemu-img", command, "-f", "qcow2",
                               path,       option,  NULL};
    char *output = NULL;
    int status = 0;

    g_assert_true(g_spawn_sync(NULL, (char **)arguments, NULL,
                               G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL,
                               &status, NULL));
    g_test_message("%s", output);
    g_assert_cmpint(status, ==, 0);
    return output;
}

static int
open_image(const TempFolder *folder)
{
    int fd = openat(folder->fd, "image", O_RDWR | O_CREAT | O_CLOEXEC,
                    S_IRUSR | S_IWUSR);

    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void
require_sound(const TempFolder *folder, uint64_t size)
{
    g_autofree char *path = temp_folder_file(folder, "image");
    g_autofree char *expected =
        g_strdup_printf("\"virtual-size\": %" G_GUINT64_FORMAT ",", size);
    g_autofree char *check = run_qemu_img("check", "--output=json", path);
    g_autofree char *info = run_qemu_img("info", "--output=json", path);

    g_assert_nonnull(strstr(check, "\"check-errors\": 0"));
    g_assert_null(strstr(check, "\"leaks\""));
    g_assert_nonnull(strstr(info, expected));
    g_assert_nonnull(strstr(info, "\"compat\": \"1.1\""));
    g_assert_nonnull(strstr(info, "\"cluster-size\": 65536"));
    g_assert_null(strstr(info, "backing"));
}

static void
any_size_of_disk_makes_a_sound_image(void)
{
    /* Around where the first table gets one more entry, or one more cluster. */
    const uint64_t sizes[] = {0,
                              512,
                              mib,
                              512 * mib,
                              512 * mib + 512,
                              10 * 1024 * mib,
                              (uint64_t)4 * 1024 * 1024 * mib,
                              (uint64_t)4 * 1024 * 1024 * mib + 512,
                              (uint64_t)1024 * 1024 * 1024 * mib};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(TempFolder) folder = temp_folder_new();
        g_autoptr(GError) error = NULL;
        g_auto(AutoFd) fd = open_image(folder);

        empty_qcow2_write(fd, sizes[i], &error);
        g_assert_no_error(error);
        require_sound(folder, sizes[i]);
    }
}

/* As on a device that was used before. */
static void
what_was_there_does_not_show_through(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *old = g_strnfill(mib, 'x');
    g_autofree char *path = temp_folder_file(folder, "image");
    g_autofree char *map = NULL;
    g_auto(AutoFd) fd = open_image(folder);

    g_assert_cmpint(write(fd, old, mib), ==, mib);
    empty_qcow2_write(fd, mib, &error);
    g_assert_no_error(error);
    require_sound(folder, mib);
    map = run_qemu_img("map", "--output=json", path);
    g_assert_null(strstr(map, "\"data\": true"));
}

static void
a_size_that_no_image_can_have_is_refused(void)
{
    const uint64_t sizes[] = {511, (uint64_t)2048 * 1024 * 1024 * mib + 512,
                              UINT64_MAX - 511};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(TempFolder) folder = temp_folder_new();
        g_autoptr(GError) error = NULL;
        g_auto(AutoFd) fd = open_image(folder);

        g_assert_false(empty_qcow2_write(fd, sizes[i], &error));
        g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
        g_assert_cmpint(lseek(fd, 0, SEEK_END), ==, 0);
    }
}

static void
a_full_disk_is_told(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) fd = open("/dev/full", O_RDWR | O_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_false(empty_qcow2_write(fd, mib, &error));
    g_assert_true(error_is(error, VIR_ERR_SYSTEM_ERROR));
    g_assert_nonnull(strstr(error->message, "No space left"));
}

#define ADD(test) g_test_add_func("/qemu/block/empty_qcow2/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(any_size_of_disk_makes_a_sound_image);
    ADD(what_was_there_does_not_show_through);
    ADD(a_size_that_no_image_can_have_is_refused);
    ADD(a_full_disk_is_told);
    return g_test_run();
}
