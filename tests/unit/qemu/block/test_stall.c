/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipe that nobody writes to plays the storage that gives no answer. */
#include "qemu/block/stall.h"

#include "base/error.h"
#include "temp_folder.h"

#include <string.h>
#include <sys/stat.h>

static bool
check(const char *first, const char *second, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_autoptr(Stall) stall = NULL;

    g_ptr_array_add(paths, (gpointer)first);
    g_ptr_array_add(paths, (gpointer)second);
    stall = stall_ask(paths);
    return stall_is_answered(stall, error);
}

static void
files_answer_also_those_that_are_not_there(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *file = g_build_filename(folder->path, "file", NULL);
    g_autofree char *absent = g_build_filename(folder->path, "absent", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(file, "content", -1, NULL));
    g_assert_true(check(file, absent, &error));
    g_assert_no_error(error);
}

static void
one_that_gives_no_answer_is_named(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *file = g_build_filename(folder->path, "file", NULL);
    g_autofree char *pipe = g_build_filename(folder->path, "pipe", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(file, "content", -1, NULL));
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_assert_false(check(pipe, file, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_TIMEOUT);
    g_assert_nonnull(strstr(error->message, pipe));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/stall/files_answer_also_those_that_are_not_there",
                    files_answer_also_those_that_are_not_there);
    g_test_add_func("/qemu/stall/one_that_gives_no_answer_is_named",
                    one_that_gives_no_answer_is_named);
    return g_test_run();
}
