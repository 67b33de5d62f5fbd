/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/spawn.h"

#include "base/error.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT = 1024, LONG_MS = 60 * 1000 };

static void
a_tool_gives_its_output(void)
{
    const char *argv[] = {"printf", "%s|", "two words", "a,b", NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *text = spawn_tool(argv, LIMIT, LONG_MS, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, "two words|a,b|");
}

static void
a_failure_has_the_tools_words(void)
{
    const char *argv[] = {"sh", "-c", "echo no luck >&2; exit 3", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(spawn_tool(argv, LIMIT, LONG_MS, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_cmpstr(error->message, ==, "no luck");
}

static void
a_tool_that_a_signal_ends_has_failed(void)
{
    const char *argv[] = {"sh", "-c", "echo half; kill -9 $$", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(spawn_tool(argv, LIMIT, LONG_MS, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_nonnull(strstr(error->message, "137"));
}

static void
a_missing_program_is_named(void)
{
    const char *argv[] = {"/nowhere/tool", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(spawn_tool(argv, LIMIT, LONG_MS, &error));
    g_assert_true(error_is(error, VIR_ERR_SYSTEM_ERROR));
    g_assert_nonnull(strstr(error->message, "/nowhere/tool"));
}

static void
output_past_the_limit_is_dropped(void)
{
    const char *argv[] = {"sh", "-c", "yes | head -c 1000000", NULL};
    g_autofree char *text = spawn_tool(argv, LIMIT, LONG_MS, NULL);

    g_assert_nonnull(text);
    g_assert_cmpuint(strlen(text), ==, LIMIT);
}

static void
a_tool_that_hangs_is_killed(void)
{
    const char *argv[] = {"sh", "-c", "exec sleep 1000", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(spawn_tool(argv, LIMIT, 100, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
}

/* Descriptors of ours that are not close-on-exec must not leak into a QEMU. */
static void
a_child_has_the_listed_descriptors_only(void)
{
    int leaky = dup(STDIN_FILENO);
    const char *argv[] = {"sh", "-c", "ls /proc/self/fd | wc -l", NULL};
    g_autofree char *text = spawn_tool(argv, LIMIT, LONG_MS, NULL);

    g_assert_cmpint(leaky, >, 2);
    /* 0, 1, 2 and the one that ls opens to look. */
    g_assert_cmpstr(g_strstrip(text), ==, "4");
    close(leaky);
}

/* The child's numbers are the places in the list, in any order of ours. */
static void
descriptors_get_the_numbers_of_their_places(void)
{
    const char *argv[] = {"sh", "-c", "echo three >&3; echo four >&4", NULL};
    int three[2];
    int four[2];
    int status = -1;
    char text[16] = "";
    pid_t pid = -1;

    g_assert_cmpint(pipe2(four, O_CLOEXEC), ==, 0);
    g_assert_cmpint(pipe2(three, O_CLOEXEC), ==, 0);
    {
        int fds[] = {-1, -1, -1, three[1], four[1]};
        SpawnRequest request = {
            .argv = argv, .fds = fds, .nfds = G_N_ELEMENTS(fds)};

        pid = spawn_process(&request, NULL);
    }
    g_assert_cmpint(pid, >, 0);
    g_assert_true(spawn_wait(pid, LONG_MS, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpint(read(three[0], text, sizeof(text)), ==, 6);
    g_assert_cmpstr(text, ==, "three\n");
    memset(text, 0, sizeof(text));
    g_assert_cmpint(read(four[0], text, sizeof(text)), ==, 5);
    g_assert_cmpstr(text, ==, "four\n");
    for (int i = 0; i < 2; i++) {
        close(three[i]);
        close(four[i]);
    }
}

static void
a_leader_is_out_of_reach_of_the_terminal(void)
{
    const char *argv[] = {"sh", "-c", "ps -o sid= -p $$ > /dev/null; exit 7",
                          NULL};
    int fds[] = {-1, -1, -1};
    SpawnRequest request = {
        .argv = argv, .fds = fds, .nfds = G_N_ELEMENTS(fds), .is_leader = true};
    pid_t pid = spawn_process(&request, NULL);
    int status = -1;

    g_assert_cmpint(pid, >, 0);
    g_assert_cmpint(getsid(pid), ==, pid);
    g_assert_true(spawn_wait(pid, LONG_MS, &status, NULL));
    g_assert_cmpint(status, ==, 7);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/spawn/a_tool_gives_its_output",
                    a_tool_gives_its_output);
    g_test_add_func("/base/spawn/a_failure_has_the_tools_words",
                    a_failure_has_the_tools_words);
    g_test_add_func("/base/spawn/a_tool_that_a_signal_ends_has_failed",
                    a_tool_that_a_signal_ends_has_failed);
    g_test_add_func("/base/spawn/a_missing_program_is_named",
                    a_missing_program_is_named);
    g_test_add_func("/base/spawn/output_past_the_limit_is_dropped",
                    output_past_the_limit_is_dropped);
    g_test_add_func("/base/spawn/a_tool_that_hangs_is_killed",
                    a_tool_that_hangs_is_killed);
    g_test_add_func("/base/spawn/a_child_has_the_listed_only",
                    a_child_has_the_listed_descriptors_only);
    g_test_add_func("/base/spawn/descriptors_get_their_numbers",
                    descriptors_get_the_numbers_of_their_places);
    g_test_add_func("/base/spawn/a_leader_is_out_of_reach",
                    a_leader_is_out_of_reach_of_the_terminal);
    return g_test_run();
}
