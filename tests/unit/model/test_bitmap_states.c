/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/bitmap_states.h"

static void
answers_what_was_set(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();

    bitmap_states_add_disk(states, "vda", true);
    bitmap_states_set(states, "vda", "c1", BITMAP_RECORDING, 65536);
    g_assert_cmpint(bitmap_states_get(states, "vda", "c1"), ==,
                    BITMAP_RECORDING);
    g_assert_cmpuint(bitmap_states_count(states, "vda", "c1"), ==, 65536);
    bitmap_states_set(states, "vda", "c1", BITMAP_INCONSISTENT, 0);
    g_assert_false(bitmap_states_is_sound(states, "vda", "c1"));
    bitmap_states_set(states, "vda", "c1", BITMAP_STOPPED, 0);
    g_assert_true(bitmap_states_is_sound(states, "vda", "c1"));
    bitmap_states_set(states, "vda", "c1", BITMAP_MISSING, 0);
    g_assert_cmpint(bitmap_states_get(states, "vda", "c1"), ==, BITMAP_MISSING);
}

static void
counts_what_records(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();

    bitmap_states_add_disk(states, "vda", true);
    bitmap_states_set(states, "vda", "c1", BITMAP_RECORDING, 0);
    bitmap_states_set(states, "vda", "c1", BITMAP_RECORDING, 0);
    bitmap_states_set(states, "vda", "c2", BITMAP_RECORDING, 0);
    g_assert_cmpuint(bitmap_states_n_recording(states, "vda"), ==, 2);
    bitmap_states_set(states, "vda", "c1", BITMAP_STOPPED, 0);
    bitmap_states_set(states, "vda", "c2", BITMAP_MISSING, 0);
    g_assert_cmpuint(bitmap_states_n_recording(states, "vda"), ==, 0);
    g_assert_cmpuint(bitmap_states_n_recording(states, "vdb"), ==, 0);
}

static void
tells_disks_that_were_not_looked_at(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();

    bitmap_states_add_disk(states, "vda", true);
    bitmap_states_add_disk(states, "vdb", false);
    g_assert_true(bitmap_states_has_disk(states, "vdb"));
    g_assert_false(bitmap_states_has_disk(states, "vdc"));
    g_assert_true(bitmap_states_is_lasting(states, "vda"));
    g_assert_false(bitmap_states_is_lasting(states, "vdb"));
    g_assert_false(bitmap_states_is_lasting(states, "vdc"));
    g_assert_cmpint(bitmap_states_get(states, "vdc", "c1"), ==, BITMAP_MISSING);
    bitmap_states_remove_disk(states, "vdb");
    g_assert_false(bitmap_states_has_disk(states, "vdb"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/bitmap_states/" #test, test)
    ADD(answers_what_was_set);
    ADD(counts_what_records);
    ADD(tells_disks_that_were_not_looked_at);
#undef ADD
    return g_test_run();
}
