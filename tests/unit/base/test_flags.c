/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What nobody knows is refused, and only that is told. */
#include "base/flags.h"

#include "base/error.h"

static void
known_flags_and_none_pass(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(flags_check(0, 0, "a nap", &error));
    g_assert_true(flags_check(0, 5, "a nap", &error));
    g_assert_true(flags_check(4, 5, "a nap", &error));
    g_assert_true(flags_check(~0U, ~0U, "a nap", &error));
    g_assert_no_error(error);
}

static void
the_unknown_ones_alone_are_told(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(flags_check(0x80000007U, 5, "a nap", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpstr(error->message, ==,
                    "unsupported flags (0x80000002) for a nap");
    g_assert_false(flags_check(1, 0, "a nap", NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/flags/known_flags_and_none_pass",
                    known_flags_and_none_pass);
    g_test_add_func("/base/flags/the_unknown_ones_alone_are_told",
                    the_unknown_ones_alone_are_told);
    return g_test_run();
}
