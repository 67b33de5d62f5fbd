/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a save or a dump has the name that was asked for when it is whole,
 * and not a moment earlier. */
#include "model/save/save_file.h"

#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { US_PER_MS = 1000 };

typedef struct {
    TempFolder *folder;
    char *path;
    Job *job;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->folder = temp_folder_new();
    fixture->path = temp_folder_file(fixture->folder, "saved");
    fixture->job = job_new(7, 0);
    fixture->job->started_ms = g_get_real_time() / US_PER_MS;
    fixture->job->memory =
        memory_job_new(MEMORY_JOB_IMAGE, MEMORY_THEN_SAVED, fixture->path);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    job_free(fixture->job);
    g_free(fixture->path);
    temp_folder_free(fixture->folder);
}

static void
it_has_its_name_once_it_is_sealed(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) file =
        save_file_make(fixture->job, "<domain/>", true, &error);
    struct stat status;

    (void)unused;
    g_assert_no_error(error);
    g_assert_false(save_file_has_stream(fixture->job));
    g_assert_cmpint(write(file, "state", 5), ==, 5);
    g_assert_true(save_file_has_stream(fixture->job));
    g_assert_cmpint(access(fixture->path, F_OK), ==, -1);
    g_assert_true(save_file_seal(fixture->job, &error));
    g_assert_true(save_file_settle(fixture->job, &error));
    g_assert_true(save_file_settle(fixture->job, &error));
    g_assert_no_error(error);
    g_assert_cmpint(stat(fixture->path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0600);
    g_assert_cmpuint(temp_folder_count(fixture->folder), ==, 1);
}

static void
one_that_is_given_up_leaves_nothing(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) file =
        save_file_make(fixture->job, "<domain/>", true, &error);

    (void)unused;
    g_assert_true(save_file_drop(fixture->job, &error));
    g_assert_true(save_file_drop(fixture->job, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(temp_folder_count(fixture->folder), ==, 0);
}

static void
what_stands_at_its_first_name_stays(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;

    (void)unused;
    temp_folder_write(fixture->folder, "saved.partial-7", "a letter");
    g_assert_cmpint(save_file_make(fixture->job, "<domain/>", true, &error), ==,
                    -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_clear_error(&error);
    g_assert_true(save_file_drop(fixture->job, &error));
    g_assert_cmpuint(temp_folder_count(fixture->folder), ==, 1);
}

static void
places_that_cannot_be_are_refused(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *deep = g_strconcat(fixture->path, "/saved", NULL);
    g_autoptr(GError) error = NULL;

    (void)unused;
    g_assert_true(save_file_check(fixture->path, &error));
    g_assert_false(save_file_check("saved", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_assert_false(save_file_check(fixture->folder->path, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_clear_error(&error);
    g_assert_false(save_file_check(deep, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test)                                                      \
    g_test_add("/model/save_file/" #test, Fixture, NULL, set_up, test, \
               tear_down)
    ADD(it_has_its_name_once_it_is_sealed);
    ADD(one_that_is_given_up_leaves_nothing);
    ADD(what_stands_at_its_first_name_stays);
    ADD(places_that_cannot_be_are_refused);
#undef ADD
    return g_test_run();
}
