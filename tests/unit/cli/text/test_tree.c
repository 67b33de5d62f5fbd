/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree is drawn as virsh draws it. */
#include "cli/text/tree.h"

#include "capture.h"

static void
assert_drawn(const TreeNode *nodes, unsigned count, const char *expected)
{
    g_autoptr(Capture) capture = capture_new();

    tree_print(nodes, count, &capture->output);
    g_assert_cmpstr(capture_out(capture), ==, expected);
}

static void
branches_have_bars_while_siblings_follow(void)
{
    static const TreeNode nodes[] = {
        {"a", NULL}, {"b", "a"}, {"c", "a"},  {"d", "b"},
        {"e", "b"},  {"f", "c"}, {"g", NULL}, {"h", "g"},
    };

    assert_drawn(nodes, G_N_ELEMENTS(nodes),
                 "a\n"
                 "  |\n"
                 "  +- b\n"
                 "  |   |\n"
                 "  |   +- d\n"
                 "  |   +- e\n"
                 "  |     \n"
                 "  +- c\n"
                 "      |\n"
                 "      +- f\n"
                 "        \n"
                 "g\n"
                 "  |\n"
                 "  +- h\n"
                 "    \n");
}

static void
a_root_alone_has_an_empty_line_after_it(void)
{
    static const TreeNode nodes[] = {{"a", NULL}, {"b", NULL}};

    assert_drawn(nodes, 2, "a\n\nb\n\n");
}

static void
a_parent_that_is_not_listed_counts_as_none(void)
{
    static const TreeNode nodes[] = {{"b", "gone"}, {"c", "b"}};

    assert_drawn(nodes, 2, "b\n  |\n  +- c\n    \n");
}

static void
a_circle_ends(void)
{
    static const TreeNode nodes[] = {{"a", "b"}, {"b", "a"}, {"c", NULL}};

    assert_drawn(nodes, 3, "c\n\n");
}

static void
nothing_draws_nothing(void)
{
    assert_drawn(NULL, 0, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/tree/branches_have_bars_while_siblings_follow",
                    branches_have_bars_while_siblings_follow);
    g_test_add_func("/cli/tree/a_root_alone_has_an_empty_line_after_it",
                    a_root_alone_has_an_empty_line_after_it);
    g_test_add_func("/cli/tree/a_parent_that_is_not_listed_counts_as_none",
                    a_parent_that_is_not_listed_counts_as_none);
    g_test_add_func("/cli/tree/a_circle_ends", a_circle_ends);
    g_test_add_func("/cli/tree/nothing_draws_nothing", nothing_draws_nothing);
    return g_test_run();
}
