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

/* What is typed, and the words of it, the last one at the end of the line. */
static void
the_last_command_is_found_while_it_is_typed(void)
{
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"", ""},
        {"li", "li"},
        {"list ", "list|"},
        {"list; start we", "start|we"},
        {"list;", ""},
        {"start 'a b", "start|a b"},
        {"start \"a \\\"b", "start|a \"b"},
        {"start a\\ b", "start|a b"},
        {"start a\\", "start|a"},
        {"start 'a' ", "start|a|"},
        {"list # and", ""},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) words = words_at_end(cases[i].text);
        g_autofree char *joined = g_strjoinv("|", words);

        g_assert_cmpstr(joined, ==, cases[i].words);
    }
}

static void
a_quoted_word_is_read_as_it_was(void)
{
    static const char *const words[] = {
        "web", "", "a b;c", "it's \"#1\" \\", "tab\there", NULL};

    for (unsigned i = 0; words[i]; i++) {
        g_autofree char *quoted = words_quote(words[i]);

        assert_split(quoted, words[i]);
    }
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
    g_test_add_func("/cli/words/the_last_command_is_found_while_it_is_typed",
                    the_last_command_is_found_while_it_is_typed);
    g_test_add_func("/cli/words/a_quoted_word_is_read_as_it_was",
                    a_quoted_word_is_read_as_it_was);
    return g_test_run();
}
