/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal as its readers see it, with this test in QEMU's place. */
#include "qemu/events/journal.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *path;
    int folder;
    int fd; /* of the output, as QEMU has it */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;

    (void)unused;
    fixture->path = g_dir_make_tmp("journal-XXXXXX", &error);
    g_assert_no_error(error);
    fixture->folder = open(fixture->path, O_RDONLY | O_DIRECTORY);
    g_assert_true(journal_make(fixture->folder, &error));
    fixture->fd = openat(fixture->folder, "events.out", O_RDWR);
    g_assert_cmpint(fixture->fd, >=, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    (void)unused;
    (void)unlinkat(fixture->folder, "events.in", 0);
    (void)unlinkat(fixture->folder, "events.out", 0);
    close(fixture->fd);
    close(fixture->folder);
    g_assert_cmpint(g_rmdir(fixture->path), ==, 0);
    g_free(fixture->path);
}

static void
put(Fixture *fixture, const char *text)
{
    size_t length = strlen(text);

    g_assert_cmpint(write(fixture->fd, text, length), ==, (ssize_t)length);
}

/* The names of the events from @offset on, with a blank after each. */
static char *
names(Fixture *fixture, gint64 *offset, bool *ret_more)
{
    g_autoptr(GPtrArray) events =
        journal_read(fixture->folder, offset, ret_more);
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < events->len; i++) {
        g_string_append_printf(list, "%s ",
                               json_string_value(json_object_get(
                                   g_ptr_array_index(events, i), "event")));
    }
    return g_string_free(list, FALSE);
}

static void
expect(Fixture *fixture, gint64 *offset, const char *expected)
{
    bool is_more = true;
    g_autofree char *found = names(fixture, offset, &is_more);

    g_assert_cmpstr(found, ==, expected);
    g_assert_false(is_more);
}

static void
only_events_are_told_and_each_once(Fixture *fixture, gconstpointer unused)
{
    gint64 offset = 0;

    (void)unused;
    put(fixture, "{\"QMP\": {}}\r\n{\"return\": {}}\r\n");
    put(fixture, "{\"event\": \"A\"}\r\n{\"event\": 7}\n[]\nnonsense\n");
    put(fixture, "{\"event\": \"B\"}\r\n");
    expect(fixture, &offset, "A B ");
    expect(fixture, &offset, "");
    g_assert_cmpint(offset, ==, journal_end(fixture->folder));
}

static void
half_a_line_waits_for_its_other_half(Fixture *fixture, gconstpointer unused)
{
    gint64 offset = 0;

    (void)unused;
    put(fixture, "{\"event\": \"A\"}\n{\"eve");
    expect(fixture, &offset, "A ");
    expect(fixture, &offset, "");
    put(fixture, "nt\": \"B\"}\n");
    expect(fixture, &offset, "B ");
}

static void
a_shorter_file_is_another_run(Fixture *fixture, gconstpointer unused)
{
    gint64 offset = 0;

    (void)unused;
    put(fixture, "{\"event\": \"A\"}\n{\"event\": \"A\"}\n");
    expect(fixture, &offset, "A A ");
    g_assert_true(journal_make(fixture->folder, NULL));
    close(fixture->fd);
    fixture->fd = openat(fixture->folder, "events.out", O_RDWR);
    put(fixture, "{\"event\": \"B\"}\n");
    expect(fixture, &offset, "B ");
}

/* A guest that resets itself for ever fills no disk, and whoever read along
 * misses nothing. */
static void
what_is_long_past_takes_no_space(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *filler = g_strnfill(1000, 'x');
    g_autofree char *line =
        g_strdup_printf("{\"event\": \"A\", \"data\": \"%s\"}\n", filler);
    gint64 late = 0;
    gint64 prompt = 0;
    guint n_late = 0;
    bool is_more = true;
    struct stat status;

    (void)unused;
    for (guint i = 0; i < 4000; i++)
        put(fixture, line);
    prompt = journal_end(fixture->folder);
    g_assert_cmpint(fsync(fixture->fd), ==, 0);
    journal_trim(fixture->folder);
    put(fixture, "{\"event\": \"B\"}\n");
    g_assert_cmpint(fsync(fixture->fd), ==, 0);
    g_assert_cmpint(fstat(fixture->fd, &status), ==, 0);
    g_assert_cmpint(status.st_blocks * 512, <, 2 * 1024 * 1024);
    expect(fixture, &prompt, "B ");
    while (is_more) {
        g_autofree char *found = names(fixture, &late, &is_more);

        n_late += (guint)strlen(found) / 2;
    }
    g_assert_cmpuint(n_late, >, 900);
    g_assert_cmpuint(n_late, <, 2000);
    g_assert_cmpint(late, ==, prompt);
}

static void
no_journal_is_an_empty_one(Fixture *fixture, gconstpointer unused)
{
    gint64 offset = 5;

    (void)unused;
    g_assert_cmpint(unlinkat(fixture->folder, "events.out", 0), ==, 0);
    expect(fixture, &offset, "");
    g_assert_cmpint(journal_end(fixture->folder), ==, 0);
    journal_trim(fixture->folder);
}

static void
the_files_are_private(Fixture *fixture, gconstpointer unused)
{
    struct stat status;

    (void)unused;
    g_assert_cmpint(fstatat(fixture->folder, "events.in", &status, 0), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_cmpint(fstat(fixture->fd, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
}

#define ADD(test) \
    g_test_add("/qemu/journal/" #test, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(only_events_are_told_and_each_once);
    ADD(half_a_line_waits_for_its_other_half);
    ADD(a_shorter_file_is_another_run);
    ADD(what_is_long_past_takes_no_space);
    ADD(no_journal_is_an_empty_one);
    ADD(the_files_are_private);
    return g_test_run();
}
