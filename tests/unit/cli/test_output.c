/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables and fields look as virsh's do, whatever names hold. */
#include "cli/output.h"

#include "capture.h"

static const char *const titles[] = {"Id", "Name", "State", NULL};

static void
a_table_has_heads_and_a_rule(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(Table) table = table_new(titles);

    table_add(table, (const char *[]){"1", "test", "running"});
    table_add(table, (const char *[]){"-", "x", "shut off"});
    table_print(table, &capture->output);
    g_assert_cmpstr(capture_out(capture), ==,
                    " Id   Name   State\n"
                    "-----------------------\n"
                    " 1    test   running\n"
                    " -    x      shut off\n");
}

static void
an_empty_table_is_its_head(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(Table) table = table_new(titles);

    table_print(table, &capture->output);
    g_assert_cmpstr(capture_out(capture), ==,
                    " Id   Name   State\n"
                    "--------------------\n");
}

static void
a_quiet_table_is_its_rows(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(Table) table = table_new(titles);

    capture->output.is_quiet = true;
    table_add(table, (const char *[]){"1", "test", "running"});
    table_print(table, &capture->output);
    g_assert_cmpstr(capture_out(capture), ==, " 1   test   running\n");
}

static void
wide_and_zero_width_characters_keep_columns(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(Table) table = table_new(titles);

    /* Two wide characters; an e with a combining accent. */
    table_add(table, (const char *[]){"1", "\xe6\x97\xa5\xe6\x9c\xac", "a"});
    table_add(table, (const char *[]){"2", "e\xcc\x81tat", "b"});
    table_print(table, &capture->output);
    g_assert_cmpstr(capture_out(capture), ==,
                    " Id   Name   State\n"
                    "--------------------\n"
                    " 1    \xe6\x97\xa5\xe6\x9c\xac   a\n"
                    " 2    e\xcc\x81tat   b\n");
}

static void
control_characters_never_reach_the_terminal(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(Table) table = table_new(titles + 1);

    table_add(table, (const char *[]){"a\033[31m\nb", "\xff"});
    table_print(table, &capture->output);
    g_assert_null(strchr(capture_out(capture), '\033'));
    g_assert_nonnull(strstr(capture_out(capture), " a\\x1b[31m\\x0ab   "));
}

static void
a_missing_cell_is_empty(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(Table) table = table_new(titles + 1);

    table_add(table, (const char *[]){NULL, NULL});
    table_print(table, &capture->output);
    g_assert_nonnull(strstr(capture_out(capture), "\n        \n"));
}

static void
a_field_has_its_value_in_column_17(void)
{
    g_autoptr(Capture) capture = capture_new();

    output_field(&capture->output, "Max memory", "%d KiB", 32);
    output_field(&capture->output, "A name that is long", "%s", "x");
    g_assert_cmpstr(capture_out(capture), ==,
                    "Max memory:     32 KiB\n"
                    "A name that is long: x\n");
}

static void
quiet_drops_confirmations_only(void)
{
    g_autoptr(Capture) capture = capture_new();

    capture->output.is_quiet = true;
    output_say(&capture->output, "Domain started\n");
    output_print(&capture->output, "running\n");
    output_error(&capture->output, "no %s", "way");
    g_assert_cmpstr(capture_out(capture), ==, "running\n");
    g_assert_cmpstr(capture_err(capture), ==, "error: no way\n");
}

static void
sizes_are_below_1024_of_their_unit(void)
{
    const char *unit = NULL;

    g_assert_cmpfloat(size_in_units(0, &unit), ==, 0);
    g_assert_cmpstr(unit, ==, "B");
    g_assert_cmpfloat(size_in_units(1023, &unit), ==, 1023);
    g_assert_cmpstr(unit, ==, "B");
    g_assert_cmpfloat(size_in_units(1536, &unit), ==, 1.5);
    g_assert_cmpstr(unit, ==, "KiB");
    g_assert_cmpfloat(size_in_units(G_MAXUINT64, &unit), ==, 16);
    g_assert_cmpstr(unit, ==, "EiB");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/output/a_table_has_heads_and_a_rule",
                    a_table_has_heads_and_a_rule);
    g_test_add_func("/cli/output/an_empty_table_is_its_head",
                    an_empty_table_is_its_head);
    g_test_add_func("/cli/output/a_quiet_table_is_its_rows",
                    a_quiet_table_is_its_rows);
    g_test_add_func("/cli/output/wide_and_zero_width_characters_keep_columns",
                    wide_and_zero_width_characters_keep_columns);
    g_test_add_func("/cli/output/control_characters_never_reach_the_terminal",
                    control_characters_never_reach_the_terminal);
    g_test_add_func("/cli/output/a_missing_cell_is_empty",
                    a_missing_cell_is_empty);
    g_test_add_func("/cli/output/a_field_has_its_value_in_column_17",
                    a_field_has_its_value_in_column_17);
    g_test_add_func("/cli/output/quiet_drops_confirmations_only",
                    quiet_drops_confirmations_only);
    g_test_add_func("/cli/output/sizes_are_below_1024_of_their_unit",
                    sizes_are_below_1024_of_their_unit);
    return g_test_run();
}
