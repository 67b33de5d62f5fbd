/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/moment_list.h"

typedef struct Moment {
    struct Moment *above;
} Moment;

static gpointer
above_of(gconstpointer tree G_GNUC_UNUSED, gconstpointer record)
{
    return ((const Moment *)record)->above;
}

/* Far deeper than a stack of calls would stand under the sanitizers. */
static void
a_line_may_be_as_long_as_it_likes(void)
{
    enum { LENGTH = 100000 };
    g_autofree Moment *moments = g_new0(Moment, LENGTH);
    g_autoptr(GPtrArray) records = g_ptr_array_new();
    g_autoptr(GHashTable) children = NULL;
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GPtrArray) next = NULL;

    for (guint i = 0; i < LENGTH; i++) {
        moments[i].above = i ? &moments[i - 1] : NULL;
        g_ptr_array_add(records, &moments[i]);
    }
    children = moment_children(records, above_of, NULL);
    all = moment_list(children, NULL, true);
    g_assert_cmpuint(all->len, ==, LENGTH);
    g_assert_true(g_ptr_array_index(all, LENGTH - 1) == &moments[LENGTH - 1]);
    next = moment_list(children, &moments[7], false);
    g_assert_cmpuint(next->len, ==, 1);
    g_assert_true(g_ptr_array_index(next, 0) == &moments[8]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/moment_list/a_line_may_be_as_long_as_it_likes",
                    a_line_may_be_as_long_as_it_likes);
    return g_test_run();
}
