/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes mean what people mean by them. */
#include "cli/text/size.h"

#include "base/error.h"

static void
units_are_understood(void)
{
    static const struct {
        const char *text;
        uint64_t size;
    } cases[] = {
        {"0", 0},
        {"512", 512},
        {"512b", 512},
        {"1k", 1024},
        {"1KiB", 1024},
        {"1KB", 1000},
        {"10M", 10U << 20},
        {"10mib", 10U << 20},
        {"3GB", UINT64_C(3000000000)},
        {"16383P", UINT64_C(16383) << 50},
        {"15E", UINT64_C(15) << 60},
        {"18446744073709551615", UINT64_MAX},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        uint64_t size = 1;

        size_parse(cases[i].text, UINT64_MAX, &size, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(size, ==, cases[i].size);
    }
}

static void
what_is_no_size_is_refused(void)
{
    static const char *const texts[] = {
        "",   "-1",  "+1",   "1.5M", "M",
        " 1", "1 M", "1MM",  "1Mi",  "1x",
        "bB", "1bB", "1bib", "16E",  "18446744073709551616k",
        NULL};

    for (unsigned i = 0; texts[i]; i++) {
        g_autoptr(GError) error = NULL;
        uint64_t size = 1;

        g_assert_false(size_parse(texts[i], UINT64_MAX, &size, &error));
        g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
        g_assert_cmpuint(size, ==, 1);
    }
}

static void
the_limit_is_kept(void)
{
    g_autoptr(GError) error = NULL;
    uint64_t size = 0;

    g_assert_true(size_parse("4k", 4096, &size, NULL));
    g_assert_false(size_parse("5k", 4096, &size, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/size/units_are_understood", units_are_understood);
    g_test_add_func("/cli/size/what_is_no_size_is_refused",
                    what_is_no_size_is_refused);
    g_test_add_func("/cli/size/the_limit_is_kept", the_limit_is_kept);
    return g_test_run();
}
