/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/caller.h"

#include "base/error.h"
#include "temp_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A folder of the settings and one beside it; freed at the end. */
typedef struct {
    TempFolder *temp;
    char *inside;
    char *list[2];
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *outside = NULL;

    (void)unused;
    fixture->temp = temp_folder_new();
    fixture->inside = temp_folder_file(fixture->temp, "in");
    outside = temp_folder_file(fixture->temp, "out");
    g_assert_cmpint(mkdir(fixture->inside, 0700), ==, 0);
    g_assert_cmpint(mkdir(outside, 0700), ==, 0);
    temp_folder_write(fixture->temp, "out/file", "x");
    fixture->list[0] = fixture->inside;
    caller_set_folders(CALLER_IMAGES, (const char *const *)fixture->list);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    caller_set_folders(CALLER_IMAGES, NULL);
    g_free(fixture->inside);
    temp_folder_free(fixture->temp);
}

static bool
has_devices(gconstpointer data, CallerRight right)
{
    (void)data;
    return right == CALLER_DEVICES;
}

static void
a_bound_caller_names_what_is_below(Fixture *fixture, gconstpointer unused)
{
    const Caller caller = {4711, has_devices, NULL};
    static const struct {
        const char *rest;
        bool is_allowed;
    } cases[] = {
        {"/a", true},       {"/a/b.c/..d", true}, {"//a", true},
        {"", false},        {"/", false},         {"/../out/file", false},
        {"x/a", false},     {"/a/..", false},     {"/./a", false},
        {"/a/../b", false},
    };

    (void)unused;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strconcat(fixture->inside, cases[i].rest, NULL);
        g_autoptr(GError) error = NULL;

        caller_enter(&caller);
        g_assert_true(caller_may_name(CALLER_IMAGES, path, &error) ==
                      cases[i].is_allowed);
        g_assert_true(cases[i].is_allowed ||
                      error_is(error, VIR_ERR_ACCESS_DENIED));
        g_assert_false(caller_may_name(CALLER_BACKUPS, path, NULL));
        caller_enter(NULL);
        g_assert_true(caller_may_name(CALLER_BACKUPS, path, NULL));
    }
    caller_enter(&caller);
    g_assert_true(caller_is_bound());
    g_assert_cmpuint(caller_uid(), ==, 4711);
    g_assert_true(caller_may_name(CALLER_IMAGES, NULL, NULL));
    g_assert_true(caller_may(CALLER_DEVICES, "a disk", NULL));
    g_assert_false(caller_may(CALLER_EMULATOR, "an argument", NULL));
    caller_enter(NULL);
    g_assert_true(caller_may(CALLER_EMULATOR, "an argument", NULL));
}

/* Links of every kind on the way; and the same from outside, where they are the
 * system's affair. */
static void
below_no_link_is_followed(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *to_folder = g_build_filename(fixture->inside, "l", NULL);
    g_autofree char *to_file = g_build_filename(fixture->inside, "f", NULL);
    g_autofree char *through = g_build_filename(to_folder, "file", NULL);
    g_autofree char *beside = temp_folder_file(fixture->temp, "link");
    g_auto(CallerPath) path = {-1, NULL};
    struct stat status;
    int fd = -1;

    (void)unused;
    g_assert_cmpint(symlink("../out", to_folder), ==, 0);
    g_assert_cmpint(symlink("../out/file", to_file), ==, 0);
    g_assert_cmpint(symlink("out/file", beside), ==, 0);
    g_assert_cmpint(caller_open(through, O_RDONLY, 0), ==, -1);
    g_assert_cmpint(errno, ==, ELOOP);
    g_assert_cmpint(caller_open(to_file, O_RDONLY, 0), ==, -1);
    g_assert_cmpint(caller_open(to_file, O_RDWR | O_CREAT, 0600), ==, -1);
    g_assert_false(caller_path_open(to_file, &path));
    g_assert_cmpint(errno, ==, ELOOP);
    g_assert_false(caller_look(through, &status));
    g_assert_false(caller_unlink(through));
    g_assert_true(caller_look(to_file, &status));
    g_assert_true(S_ISLNK(status.st_mode));
    fd = caller_open(beside, O_RDONLY, 0);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
}

static void
a_file_is_reached_by_its_descriptor(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *file = g_build_filename(fixture->inside, "a", NULL);
    g_autofree char *moved = g_build_filename(fixture->inside, "b", NULL);
    g_autofree char *text = NULL;
    g_auto(CallerPath) path = {-1, NULL};
    int fd = caller_open(file, O_RDWR | O_CREAT | O_EXCL, 0600);

    (void)unused;
    g_assert_cmpint(write(fd, "mine", 4), ==, 4);
    close(fd);
    g_assert_true(caller_path_open(file, &path));
    /* Whatever takes its name meanwhile. */
    g_assert_cmpint(rename(file, moved), ==, 0);
    g_assert_cmpint(symlink("../out/file", file), ==, 0);
    g_assert_true(g_file_get_contents(path.text, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    g_assert_true(caller_unlink(moved));
    g_assert_cmpint(access(moved, F_OK), ==, -1);
}

static void
in_the_clear_this_host_alone_is_served(void)
{
    static const struct {
        const char *host;
        bool is_own;
    } hosts[] = {
        {NULL, true},         {"localhost", true},
        {"127.0.0.1", true},  {"127.1.2.3", true},
        {"::1", true},        {"0.0.0.0", false},
        {"192.0.2.1", false}, {"example", false},
        {"::", false},        {"localhost.example", false},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(caller_may_serve(hosts[i].host, NULL));
        caller_set_loopback_only(true);
        g_assert_true(caller_may_serve(hosts[i].host, &error) ==
                      hosts[i].is_own);
        g_assert_true(hosts[i].is_own ||
                      error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
        caller_set_loopback_only(false);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/base/caller/a_bound_caller_names_what_is_below", Fixture, NULL,
               set_up, a_bound_caller_names_what_is_below, tear_down);
    g_test_add("/base/caller/below_no_link_is_followed", Fixture, NULL, set_up,
               below_no_link_is_followed, tear_down);
    g_test_add("/base/caller/a_file_is_reached_by_its_descriptor", Fixture,
               NULL, set_up, a_file_is_reached_by_its_descriptor, tear_down);
    g_test_add_func("/base/caller/in_the_clear_this_host_alone_is_served",
                    in_the_clear_this_host_alone_is_served);
    return g_test_run();
}
