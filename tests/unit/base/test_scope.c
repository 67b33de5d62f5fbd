/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is told of a process that is to outlive the service. */
#include "base/scope.h"

#include <glib.h>

static pid_t told;

static void
hear(const char *machine, pid_t pid)
{
    g_assert_cmpstr(machine, ==, "web");
    told = pid;
}

static void
only_who_asked_is_told(void)
{
    scope_make("web", 1);
    scope_set_maker(hear);
    scope_make("web", 2);
    g_assert_cmpint(told, ==, 2);
    scope_set_maker(NULL);
    scope_make("web", 3);
    g_assert_cmpint(told, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scope/only_who_asked_is_told", only_who_asked_is_told);
    return g_test_run();
}
