/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a saved machine: what was written is read, whatever else it may
 * be is refused, and a change is there as a whole or not at all. */
#include "model/save/save_image.h"

#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OLD    "<domain>old</domain>"
#define NEW    "<domain>new, and longer</domain>"
#define STREAM "the machine's state"

enum {
    AT_VERSION = 16,
    AT_PLACE = 28,
    AT_LENGTH = 32,
    AT_ROOM = 36,
    AT_STREAM = 40,
    POINTS_MAX = 50,
};

/* Of a running machine.  Returns: a descriptor for changes. */
static int
write_image(const TempFolder *folder, bool is_sealed)
{
    g_autoptr(GError) error = NULL;
    int file = openat(folder->fd, "saved", O_RDWR | O_CREAT | O_TRUNC, 0600);

    g_assert_cmpint(file, >=, 0);
    g_assert_true(save_image_begin(file, OLD, true, &error));
    g_assert_cmpint(write(file, STREAM, strlen(STREAM)), ==, strlen(STREAM));
    if (is_sealed)
        g_assert_true(save_image_seal(file, &error));
    g_assert_no_error(error);
    return file;
}

static SaveImage *
open_image(const TempFolder *folder, int *ret_file)
{
    g_autofree char *path = temp_folder_file(folder, "saved");
    g_autoptr(GError) error = NULL;
    SaveImage *image = save_image_open(path, true, ret_file, &error);

    g_assert_no_error(error);
    return image;
}

static void
expect_refused(const TempFolder *folder, const char *word)
{
    g_autofree char *path = temp_folder_file(folder, "saved");
    g_autoptr(GError) error = NULL;
    int file = -1;

    g_assert_null(save_image_open(path, false, &file, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, word));
}

static void
what_was_written_is_read(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(SaveImage) image = NULL;
    g_auto(AutoFd) made = write_image(folder, true);
    g_auto(AutoFd) file = -1;
    char stream[64] = "";

    image = open_image(folder, &file);
    g_assert_cmpstr(image->xml, ==, OLD);
    g_assert_true(image->was_running);
    g_assert_cmpuint(image->stream_length, ==, strlen(STREAM));
    g_assert_cmpint(read(file, stream, sizeof(stream)), ==, strlen(STREAM));
    g_assert_cmpstr(stream, ==, STREAM);
}

static void
what_is_not_whole_is_refused(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_auto(AutoFd) file = write_image(folder, false);
    g_autoptr(GError) error = NULL;

    expect_refused(folder, "never saved");
    g_assert_true(save_image_seal(file, &error));
    g_assert_cmpint(write(file, "x", 1), ==, 1);
    expect_refused(folder, "cut off or written to");
    temp_folder_write(folder, "saved", "something else");
    expect_refused(folder, "no saved machine");
}

/* Each number of the header, too large. */
static void
a_damaged_header_is_refused(void)
{
    static const guint32 large = 0x7fffffff;
    static const struct {
        off_t at;
        const char *word;
    } cases[] = {
        {AT_VERSION, "version"}, {AT_PLACE, "damaged"},  {AT_LENGTH, "damaged"},
        {AT_ROOM, "damaged"},    {AT_STREAM, "damaged"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(TempFolder) folder = temp_folder_new();
        g_auto(AutoFd) file = write_image(folder, true);

        g_assert_cmpint(pwrite(file, &large, sizeof(large), cases[i].at), ==,
                        sizeof(large));
        expect_refused(folder, cases[i].word);
    }
}

static void
a_definition_that_does_not_fit_is_refused(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_auto(AutoFd) made = write_image(folder, true);
    g_auto(AutoFd) file = -1;
    g_autoptr(SaveImage) image = open_image(folder, &file);
    g_autofree char *large = g_strnfill(image->room + 1, 'x');
    g_autoptr(GError) error = NULL;

    g_assert_false(save_image_change(file, image, large, false, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_cmpstr(image->xml, ==, OLD);
}

static int
change_as_child(void)
{
    g_auto(AutoFd) file = -1;
    g_autoptr(GError) error = NULL;
    g_autoptr(SaveImage) image = save_image_open("saved", true, &file, &error);

    g_assert_no_error(error);
    return save_image_change(file, image, NEW, false, NULL) ? 0 : 1;
}

/* Both fields of the change, or neither; and again the other way round. */
static void
a_change_that_dies_anywhere_is_whole_or_none(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_auto(AutoFd) made = write_image(folder, true);
    int status = -1;
    int point = 1;

    for (; point < POINTS_MAX && status != 0; point++) {
        g_autofree char *fault = g_strdup_printf("kill:%d", point);
        g_autoptr(SaveImage) image = NULL;
        g_auto(AutoFd) file = -1;
        bool is_new = false;

        status = run_again(folder, "change", fault);
        image = open_image(folder, &file);
        is_new = g_str_equal(image->xml, NEW);
        g_assert_true(is_new || g_str_equal(image->xml, OLD));
        g_assert_true(image->was_running == !is_new);
        if (status == 0)
            g_assert_true(is_new);
        g_assert_true(save_image_change(file, image, OLD, true, NULL));
    }
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpint(point, >, 3);
}

int
main(int argc, char **argv)
{
    if (child_of(argc, argv))
        return change_as_child();
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/save_image/" #test, test)
    ADD(what_was_written_is_read);
    ADD(what_is_not_whole_is_refused);
    ADD(a_damaged_header_is_refused);
    ADD(a_definition_that_does_not_fit_is_refused);
    ADD(a_change_that_dies_anywhere_is_whole_or_none);
#undef ADD
    return g_test_run();
}
