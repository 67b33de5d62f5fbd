/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When machines are started with the host: once after each boot.  Which ones,
 * and what becomes of them: tests/interop/machines-start-with-the-host.sh. */
#include "daemon/host/autostart.h"
#include "temp_folder.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* Whether it would start machines now; there are none, and no driver. */
static bool
is_due(TempFolder *folder)
{
    g_autofree char *sockets = temp_folder_file(folder, "run");
    g_autofree char *root = temp_folder_file(folder, "root");
    const SessionHost host = {.state_root = root};
    g_autoptr(Autostart) autostart = NULL;

    g_assert_cmpint(g_mkdir_with_parents(sockets, 0700), ==, 0);
    autostart = autostart_begin(&host, sockets);
    return autostart != NULL;
}

static void
machines_are_started_once_after_each_boot(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *mark = temp_folder_file(folder, "run/autostarted");
    g_autofree char *text = NULL;
    g_autofree char *longer = NULL;

    g_assert_true(is_due(folder));
    g_assert_false(is_due(folder));
    g_assert_true(g_file_get_contents(mark, &text, NULL, NULL));
    longer = g_strconcat(text, "0", NULL);
    g_assert_true(g_file_set_contents(mark, longer, -1, NULL));
    g_assert_true(is_due(folder));
    g_assert_false(is_due(folder));
    g_assert_true(g_file_set_contents(mark, "", -1, NULL));
    g_assert_true(is_due(folder));
}

static void
without_a_mark_nothing_is_started(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *mark = temp_folder_file(folder, "run/autostarted");

    g_assert_cmpint(g_mkdir_with_parents(mark, 0700), ==, 0);
    g_assert_false(is_due(folder));
}

/* Where the mark is a link, somebody wants a file written that is not ours. */
static void
a_link_is_no_mark(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *sockets = temp_folder_file(folder, "run");
    g_autofree char *mark = temp_folder_file(folder, "run/autostarted");
    g_autofree char *file = temp_folder_file(folder, "file");
    g_autofree char *text = NULL;

    g_assert_cmpint(g_mkdir_with_parents(sockets, 0700), ==, 0);
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    g_assert_cmpint(symlink(file, mark), ==, 0);
    g_assert_false(is_due(folder));
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    /* That there is no driver, and no mark, is warned of. */
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
#define TEST(name) g_test_add_func("/daemon/autostart/" #name, name)
    TEST(machines_are_started_once_after_each_boot);
    TEST(without_a_mark_nothing_is_started);
    TEST(a_link_is_no_mark);
    return g_test_run();
}
