/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "model/snapshot.h"

static void
names_may_have_blanks(void)
{
    static const char *const names[] = {"a", "before the update", "a.b",
                                        "1794906000", "\xc3\xa4"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(snapshot_name_check(names[i], &error));
        g_assert_no_error(error);
    }
}

static void
names_that_are_no_file_names_are_refused(void)
{
    g_autofree char *longest = g_strnfill(SNAPSHOT_NAME_MAX, 'n');
    g_autofree char *too_long = g_strnfill(SNAPSHOT_NAME_MAX + 1, 'n');
    const char *names[] = {"", "a/b", "/", ".", "..", ".a", "a\nb", too_long};

    g_assert_true(snapshot_name_check(longest, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(snapshot_name_check(names[i], &error));
        g_assert_true(error_is(error, VIR_ERR_XML_DETAIL));
    }
}

static void
one_part_outside_makes_it_external(void)
{
    g_autoptr(SnapshotDef) def = snapshot_def_new();
    SnapshotDisk *disk = snapshot_disk_new("vda");

    g_assert_false(snapshot_def_is_external(def));
    def->memory = SNAPSHOT_PLACE_EXTERNAL;
    g_assert_true(snapshot_def_is_external(def));
    def->memory = SNAPSHOT_PLACE_NO;
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    g_ptr_array_add(def->disks, disk);
    disk->place = SNAPSHOT_PLACE_INTERNAL;
    g_assert_false(snapshot_def_is_external(def));
    disk->place = SNAPSHOT_PLACE_EXTERNAL;
    g_assert_true(snapshot_def_is_external(def));
    g_assert_true(snapshot_def_find_disk(def, "vda") == disk);
    g_assert_null(snapshot_def_find_disk(def, "vdb"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot/names_may_have_blanks",
                    names_may_have_blanks);
    g_test_add_func("/model/snapshot/names_that_are_no_file_names_are_refused",
                    names_that_are_no_file_names_are_refused);
    g_test_add_func("/model/snapshot/one_part_outside_makes_it_external",
                    one_part_outside_makes_it_external);
    return g_test_run();
}
