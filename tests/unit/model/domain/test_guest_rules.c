/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no agent of QEMU's can do is refused before one is asked. */
#include "model/domain/guest_rules.h"

#include "base/error.h"

static void
refused(bool is_done, GError **error, int code)
{
    g_assert_false(is_done);
    g_assert_error(*error, STRANDLINE_ERROR, code);
    g_clear_error(error);
}

static void
file_systems_are_trimmed_together(void)
{
    GError *error = NULL;

    g_assert_true(guest_rules_trim(NULL, 0, &error));
    g_assert_true(guest_rules_trim(NULL, INT64_MAX, &error));
    refused(guest_rules_trim("/", 0, &error), &error,
            VIR_ERR_ARGUMENT_UNSUPPORTED);
    refused(guest_rules_trim(NULL, UINT64_C(1) << 63, &error), &error,
            VIR_ERR_OVERFLOW);
}

static void
times_are_nanoseconds_that_fit(void)
{
    GError *error = NULL;
    int64_t time = 7;

    g_assert_true(guest_rules_time(2, 5, 0, &time, &error));
    g_assert_cmpint(time, ==, 2000000005);
    g_assert_true(
        guest_rules_time(INT64_MAX, 0, VIR_DOMAIN_TIME_SYNC, &time, &error));
    g_assert_cmpint(time, ==, 2000000005);
    refused(
        guest_rules_time(INT64_MAX / 1000000000, 999999999, 0, &time, &error),
        &error, VIR_ERR_OVERFLOW);
    refused(guest_rules_time(INT64_MAX, 0, 0, &time, &error), &error,
            VIR_ERR_OVERFLOW);
    refused(guest_rules_time(1, 0, 2, &time, &error), &error,
            VIR_ERR_INVALID_ARG);
}

static void
only_agents_are_asked(void)
{
    GError *error = NULL;

    g_assert_true(guest_rules_hostname("web", 0, &error));
    g_assert_true(guest_rules_hostname("web", 2, &error));
    refused(guest_rules_hostname("web", 1, &error), &error,
            VIR_ERR_ARGUMENT_UNSUPPORTED);
    refused(guest_rules_hostname("web", 4, &error), &error,
            VIR_ERR_INVALID_ARG);
    g_assert_true(guest_rules_source("web", 1, &error));
    refused(guest_rules_source("web", 0, &error), &error,
            VIR_ERR_ARGUMENT_UNSUPPORTED);
    refused(guest_rules_source("web", 2, &error), &error,
            VIR_ERR_ARGUMENT_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/guest_rules/file_systems_are_trimmed_together",
                    file_systems_are_trimmed_together);
    g_test_add_func("/model/guest_rules/times_are_nanoseconds_that_fit",
                    times_are_nanoseconds_that_fit);
    g_test_add_func("/model/guest_rules/only_agents_are_asked",
                    only_agents_are_asked);
    return g_test_run();
}
