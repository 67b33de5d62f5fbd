/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The listings of checkpoints and snapshots; what their commands ask for is in
 * test_cmd_checkpoint_list.c and snapshot/test_cmd_snapshot_list.c. */
#include "cli/moment_rows.h"

#include "capture.h"

#include <string.h>

static const OptionDef list_options[] = {
    {"parent", "", OPTION_FLAG},
    {"tree", "", OPTION_FLAG},
    {"name", "", OPTION_FLAG},
    OPTION_END,
};

static void
add_row(GPtrArray *rows, const char *name, const char *parent,
        const char *state)
{
    MomentRow *row = g_new0(MomentRow, 1);

    row->name = g_strdup(name);
    row->parent = g_strdup(parent);
    row->state = g_strdup(state);
    row->time = g_strdup("then");
    g_ptr_array_add(rows, row);
}

static void
assert_printed(const char *option, bool has_state, const char *expected)
{
    const char *const words[] = {option, NULL};
    g_autoptr(Options) options =
        options_parse(list_options, "list", option ? words : words + 1, NULL);
    g_autoptr(GPtrArray) rows = moment_rows_new();
    g_autoptr(Capture) capture = capture_new();
    Tool tool = {.output = capture->output};

    add_row(rows, "b", "A", "running");
    add_row(rows, "A", NULL, "shutoff");
    moment_rows_sort(rows);
    moment_rows_print(&tool, options, rows, has_state);
    g_assert_cmpstr(capture_out(capture), ==, expected);
}

static void
rows_stand_in_the_layout_that_is_asked_for(void)
{
    assert_printed("--name", true, "A\nb\n");
    assert_printed("--tree", true, "A\n  |\n  +- b\n    \n");
    assert_printed(NULL, false,
                   " Name   Creation Time\n"
                   "-----------------------\n"
                   " A      then\n"
                   " b      then\n");
    assert_printed("--parent", false,
                   " Name   Creation Time   Parent\n"
                   "--------------------------------\n"
                   " A      then            \n"
                   " b      then            A\n");
    assert_printed("--parent", true,
                   " Name   Creation Time   State     Parent\n"
                   "------------------------------------------\n"
                   " A      then            shutoff   \n"
                   " b      then            running   A\n");
}

static void
a_time_is_a_number_of_seconds(void)
{
    g_autofree char *time = moment_rows_time("<m><t>86400</t></m>", "m/t");

    g_assert_nonnull(time);
    g_assert_true(g_str_has_prefix(time, "1970-01-0"));
    g_assert_null(moment_rows_time("<m/>", "m/t"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/moment_rows/rows_stand_in_the_layout_asked_for",
                    rows_stand_in_the_layout_that_is_asked_for);
    g_test_add_func("/cli/moment_rows/a_time_is_a_number_of_seconds",
                    a_time_is_a_number_of_seconds);
    return g_test_run();
}
