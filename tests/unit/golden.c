/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "golden.h"

void
golden_check(const char *path, const char *text)
{
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    if (g_getenv("STRANDLINE_TEST_REGENERATE")) {
        g_file_set_contents(path, text, -1, &error);
        g_assert_no_error(error);
    }
    /* Read again even so: a text that no file can hold is no golden one. */
    g_file_get_contents(path, &expected, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, expected);
}
