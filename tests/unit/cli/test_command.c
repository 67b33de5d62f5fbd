/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of commands: understood whole, then run one by one. */
#include "console.h"

#include <string.h>

static void
commands_run_in_order(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("domname 7; domid 8 ;suspend web");
    said_done(said, "domain_suspend");
    said_out(said, "web\n\n8\n\nDomain 'web' suspended\n\n");
}

static void
nothing_runs_unless_all_is_understood(void)
{
    static const char *const lines[] = {"suspend web; nosuch",
                                        "suspend web; start",
                                        "suspend web; list 'x", NULL};

    fake_reset();
    console_check_misuse(lines);
}

static void
the_last_command_gives_the_result(void)
{
    g_autoptr(Said) good = NULL;
    g_autoptr(Said) bad = NULL;

    fake_reset();
    good = console_run("define /nonexistent/x; domname 7");
    g_assert_cmpint(good->result, ==, RESULT_DONE);
    said_out(good, "web\n\n");
    bad = console_run("domname 7; define /nonexistent/x");
    said_refused(bad, RESULT_FAILED, "/nonexistent/x");
}

static void
help_among_the_options_explains(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("undefine --nvram --help");
    said_done(said, NULL);
    g_assert_true(g_str_has_prefix(capture_out(said->capture),
                                   "  NAME\n    undefine - "));
}

static void
several_words_are_one_command(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_auto(Tool)
        tool = {.output = capture->output, .uri = g_strdup("fake:///")};
    char words[][16] = {"define", "/nonexist/a;b"};
    char *arguments[] = {words[0], words[1], NULL};

    fake_reset();
    g_assert_cmpint(command_run(&tool, arguments), ==, RESULT_FAILED);
    g_assert_nonnull(strstr(capture_err(capture), "'/nonexist/a;b'"));
}

static void
assert_explained(const Command *command)
{
    g_assert_true(command_find(command->name) == command);
    g_assert_nonnull(command->summary);
    g_assert_nonnull(command->run);
    for (const OptionDef *def = command->options; def->name; def++) {
        g_assert_nonnull(def->help);
        g_assert_cmpint(def->kind, !=, 0);
    }
}

static void
every_command_can_be_found_and_explains_itself(void)
{
    for (const CommandGroup *group = command_groups; group->keyword; group++) {
        for (const Command *one = group->commands; one->name; one++)
            assert_explained(one);
    }
    g_assert_null(command_find("nosuch"));
}

static void
a_slip_gets_a_suggestion(void)
{
    static const struct {
        const char *line;
        const char *said;
    } cases[] = {
        {"lst", "did you mean 'list'?"},
        {"checkpoint-lits", "did you mean 'checkpoint-list'?"},
        {"backup-begn web", "did you mean 'backup-begin'?"},
        {"frobnicate", "'strandline help' lists all"},
        {"x", "'strandline help' lists all"},
    };

    fake_reset();
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Said) said = console_run(cases[i].line);

        said_refused(said, RESULT_USAGE, cases[i].said);
    }
}

/* Whether the option that @rule names first, or second, is one of @command's. */
static void
assert_rule_known(const Command *command, const char *rule)
{
    g_auto(GStrv) names = g_strsplit(rule, " ", -1);

    g_assert_cmpuint(g_strv_length(names), ==, 2);
    for (char **name = names; *name; name++) {
        const OptionDef *def = command->options;

        while (def->name && strcmp(def->name, *name) != 0)
            def++;
        g_assert_cmpstr(def->name, ==, *name);
    }
}

static void
assert_rules_known(const Command *command, const char *const *rules)
{
    for (; rules && *rules; rules++)
        assert_rule_known(command, *rules);
}

static void
rules_are_about_options_that_exist(void)
{
    for (const CommandGroup *group = command_groups; group->keyword; group++) {
        for (const Command *one = group->commands; one->name; one++) {
            assert_rules_known(one, one->apart);
            assert_rules_known(one, one->needs);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/command/commands_run_in_order",
                    commands_run_in_order);
    g_test_add_func("/cli/command/nothing_runs_unless_all_is_understood",
                    nothing_runs_unless_all_is_understood);
    g_test_add_func("/cli/command/the_last_command_gives_the_result",
                    the_last_command_gives_the_result);
    g_test_add_func("/cli/command/help_among_the_options_explains",
                    help_among_the_options_explains);
    g_test_add_func("/cli/command/several_words_are_one_command",
                    several_words_are_one_command);
    g_test_add_func(
        "/cli/command/every_command_can_be_found_and_explains_itself",
        every_command_can_be_found_and_explains_itself);
    g_test_add_func("/cli/command/a_slip_gets_a_suggestion",
                    a_slip_gets_a_suggestion);
    g_test_add_func("/cli/command/rules_are_about_options_that_exist",
                    rules_are_about_options_that_exist);
    return g_test_run();
}
