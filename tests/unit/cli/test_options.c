/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options are taken by name and by position, and wrong ones are refused. */
#include "cli/options.h"

#include "base/error.h"

#define PARSE(error, ...) \
    options_parse(defs, "cmd", (const char *[]){__VA_ARGS__, NULL}, error)

static const OptionDef defs[] = {
    {"domain", "name of the domain", OPTION_STRING, .is_required = true},
    {"name", "a name", OPTION_STRING},
    {"id", "a number", OPTION_NUMBER, .is_named_only = true},
    {"all", "a flag", OPTION_FLAG},
    {"spec", "a list", OPTION_LIST},
    OPTION_END,
};

static void
assert_refused(const char *expected, const char *const *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(options_parse(defs, "cmd", words, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    g_assert_nonnull(strstr(error->message, expected));
}
#define REFUSED(expected, ...) \
    assert_refused(expected, (const char *[]){__VA_ARGS__, NULL})

static void
bare_words_fill_in_order(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "web", "c1", "x", "y");
    unsigned count = 0;
    const char *const *list = NULL;

    g_assert_no_error(error);
    g_assert_cmpstr(options_text(options, "domain"), ==, "web");
    g_assert_cmpstr(options_text(options, "name"), ==, "c1");
    list = options_list(options, "spec", &count);
    g_assert_cmpuint(count, ==, 2);
    g_assert_cmpstr(list[0], ==, "x");
    g_assert_cmpstr(list[1], ==, "y");
    g_assert_null(list[2]);
}

static void
a_named_value_is_not_filled_again(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "--name", "c1", "web", "x");
    unsigned count = 0;

    g_assert_no_error(error);
    g_assert_cmpstr(options_text(options, "domain"), ==, "web");
    g_assert_cmpstr(options_text(options, "name"), ==, "c1");
    (void)options_list(options, "spec", &count);
    g_assert_cmpuint(count, ==, 1);
}

static void
a_value_may_follow_an_equals_sign(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "--domain=a=b", "--id=7");

    g_assert_no_error(error);
    g_assert_cmpstr(options_text(options, "domain"), ==, "a=b");
    g_assert_cmpint(options_number(options, "id", -1), ==, 7);
}

static void
what_is_not_given_is_not_there(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "web");
    unsigned count = 1;

    g_assert_no_error(error);
    g_assert_false(options_has(options, "all"));
    g_assert_null(options_text(options, "name"));
    g_assert_cmpint(options_number(options, "id", -1), ==, -1);
    g_assert_null(options_list(options, "spec", &count));
    g_assert_cmpuint(count, ==, 0);
}

static void
two_dashes_end_the_options(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "--all", "--", "--odd");

    g_assert_no_error(error);
    g_assert_true(options_has(options, "all"));
    g_assert_cmpstr(options_text(options, "domain"), ==, "--odd");
}

static void
a_value_may_begin_with_dashes(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "--domain", "--all");

    g_assert_no_error(error);
    g_assert_cmpstr(options_text(options, "domain"), ==, "--all");
    g_assert_false(options_has(options, "all"));
}

static void
flags_add_up(void)
{
    static const OptionBit bits[] = {
        {"all", 4}, {"name", 8}, {"id", 1}, {NULL}};
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = PARSE(&error, "web", "--all", "--name", "c");

    g_assert_no_error(error);
    g_assert_cmpuint(options_flags(options, bits), ==, 12);
}

static void
refuses_what_is_unknown(void)
{
    REFUSED("has no option --nope", "web", "--nope");
    REFUSED("has no option --al", "web", "--al");
}

static void
refuses_what_is_missing(void)
{
    REFUSED("needs <domain>", "--all");
    REFUSED("--id needs a value", "web", "--id");
}

static void
refuses_what_is_given_twice(void)
{
    REFUSED("--domain twice", "web", "--domain", "web");
    REFUSED("--all twice", "web", "--all", "--all");
}

static void
refuses_empty_values(void)
{
    REFUSED("--domain is empty", "");
    REFUSED("--name is empty", "web", "--name=");
}

static void
refuses_a_value_for_a_flag(void)
{
    REFUSED("--all takes no value", "web", "--all=yes");
}

static void
refuses_numbers_that_are_none(void)
{
    REFUSED("--id takes a whole number", "web", "--id", "seven");
    REFUSED("--id takes a whole number", "web", "--id", "-1");
    REFUSED("--id takes a whole number", "web", "--id=99999999999");
    REFUSED("--id takes a whole number", "web", "--id", "7x");
}

static void
refuses_words_that_nothing_takes(void)
{
    static const OptionDef few[] = {
        {"domain", "name", OPTION_STRING, .is_required = true},
        OPTION_END,
    };
    const char *words[] = {"web", "more", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(options_parse(few, "cmd", words, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    g_assert_nonnull(strstr(error->message, "'more'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/options/bare_words_fill_in_order",
                    bare_words_fill_in_order);
    g_test_add_func("/cli/options/a_named_value_is_not_filled_again",
                    a_named_value_is_not_filled_again);
    g_test_add_func("/cli/options/a_value_may_follow_an_equals_sign",
                    a_value_may_follow_an_equals_sign);
    g_test_add_func("/cli/options/what_is_not_given_is_not_there",
                    what_is_not_given_is_not_there);
    g_test_add_func("/cli/options/two_dashes_end_the_options",
                    two_dashes_end_the_options);
    g_test_add_func("/cli/options/a_value_may_begin_with_dashes",
                    a_value_may_begin_with_dashes);
    g_test_add_func("/cli/options/flags_add_up", flags_add_up);
    g_test_add_func("/cli/options/refuses_what_is_unknown",
                    refuses_what_is_unknown);
    g_test_add_func("/cli/options/refuses_what_is_missing",
                    refuses_what_is_missing);
    g_test_add_func("/cli/options/refuses_what_is_given_twice",
                    refuses_what_is_given_twice);
    g_test_add_func("/cli/options/refuses_empty_values", refuses_empty_values);
    g_test_add_func("/cli/options/refuses_a_value_for_a_flag",
                    refuses_a_value_for_a_flag);
    g_test_add_func("/cli/options/refuses_numbers_that_are_none",
                    refuses_numbers_that_are_none);
    g_test_add_func("/cli/options/refuses_words_that_nothing_takes",
                    refuses_words_that_nothing_takes);
    return g_test_run();
}
