/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "model/checkpoint.h"

#include <string.h>

static void
assert_name(const char *name, int code)
{
    g_autoptr(GError) error = NULL;
    bool is_good = checkpoint_name_check(name, &error);

    if (code == 0) {
        g_assert_no_error(error);
        g_assert_true(is_good);
        return;
    }
    g_assert_false(is_good);
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static void
name_takes_letters_digits_and_three_signs(void)
{
    assert_name("a", 0);
    assert_name("1574351520", 0);
    assert_name("-Z_9.x..", 0);
}

static void
name_refuses_what_could_leave_the_folder(void)
{
    assert_name("../x", VIR_ERR_XML_ERROR);
    assert_name("/", VIR_ERR_XML_ERROR);
    assert_name("a/b", VIR_ERR_XML_ERROR);
    assert_name(".", VIR_ERR_XML_ERROR);
    assert_name(".hidden", VIR_ERR_XML_ERROR);
}

static void
name_refuses_other_characters(void)
{
    assert_name("", VIR_ERR_XML_INVALID_SCHEMA);
    assert_name("a b", VIR_ERR_XML_INVALID_SCHEMA);
    assert_name(":size", VIR_ERR_XML_INVALID_SCHEMA);
    assert_name("caf\xc3\xa9", VIR_ERR_XML_INVALID_SCHEMA);
    assert_name("a\n", VIR_ERR_XML_INVALID_SCHEMA);
}

static void
name_fits_a_file_name(void)
{
    g_autofree char *longest = g_strnfill(CHECKPOINT_NAME_MAX, 'a');
    g_autofree char *longer = g_strnfill(CHECKPOINT_NAME_MAX + 1, 'a');

    assert_name(longest, 0);
    assert_name(longer, VIR_ERR_XML_ERROR);
}

static void
copy_is_the_same_and_its_own(void)
{
    g_autoptr(CheckpointDef) def = checkpoint_def_new();
    g_autoptr(CheckpointDef) copy = NULL;
    CheckpointDisk *disk = checkpoint_disk_new("vda");

    def->name = g_strdup("c1");
    def->creation_time = 12;
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);
    disk->is_tracked = true;
    disk->bitmap = g_strdup("c1");
    g_ptr_array_add(def->disks, disk);
    copy = checkpoint_def_copy(def);
    g_assert_cmpstr(copy->name, ==, "c1");
    g_assert_cmpint(copy->creation_time, ==, 12);
    g_assert_null(copy->parent);
    g_assert_true(checkpoint_def_find_disk(copy, "vda") != disk);
    g_assert_cmpstr(checkpoint_def_find_disk(copy, "vda")->bitmap, ==, "c1");
    g_assert_null(checkpoint_def_find_disk(copy, "vdb"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/checkpoint/" #test, test)
    ADD(name_takes_letters_digits_and_three_signs);
    ADD(name_refuses_what_could_leave_the_folder);
    ADD(name_refuses_other_characters);
    ADD(name_fits_a_file_name);
    ADD(copy_is_the_same_and_its_own);
#undef ADD
    return g_test_run();
}
