/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is pushed is undone in reverse, unless committed. */
#include "base/undo.h"

static GString *trace;

static void
note(gpointer letter)
{
    g_string_append_c(trace, (char)GPOINTER_TO_INT(letter));
}

static void
fill(Undo *undo)
{
    undo_push(undo, note, GINT_TO_POINTER('a'));
    undo_push(undo, note, GINT_TO_POINTER('b'));
    undo_push(undo, note, GINT_TO_POINTER('c'));
}

static void
leaving_the_scope_undoes_the_last_step_first(void)
{
    trace = g_string_new(NULL);
    {
        g_autoptr(Undo) undo = undo_new();

        fill(undo);
    }
    g_assert_cmpstr(trace->str, ==, "cba");
    g_string_free(trace, TRUE);
}

static void
commit_undoes_nothing(void)
{
    trace = g_string_new(NULL);
    {
        g_autoptr(Undo) undo = undo_new();

        fill(undo);
        undo_commit(undo);
    }
    g_assert_cmpstr(trace->str, ==, "");
    g_string_free(trace, TRUE);
}

static void
a_step_after_commit_is_undone_alone(void)
{
    trace = g_string_new(NULL);
    {
        g_autoptr(Undo) undo = undo_new();

        fill(undo);
        undo_commit(undo);
        undo_push(undo, note, GINT_TO_POINTER('d'));
    }
    g_assert_cmpstr(trace->str, ==, "d");
    g_string_free(trace, TRUE);
}

static void
free_takes_null(void)
{
    undo_free(NULL);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/undo/leaving_the_scope_undoes_the_last_step_first",
                    leaving_the_scope_undoes_the_last_step_first);
    g_test_add_func("/base/undo/commit_undoes_nothing", commit_undoes_nothing);
    g_test_add_func("/base/undo/a_step_after_commit_is_undone_alone",
                    a_step_after_commit_is_undone_alone);
    g_test_add_func("/base/undo/free_takes_null", free_takes_null);
    return g_test_run();
}
