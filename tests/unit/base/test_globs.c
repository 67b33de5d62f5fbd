/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No list is everybody, an empty one nobody. */
#include "base/globs.h"

static void
a_name_has_to_fit_one_of_them(void)
{
    const char *const names[] = {"alice@*", "b?b", NULL};
    g_autoptr(Globs) globs = globs_new(names);

    g_assert_true(globs_match(globs, "alice@example"));
    g_assert_true(globs_match(globs, "bob"));
    g_assert_false(globs_match(globs, "alice"));
    g_assert_false(globs_match(globs, "bb"));
    g_assert_false(globs_match(globs, ""));
}

static void
no_list_is_everybody_and_an_empty_one_nobody(void)
{
    const char *const none[] = {NULL};
    g_autoptr(Globs) globs = globs_new(none);

    g_assert_null(globs_new(NULL));
    g_assert_true(globs_match(NULL, "alice"));
    g_assert_false(globs_match(globs, "alice"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/globs/a_name_has_to_fit_one_of_them",
                    a_name_has_to_fit_one_of_them);
    g_test_add_func("/globs/no_list_is_everybody_and_an_empty_one_nobody",
                    no_list_is_everybody_and_an_empty_one_nobody);
    return g_test_run();
}
