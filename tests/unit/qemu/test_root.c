/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns, generations and ids; what folders are refused is in
 * tests/integration/test_root_folder.c. */
#include "qemu/root.h"

#include "base/error.h"
#include "base/spawn.h"
#include "model/domain.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char uuid[DOMAIN_UUID_SIZE] = {1, 2, 3};

typedef struct {
    char *folder;
    char *path;
    QemuRoot *one; /* two users of one folder */
    QemuRoot *other;
} Pair;

static Pair *
pair_new(void)
{
    Pair *pair = g_new0(Pair, 1);

    pair->folder = g_dir_make_tmp("strandline-root-XXXXXX", NULL);
    g_assert_nonnull(pair->folder);
    pair->path = g_build_filename(pair->folder, "state", "root", NULL);
    pair->one = qemu_root_open(pair->path, 0, NULL);
    pair->other = qemu_root_open(pair->path, 0, NULL);
    g_assert_nonnull(pair->one);
    g_assert_nonnull(pair->other);
    return pair;
}

static void
pair_free(Pair *pair)
{
    const char *argv[] = {"rm", "-rf", "--", pair->folder, NULL};

    qemu_root_free(pair->one);
    qemu_root_free(pair->other);
    g_free(spawn_tool(argv, 1024, 10000, NULL));
    g_free(pair->folder);
    g_free(pair->path);
    g_free(pair);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

static void
a_new_root_is_ours_alone(void)
{
    g_autoptr(Pair) pair = pair_new();
    struct stat status;

    g_assert_cmpint(stat(pair->path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, 0700);
    g_assert_cmpstr(qemu_root_path(pair->one), ==, pair->path);
}

static void
one_works_while_the_other_waits(void)
{
    g_autoptr(Pair) pair = pair_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *pid = g_strdup_printf("process %d ", (int)getpid());
    bool is_changed = false;

    g_assert_true(qemu_root_lock(pair->one, &is_changed, NULL));
    g_assert_false(qemu_root_try_lock(pair->other, 0, &is_changed));
    g_assert_false(qemu_root_try_lock(pair->other, 1000, &is_changed));
    g_assert_false(qemu_root_lock(pair->other, &is_changed, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    g_assert_nonnull(strstr(error->message, pid));
    qemu_root_unlock(pair->one);
    g_assert_true(qemu_root_try_lock(pair->other, 0, &is_changed));
    qemu_root_unlock(pair->other);
}

static bool
has_changed(QemuRoot *root)
{
    bool is_changed = false;

    g_assert_true(qemu_root_lock(root, &is_changed, NULL));
    qemu_root_unlock(root);
    return is_changed;
}

/* Only what others wrote makes a cache old. */
static void
the_generation_tells_what_others_wrote(void)
{
    g_autoptr(Pair) pair = pair_new();
    bool is_changed = false;

    g_assert_true(has_changed(pair->one)); /* nothing was read yet */
    g_assert_false(has_changed(pair->one));
    g_assert_true(has_changed(pair->other));
    g_assert_true(qemu_root_lock(pair->one, &is_changed, NULL));
    g_assert_true(qemu_root_touch(pair->one, NULL));
    qemu_root_unlock(pair->one);
    g_assert_false(has_changed(pair->one));
    g_assert_true(has_changed(pair->other));
    g_assert_false(has_changed(pair->other));
}

static void
an_id_is_given_out_once(void)
{
    g_autoptr(Pair) pair = pair_new();
    g_autofree char *file = g_build_filename(pair->path, "next-id", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(qemu_root_next_id(pair->one, NULL), ==, 1);
    g_assert_cmpint(qemu_root_next_id(pair->other, NULL), ==, 2);
    g_assert_cmpint(qemu_root_next_id(pair->one, NULL), ==, 3);
    g_assert_true(g_file_set_contents(file, "soon\n", -1, NULL));
    g_assert_cmpint(qemu_root_next_id(pair->one, &error), ==, -1);
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
}

/* A process that was stopped while it opened the root. */
static void
opening_waits_no_longer_than_asked(void)
{
    g_autoptr(Pair) pair = pair_new();
    g_autoptr(QemuRoot) late = NULL;
    g_autoptr(GError) error = NULL;
    int folder = open(pair->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    g_assert_cmpint(flock(folder, LOCK_EX), ==, 0);
    late = qemu_root_open(pair->path, 20, &error);
    g_assert_null(late);
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    close(folder);
    late = qemu_root_open(pair->path, 20, NULL);
    g_assert_nonnull(late);
}

/* What another domain has used up does not lower it. */
static void
the_first_job_id_only_rises(void)
{
    g_autoptr(Pair) pair = pair_new();
    g_autofree char *file = g_build_filename(pair->path, "next-job", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(qemu_root_first_job(pair->one, NULL), ==, 1);
    g_assert_true(qemu_root_raise_first_job(pair->one, 0, NULL));
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    g_assert_true(qemu_root_raise_first_job(pair->one, 7, NULL));
    g_assert_true(qemu_root_raise_first_job(pair->other, 3, NULL));
    g_assert_cmpint(qemu_root_first_job(pair->other, NULL), ==, 8);
    g_assert_true(g_file_set_contents(file, "soon\n", -1, NULL));
    g_assert_false(qemu_root_raise_first_job(pair->one, 9, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
}

static void
a_folder_goes_with_everything_in_it(void)
{
    static const char *const keep[] = {"nvram", "empty", NULL};
    g_autoptr(Pair) pair = pair_new();
    g_autofree char *path = qemu_root_folder_path(pair->one, uuid);
    g_autofree char *empty = g_build_filename(path, "empty", NULL);
    g_autofree char *kept = g_build_filename(path, "nvram", NULL);
    g_autofree char *file = g_build_filename(path, "sub", "file", NULL);
    g_autofree char *link = g_build_filename(path, "link", NULL);
    g_autofree char *beside = g_build_filename(pair->folder, "beside", NULL);
    g_autoptr(GPtrArray) uuids = NULL;
    g_autoptr(GError) error = NULL;

    close(qemu_root_open_folder(pair->one, uuid, NULL, true, NULL));
    close(qemu_root_open_folder(pair->one, uuid, "sub", true, NULL));
    close(qemu_root_open_folder(pair->one, uuid, "empty", true, NULL));
    g_assert_true(g_file_set_contents(kept, "x", -1, NULL));
    g_assert_true(g_file_set_contents(file, "x", -1, NULL));
    g_assert_true(g_file_set_contents(beside, "x", -1, NULL));
    g_assert_cmpint(symlink(beside, link), ==, 0);
    uuids = qemu_root_list(pair->one, NULL);
    g_assert_cmpuint(uuids->len, ==, 1);
    g_assert_true(qemu_root_remove_folder(pair->one, uuid, keep, &error));
    g_assert_no_error(error);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(kept, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(empty, G_FILE_TEST_EXISTS));
    g_assert_true(qemu_root_remove_folder(pair->one, uuid, NULL, &error));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(beside, G_FILE_TEST_EXISTS));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/root/a_new_root_is_ours_alone",
                    a_new_root_is_ours_alone);
    g_test_add_func("/qemu/root/one_works_while_the_other_waits",
                    one_works_while_the_other_waits);
    g_test_add_func("/qemu/root/the_generation_tells_what_others_wrote",
                    the_generation_tells_what_others_wrote);
    g_test_add_func("/qemu/root/an_id_is_given_out_once",
                    an_id_is_given_out_once);
    g_test_add_func("/qemu/root/opening_waits_no_longer_than_asked",
                    opening_waits_no_longer_than_asked);
    g_test_add_func("/qemu/root/the_first_job_id_only_rises",
                    the_first_job_id_only_rises);
    g_test_add_func("/qemu/root/a_folder_goes_with_everything_in_it",
                    a_folder_goes_with_everything_in_it);
    return g_test_run();
}
