/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel tells of a root, with this test in the writers' and QEMU's
 * place. */
#include "qemu/events/root_watch.h"

#include "qemu/events/journal.h"
#include "qemu/root.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

typedef struct {
    TempFolder *folder;
    char *path;
    QemuRoot *writer;
    QemuRoot *reader;
    RootWatch *watch;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    fixture->folder = temp_folder_new();
    fixture->path = temp_folder_file(fixture->folder, "root");
    fixture->writer = qemu_root_open(fixture->path, 0, NULL);
    fixture->reader = qemu_root_open(fixture->path, 0, NULL);
    g_assert_nonnull(fixture->writer);
    g_assert_nonnull(fixture->reader);
    fixture->watch = root_watch_new(fixture->path);
    g_assert_nonnull(fixture->watch);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    root_watch_free(fixture->watch);
    qemu_root_free(fixture->writer);
    qemu_root_free(fixture->reader);
    g_free(fixture->path);
    temp_folder_free(fixture->folder);
}

static bool
is_readable(const RootWatch *watch)
{
    struct pollfd place = {.fd = root_watch_fd(watch), .events = POLLIN};

    return poll(&place, 1, 0) == 1;
}

static void
a_writer_is_noticed_when_it_has_gone(Fixture *fixture, gconstpointer unused)
{
    bool has_changed = false;

    (void)unused;
    g_assert_true(qemu_root_lock(fixture->writer, &has_changed, NULL));
    g_assert_true(qemu_root_touch(fixture->writer, NULL));
    g_assert_false(is_readable(fixture->watch));
    qemu_root_unlock(fixture->writer);
    g_assert_true(is_readable(fixture->watch));
    g_assert_true(qemu_root_try_lock(fixture->reader, 0, &has_changed));
    g_assert_true(has_changed);
    qemu_root_unlock(fixture->reader);
    g_assert_true(root_watch_take(fixture->watch));
    g_assert_false(root_watch_take(fixture->watch));
    g_assert_false(is_readable(fixture->watch));
}

/* A look that was noticed would call for the next look, by turns for ever. */
static void
who_only_looks_is_not_noticed(Fixture *fixture, gconstpointer unused)
{
    bool has_changed = false;

    (void)unused;
    for (int i = 0; i < 3; i++) {
        g_assert_true(qemu_root_lock(fixture->reader, &has_changed, NULL));
        qemu_root_unlock(fixture->reader);
        g_assert_true(qemu_root_lock(fixture->writer, &has_changed, NULL));
        qemu_root_unlock(fixture->writer);
    }
    g_assert_false(is_readable(fixture->watch));
}

static void
what_qemu_writes_and_its_end_are_noticed(Fixture *fixture, gconstpointer unused)
{
    int folder = open(fixture->path, O_RDONLY | O_DIRECTORY);
    int output = -1;

    (void)unused;
    g_assert_false(root_watch_follow(fixture->watch, folder));
    g_assert_true(journal_make(folder, NULL));
    output = openat(folder, "events.out", O_WRONLY);
    g_assert_true(root_watch_follow(fixture->watch, folder));
    g_assert_true(root_watch_follow(fixture->watch, folder));
    g_assert_false(is_readable(fixture->watch));
    g_assert_cmpint(write(output, "{}\n", 3), ==, 3);
    g_assert_true(root_watch_take(fixture->watch));
    /* As the kernel does for a QEMU that is killed. */
    close(output);
    g_assert_true(root_watch_take(fixture->watch));
    /* Those who read it are not. */
    g_assert_cmpint(journal_end(folder), ==, 3);
    g_assert_false(journal_has_end(folder));
    g_assert_false(is_readable(fixture->watch));
    g_assert_cmpint(unlinkat(folder, "events.in", 0), ==, 0);
    g_assert_cmpint(unlinkat(folder, "events.out", 0), ==, 0);
    close(folder);
}

/* The kernel's number of them is limited, and a program may have used up its
 * descriptors. */
static void
where_the_kernel_has_none_there_is_none(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *absent = g_build_filename(fixture->path, "not", NULL);

    (void)unused;
    g_assert_null(root_watch_new(absent));
}

static void
add(const char *name, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *path = g_strconcat("/qemu/events/root_watch/", name, NULL);

    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("a_writer_is_noticed_when_it_has_gone",
        a_writer_is_noticed_when_it_has_gone);
    add("who_only_looks_is_not_noticed", who_only_looks_is_not_noticed);
    add("what_qemu_writes_and_its_end_are_noticed",
        what_qemu_writes_and_its_end_are_noticed);
    add("where_the_kernel_has_none_there_is_none",
        where_the_kernel_has_none_there_is_none);
    return g_test_run();
}
