/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Old or new, never between: each operation is killed and failed at each of
 * its points by a child process, and the file is looked at afterwards. */
#include "base/atomic_file.h"
#include "base/error.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT = 1024 };

/* The child works in the folder that the parent gave it: exit status 0 when
 * the operation said that it succeeded, 1 when it said that it failed. */
static int
child_operation(const char *what)
{
    int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    g_autoptr(GError) error = NULL;
    bool done = false;

    if (g_str_equal(what, "write"))
        done = atomic_file_write(folder, "state", "new", &error);
    if (g_str_equal(what, "rename"))
        done = atomic_file_rename(folder, "spare", "state", &error);
    if (g_str_equal(what, "claim"))
        done = atomic_file_claim("claimed", &error);
    if (g_str_equal(what, "make-folder"))
        done = atomic_file_make_folder(folder, "made", &error);
    if (g_str_equal(what, "remove"))
        done = atomic_file_remove(folder, "state", &error);
    g_assert_true(done == (error == NULL));
    close(folder);
    return done ? 0 : 1;
}

/* How many points @what passes when nothing is done to it. */
static guint
count_points(const char *what)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *list = NULL;
    g_auto(GStrv) lines = NULL;

    temp_folder_write(folder, "state", "old");
    temp_folder_write(folder, "spare", "new");
    g_assert_cmpint(run_again(folder, what, "count:list"), ==, 0);
    list = temp_folder_read(folder, "list");
    g_assert_nonnull(list);
    lines = g_strsplit(g_strchomp(list), "\n", -1);
    return g_strv_length(lines);
}

/* One run of @what with @fault: "state" is @old or @new (NULL: absent), and
 * the operation's word is true: success means new. */
static void
run_with_fault(const char *what, const char *fault, const char *new)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *text = NULL;
    int status = 0;

    temp_folder_write(folder, "state", "old");
    temp_folder_write(folder, "spare", "new");
    status = run_again(folder, what, fault);
    text = temp_folder_read(folder, "state");
    if (g_strcmp0(text, new) != 0)
        g_assert_cmpstr(text, ==, "old");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        g_assert_cmpstr(text, ==, new);

    /* The next run succeeds, whatever was left behind. */
    temp_folder_write(folder, "spare", "new");
    g_assert_cmpint(run_again(folder, what, NULL), ==, 0);
    g_free(text);
    text = temp_folder_read(folder, "state");
    g_assert_cmpstr(text, ==, new);
}

static void
torture(const char *what, guint least, const char *new)
{
    guint points = count_points(what);

    g_assert_cmpuint(points, >=, least);
    for (guint i = 1; i <= points; i++) {
        g_autofree char *kill = g_strdup_printf("kill:%u", i);
        g_autofree char *fail = g_strdup_printf("fail:%u", i);

        run_with_fault(what, kill, new);
        run_with_fault(what, fail, new);
    }
}

static void
write_leaves_old_or_new_at_each_point(void)
{
    torture("write", 4, "new");
}

static void
rename_leaves_old_or_new_at_each_point(void)
{
    torture("rename", 2, "new");
}

static void
remove_leaves_old_or_none_at_each_point(void)
{
    torture("remove", 2, NULL);
}

static void
a_failed_write_leaves_no_temporary(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    int status = run_again(folder, "write", "fail:2");

    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    g_assert_cmpuint(temp_folder_count(folder), ==, 0);
}

static void
a_state_file_is_for_its_owner_alone(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "state");
    g_autoptr(GError) error = NULL;
    mode_t before = umask(0);
    struct stat status;

    g_assert_true(atomic_file_write(folder->fd, "state", "text", &error));
    umask(before);
    g_assert_no_error(error);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0600);
}

static void
reading_gives_the_whole_text_or_says_absent(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    bool is_absent = false;

    g_assert_null(
        atomic_file_read(folder->fd, "state", LIMIT, &is_absent, &error));
    g_assert_true(is_absent);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_clear_error(&error);

    g_assert_true(atomic_file_write(folder->fd, "state", "text", &error));
    text = atomic_file_read(folder->fd, "state", LIMIT, &is_absent, &error);
    g_assert_no_error(error);
    g_assert_false(is_absent);
    g_assert_cmpstr(text, ==, "text");
}

