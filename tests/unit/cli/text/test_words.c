/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A command line falls apart into words as a small shell has it. */
#include "cli/text/words.h"

#include "base/error.h"

/* All words, joined by '|' within and by ';' between commands. */
static char *
split(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) commands = words_split(text, &error);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    g_assert_no_error(error);
    for (unsigned i = 0; i < commands->len; i++) {
        char **words = g_ptr_array_index(commands, i);

        g_ptr_array_add(lines, g_strjoinv("|", words));
    }
    g_ptr_array_add(lines, NULL);
    return g_strjoinv(";", (char **)lines->pdata);
}

static void
assert_split(const char *text, const char *expected)
{
    g_autofree char *got = split(text);

    g_assert_cmpstr(got, ==, expected);
}

static void
assert_refused(const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(words_split(text, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
}

static void
blanks_part_words(void)
{
    assert_split("  domstate\tweb  --reason ", "domstate|web|--reason");
}

static void
semicolons_and_lines_part_commands(void)
{
    assert_split("list;dominfo a ; ;\nlist --all", "list;dominfo|a;list|--all");
}

static void
nothing_makes_no_command(void)
{
    assert_split("", "");
    assert_split(" ; # only a comment", "");
}

static void
quotes_keep_blanks_and_semicolons(void)
{
    assert_split("define 'my file; v2.xml'", "define|my file; v2.xml");
    assert_split("define \"my file; v2.xml\"", "define|my file; v2.xml");
}

static void
quotes_join_what_touches_them(void)
{
    assert_split("a'b c'\"d e\"f", "ab cd ef");
}

static void
empty_quotes_are_a_word(void)
{
    assert_split("define ''", "define|");
}

static void
a_backslash_quotes_one_character(void)
{
    assert_split("define my\\ file", "define|my file");
    assert_split("echo \"a\\\"b\\\\c\\d\"", "echo|a\"b\\c\\d");
    assert_split("echo 'a\\b'", "echo|a\\b");
}

static void
a_comment_starts_only_at_a_word(void)
{
    assert_split("list # all; that\ndominfo a#b", "list;dominfo|a#b");
}

static void
refuses_what_is_left_open(void)
{
    assert_refused("define 'x");
    assert_refused("define \"x");
    assert_refused("define \"x\\\"");
    assert_refused("define x\\");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/words/blanks_part_words", blanks_part_words);
    g_test_add_func("/cli/words/semicolons_and_lines_part_commands",
                    semicolons_and_lines_part_commands);
    g_test_add_func("/cli/words/nothing_makes_no_command",
                    nothing_makes_no_command);
    g_test_add_func("/cli/words/quotes_keep_blanks_and_semicolons",
                    quotes_keep_blanks_and_semicolons);
    g_test_add_func("/cli/words/quotes_join_what_touches_them",
                    quotes_join_what_touches_them);
    g_test_add_func("/cli/words/empty_quotes_are_a_word",
                    empty_quotes_are_a_word);
    g_test_add_func("/cli/words/a_backslash_quotes_one_character",
                    a_backslash_quotes_one_character);
    g_test_add_func("/cli/words/a_comment_starts_only_at_a_word",
                    a_comment_starts_only_at_a_word);
    g_test_add_func("/cli/words/refuses_what_is_left_open",
                    refuses_what_is_left_open);
    return g_test_run();
}
