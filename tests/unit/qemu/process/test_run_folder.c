/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/run_folder.h"

#include "qemu/events/journal.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const QemuUser nobody = {
    .name = (char *)"nobody", .uid = 65534, .gid = 65534, .kvm = 65534};
static const QemuUser self = {0};

/* As a start makes it, with a journal. */
static void
begin(const TempFolder *folder, const QemuUser *user)
{
    g_autoptr(GError) error = NULL;
    int run = -1;

    g_assert_true(run_folder_make(folder->fd, user, &run, &error));
    g_assert_no_error(error);
    g_assert_true((run >= 0) == qemu_user_is_set(user));
    g_assert_true(journal_make(run >= 0 ? run : folder->fd, NULL));
    if (run >= 0)
        close(run);
}

static void
each_run_has_its_journal_where_its_user_can_go(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    const QemuUser *users[] = {&self, &nobody, &self, &nobody};
    static const char *const places[] = {"events.out", "run/events.out",
                                         "events.out", "run/events.out"};

    for (gsize i = 0; i < G_N_ELEMENTS(users); i++) {
        g_autofree char *name = NULL;

        begin(folder, users[i]);
        name = run_folder_name(folder->fd, "events.out");
        g_assert_cmpstr(name, ==, places[i]);
        /* Of the run before nothing is left to be taken for this one's. */
        g_assert_true(faccessat(folder->fd, places[(i + 1) % 2], F_OK, 0) < 0);
    }
}

/* In place, as a shell's ">" does. */
static void
write_pid(const TempFolder *folder, const char *text)
{
    int fd = openat(folder->fd, RUN_PID_FILE, O_WRONLY | O_TRUNC);

    g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
    close(fd);
}

static void
the_pid_holds_as_long_as_somebody_has_the_descriptor(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    int fd = -1;
    int copy = -1;

    begin(folder, &nobody);
    g_assert_cmpint(run_folder_pid(folder->fd), ==, 0);
    fd = run_folder_make_pid_file(folder->fd, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(run_folder_pid(folder->fd), ==, 0);
    write_pid(folder, "4711\n");
    g_assert_cmpint(run_folder_pid(folder->fd), ==, 4711);
    /* Who has it cannot say otherwise. */
    g_assert_cmpint(write(fd, "1", 1), <, 0);
    copy = dup(fd);
    close(fd);
    g_assert_cmpint(run_folder_pid(folder->fd), ==, 4711);
    close(copy);
    g_assert_cmpint(run_folder_pid(folder->fd), ==, 0);
}

/* What the journal says at the end of a run, and whether that is a crash. */
static void
an_end_that_was_told_is_no_crash(void)
{
    static const struct {
        const char *told;
        bool is_crash;
    } cases[] = {
        {"", true},
        {"{\"event\": \"RESUME\"}\n", true},
        {"{\"event\": \"SHUTDOWN\"}\n", false},
        {"{\"event\": \"SHUTDOWN\"}\n{\"event\": \"STOP\"}\n", false},
        {"{\"event\": \"SHUTDOWN\"}\n{\"event\": \"RESET\"}\n", true},
        {"{\"event\": \"SHUTDOWN\"}\n{\"event\": \"RESUME\"}\nx\n", true},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(TempFolder) folder = temp_folder_new();
        g_autofree char *name = NULL;

        begin(folder, &nobody);
        g_assert_false(run_folder_has_crashed(folder->fd));
        close(run_folder_make_pid_file(folder->fd, NULL));
        name = run_folder_name(folder->fd, "events.out");
        temp_folder_write(folder, name, cases[i].told);
        g_assert_true(run_folder_has_crashed(folder->fd) == cases[i].is_crash);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/run/each_run_has_its_journal_where_its_user_can_go",
                    each_run_has_its_journal_where_its_user_can_go);
    g_test_add_func(
        "/qemu/run/the_pid_holds_as_long_as_somebody_has_the_descriptor",
        the_pid_holds_as_long_as_somebody_has_the_descriptor);
    g_test_add_func("/qemu/run/an_end_that_was_told_is_no_crash",
                    an_end_that_was_told_is_no_crash);
    return g_test_run();
}
