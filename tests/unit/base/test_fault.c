/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plans of STRANDLINE_FAULT, each read by a child process. */
#include "base/error.h"
#include "base/fault.h"
#include "temp_folder.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child: three points; its exit status is the number of the one that
 * failed, 0 when none did. */
static int
pass_three_points(void)
{
    static const char *const names[] = {"test:one", "test:two", "test:three"};

    for (int i = 0; i < (int)G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        if (fault_point(names[i], &error))
            continue;
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
        return i + 1;
    }
    return 0;
}

static int
child_exit(const char *fault)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    int status = run_again(folder, "points", fault);

    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
without_a_plan_every_point_passes(void)
{
    g_assert_cmpint(child_exit(NULL), ==, 0);
}

static void
a_plan_not_understood_is_no_plan(void)
{
    g_assert_cmpint(child_exit("fail:0"), ==, 0);
    g_assert_cmpint(child_exit("fail:two"), ==, 0);
    g_assert_cmpint(child_exit("explode:1"), ==, 0);
}

static void
fail_hits_the_nth_point_alone(void)
{
    g_assert_cmpint(child_exit("fail:1"), ==, 1);
    g_assert_cmpint(child_exit("fail:3"), ==, 3);
    g_assert_cmpint(child_exit("fail:4"), ==, 0);
}

static void
kill_ends_the_process_before_the_nth_point(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    int status = run_again(folder, "points", "kill:2");

    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
}

/* A fork, since who waits for a child of run_again() waits for its end. */
static void
stop_halts_the_process_before_the_nth_point(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        (void)g_setenv("STRANDLINE_FAULT", "stop:2", TRUE);
        _exit(pass_three_points());
    }
    g_assert_cmpint(child, >, 0);
    g_assert_cmpint(waitpid(child, &status, WUNTRACED), ==, child);
    g_assert_true(WIFSTOPPED(status));
    g_assert_cmpint(kill(child, SIGCONT), ==, 0);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void
count_lists_the_points_in_order(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *list = NULL;

    g_assert_cmpint(run_again(folder, "points", "count:list"), ==, 0);
    list = temp_folder_read(folder, "list");
    g_assert_cmpstr(list, ==, "test:one\ntest:two\ntest:three\n");
}

int
main(int argc, char *argv[])
{
    if (child_of(argc, argv))
        return pass_three_points();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/fault/without_a_plan_every_point_passes",
                    without_a_plan_every_point_passes);
    g_test_add_func("/base/fault/a_plan_not_understood_is_no_plan",
                    a_plan_not_understood_is_no_plan);
    g_test_add_func("/base/fault/fail_hits_the_nth_point_alone",
                    fail_hits_the_nth_point_alone);
    g_test_add_func("/base/fault/kill_ends_the_process_before_the_nth_point",
                    kill_ends_the_process_before_the_nth_point);
    g_test_add_func("/base/fault/stop_halts_the_process_before_the_nth_point",
                    stop_halts_the_process_before_the_nth_point);
    g_test_add_func("/base/fault/count_lists_the_points_in_order",
                    count_lists_the_points_in_order);
    return g_test_run();
}
