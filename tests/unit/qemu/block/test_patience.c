/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/patience.h"

#include "base/error.h"

#include <string.h>

enum { LONG_MS = 20 * 1000, SHORT_MS = 20, PAST_US = 30 * 1000 };

static void
what_stands_still_is_given_up(void)
{
    Patience patience = patience_begin(LONG_MS, SHORT_MS);
    g_autoptr(GError) error = NULL;

    g_usleep(PAST_US);
    g_assert_false(patience_goes_on(&patience, 0, "the commit", &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    g_assert_nonnull(strstr(error->message, "the commit has not got on"));
}

static void
what_gets_on_is_waited_for(void)
{
    Patience patience = patience_begin(LONG_MS, SHORT_MS);

    for (uint64_t progress = 1; progress < 4; progress++) {
        g_usleep(PAST_US);
        g_assert_true(
            patience_goes_on(&patience, progress, "the commit", NULL));
    }
}

/* Also backwards: a job whose end moves away is at work. */
static void
any_change_is_progress(void)
{
    Patience patience = patience_begin(LONG_MS, LONG_MS);

    g_assert_true(patience_goes_on(&patience, 5, "it", NULL));
    patience.stall = SHORT_MS * G_TIME_SPAN_MILLISECOND;
    g_usleep(PAST_US);
    g_assert_true(patience_goes_on(&patience, 4, "it", NULL));
}

static void
what_never_ends_is_not_waited_for_for_ever(void)
{
    Patience patience = patience_begin(SHORT_MS, LONG_MS);
    g_autoptr(GError) error = NULL;

    g_usleep(PAST_US);
    g_assert_false(patience_goes_on(&patience, 1, "the commit", &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    g_assert_nonnull(strstr(error->message, "goes on by itself"));
}

#define ADD(test) g_test_add_func("/qemu/block/patience/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(what_stands_still_is_given_up);
    ADD(what_gets_on_is_waited_for);
    ADD(any_change_is_progress);
    ADD(what_never_ends_is_not_waited_for_for_ever);
    return g_test_run();
}
