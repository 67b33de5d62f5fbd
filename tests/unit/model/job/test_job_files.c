/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose a file is that a begin may have made: only a private one that was born
 * since, and with one name, is taken for ours. */
#include "model/job/job_files.h"

#include "temp_folder.h"

#include <sys/stat.h>
#include <unistd.h>

enum { MS_PER_US = 1000, HOUR_MS = 3600 * 1000 };

typedef struct {
    TempFolder *folder;
    char *path;
    Job *job;
} Fixture;

/* A private file, and a job that began just before it. */
static void
set_up(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->folder = temp_folder_new();
    fixture->path = temp_folder_file(fixture->folder, "file");
    fixture->job = job_new(1, 0);
    fixture->job->started_ms = g_get_real_time() / MS_PER_US;
    temp_folder_write(fixture->folder, "file", "text");
    g_assert_cmpint(chmod(fixture->path, 0600), ==, 0);
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
a_private_file_that_is_younger_is_ours(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    g_assert_true(job_file_is_ours(fixture->job, fixture->path));
}

static void
an_older_file_is_not(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->job->started_ms += HOUR_MS;
    g_assert_false(job_file_is_ours(fixture->job, fixture->path));
}

static void
what_others_may_read_is_not(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    g_assert_cmpint(chmod(fixture->path, 0644), ==, 0);
    g_assert_false(job_file_is_ours(fixture->job, fixture->path));
}

static void
a_link_or_a_second_name_is_not(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *other = temp_folder_file(fixture->folder, "other");

    (void)unused;
    g_assert_cmpint(symlink(fixture->path, other), ==, 0);
    g_assert_false(job_file_is_ours(fixture->job, other));
    g_assert_cmpint(unlink(other), ==, 0);
    g_assert_false(job_file_is_ours(fixture->job, other));
    g_assert_cmpint(link(fixture->path, other), ==, 0);
    g_assert_false(job_file_is_ours(fixture->job, fixture->path));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test)                                                      \
    g_test_add("/model/job_files/" #test, Fixture, NULL, set_up, test, \
               tear_down)
    ADD(a_private_file_that_is_younger_is_ours);
    ADD(an_older_file_is_not);
    ADD(what_others_may_read_is_not);
    ADD(a_link_or_a_second_name_is_not);
#undef ADD
    return g_test_run();
}