static void
reading_refuses_more_than_the_limit(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *exact = g_strnfill(LIMIT, 'x');
    g_autofree char *over = g_strnfill(LIMIT + 1, 'x');
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    bool is_absent = true;

    temp_folder_write(folder, "state", over);
    g_assert_null(
        atomic_file_read(folder->fd, "state", LIMIT, &is_absent, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_false(is_absent);
    g_clear_error(&error);

    temp_folder_write(folder, "state", exact);
    text = atomic_file_read(folder->fd, "state", LIMIT, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, exact);
}

static void
reading_does_not_follow_a_link(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;

    temp_folder_write(folder, "elsewhere", "secret");
    g_assert_cmpint(symlinkat("elsewhere", folder->fd, "state"), ==, 0);
    g_assert_null(atomic_file_read(folder->fd, "state", LIMIT, NULL, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
}

static void
removing_what_is_absent_succeeds(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(atomic_file_remove(folder->fd, "state", &error));
    g_assert_no_error(error);
}

/* No power failure can be had here: that the folder above is synced is seen by
 * the point, which only a new folder passes. */
static void
a_new_folder_is_made_to_last(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    g_assert_cmpint(run_again(folder, "make-folder", "count:first"), ==, 0);
    g_assert_cmpint(run_again(folder, "make-folder", "count:second"), ==, 0);
    first = temp_folder_read(folder, "first");
    second = temp_folder_read(folder, "second");
    g_assert_cmpstr(first, ==, "file:mkdir\nfile:sync-folder\n");
    g_assert_cmpstr(second, ==, "file:mkdir\n");
}

static void
a_claim_is_of_what_is_not_there_and_lasts(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "claimed");
    g_autofree char *points = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(run_again(folder, "claim", "count:points"), ==, 0);
    points = temp_folder_read(folder, "points");
    g_assert_cmpstr(points, ==, "file:create\nfile:sync-folder\n");
    g_assert_false(atomic_file_claim(path, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
}

static void
add_tests(void)
{
    g_test_add_func("/base/atomic_file/write_leaves_old_or_new_at_each_point",
                    write_leaves_old_or_new_at_each_point);
    g_test_add_func("/base/atomic_file/rename_leaves_old_or_new_at_each_point",
                    rename_leaves_old_or_new_at_each_point);
    g_test_add_func("/base/atomic_file/remove_leaves_old_or_none_at_each_point",
                    remove_leaves_old_or_none_at_each_point);
    g_test_add_func("/base/atomic_file/a_new_folder_is_made_to_last",
                    a_new_folder_is_made_to_last);
    g_test_add_func("/base/atomic_file/a_claim_is_of_what_is_not_there",
                    a_claim_is_of_what_is_not_there_and_lasts);
    g_test_add_func("/base/atomic_file/a_failed_write_leaves_no_temporary",
                    a_failed_write_leaves_no_temporary);
    g_test_add_func("/base/atomic_file/a_state_file_is_for_its_owner_alone",
                    a_state_file_is_for_its_owner_alone);
    g_test_add_func("/base/atomic_file/reading_gives_the_text_or_says_absent",
                    reading_gives_the_whole_text_or_says_absent);
    g_test_add_func("/base/atomic_file/reading_refuses_more_than_the_limit",
                    reading_refuses_more_than_the_limit);
    g_test_add_func("/base/atomic_file/reading_does_not_follow_a_link",
                    reading_does_not_follow_a_link);
    g_test_add_func("/base/atomic_file/removing_what_is_absent_succeeds",
                    removing_what_is_absent_succeeds);
}

int
main(int argc, char *argv[])
{
    const char *what = child_of(argc, argv);

    if (what)
        return child_operation(what);
    g_test_init(&argc, &argv, NULL);
    add_tests();
    return g_test_run();
}
