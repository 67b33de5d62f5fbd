/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors carry the public codes, and nobody has to want one. */
#include "base/error.h"

#include <errno.h>

static void
fail_is_false_and_sets_code_and_text(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(fail(&error, VIR_ERR_NO_DOMAIN, "no domain '%s'", "web"));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN);
    g_assert_cmpstr(error->message, ==, "no domain 'web'");
}

static void
a_percent_in_what_came_from_outside_stays_text(void)
{
    g_autoptr(GError) error = NULL;

    fail(&error, VIR_ERR_INVALID_ARG, "name '%s'", "%s%n");
    g_assert_cmpstr(error->message, ==, "name '%s%n'");
}

static void
fail_without_a_place_for_it_is_only_false(void)
{
    g_assert_false(fail(NULL, VIR_ERR_NO_DOMAIN, "no domain"));
    g_assert_false(fail_errno(NULL, ENOENT, "cannot open"));
}

static void
the_first_failure_is_the_one_that_stays(void)
{
    g_autoptr(GError) error = NULL;

    fail(&error, VIR_ERR_NO_DOMAIN, "the cause");
    g_assert_false(fail(&error, VIR_ERR_INVALID_ARG, "its consequence"));
    g_assert_false(fail_errno(&error, ENOENT, "another"));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN);
    g_assert_cmpstr(error->message, ==, "the cause");
}

static void
fail_errno_appends_the_systems_words(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(fail_errno(&error, ENOENT, "cannot open '%s'", "x"));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(error->message, ==,
                    "cannot open 'x': No such file or directory");
}

static void
error_is_knows_code_domain_and_absence(void)
{
    g_autoptr(GError) ours = NULL;
    g_autoptr(GError) foreign =
        g_error_new(G_FILE_ERROR, VIR_ERR_NO_DOMAIN, "not ours");

    fail(&ours, VIR_ERR_NO_DOMAIN, "no domain");
    g_assert_true(error_is(ours, VIR_ERR_NO_DOMAIN));
    g_assert_false(error_is(ours, VIR_ERR_INVALID_ARG));
    g_assert_false(error_is(foreign, VIR_ERR_NO_DOMAIN));
    g_assert_false(error_is(NULL, VIR_ERR_NO_DOMAIN));
}

static void
an_error_from_elsewhere_says_where(void)
{
    g_autoptr(GError) ours = NULL;
    g_autoptr(GError) copy = NULL;
    g_autoptr(GError) foreign = g_error_new(G_FILE_ERROR, 1, "not ours");

    fail(&ours, VIR_ERR_NO_DOMAIN, "no domain");
    g_assert_cmpint(error_origin(ours), ==, VIR_FROM_NONE);
    error_set_origin(ours, VIR_FROM_QEMU);
    copy = g_error_copy(ours);
    g_assert_cmpint(error_origin(copy), ==, VIR_FROM_QEMU);
    g_assert_cmpint(error_origin(foreign), ==, VIR_FROM_NONE);
    g_assert_cmpint(error_origin(NULL), ==, VIR_FROM_NONE);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/error/fail_is_false_and_sets_code_and_text",
                    fail_is_false_and_sets_code_and_text);
    g_test_add_func("/base/error/a_percent_from_outside_stays_text",
                    a_percent_in_what_came_from_outside_stays_text);
    g_test_add_func("/base/error/fail_without_a_place_for_it_is_only_false",
                    fail_without_a_place_for_it_is_only_false);
    g_test_add_func("/base/error/the_first_failure_is_the_one_that_stays",
                    the_first_failure_is_the_one_that_stays);
    g_test_add_func("/base/error/fail_errno_appends_the_systems_words",
                    fail_errno_appends_the_systems_words);
    g_test_add_func("/base/error/error_is_knows_code_domain_and_absence",
                    error_is_knows_code_domain_and_absence);
    g_test_add_func("/base/error/an_error_from_elsewhere_says_where",
                    an_error_from_elsewhere_says_where);
    return g_test_run();
}
