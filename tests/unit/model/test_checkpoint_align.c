/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "disk_fixture.h"
#include "model/checkpoint_align.h"

/* vda and vdb writable, vdc read-only, sda an empty drive. */
static DomainDef *
four_disks(void)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    if (!domain->disks) {
        domain->disks =
            g_ptr_array_new_with_free_func((GDestroyNotify)disk_def_free);
    }
    fixture_add_disk(domain, "vda", "/img/a", IMAGE_FORMAT_QCOW2);
    fixture_add_disk(domain, "vdb", "/img/b", IMAGE_FORMAT_QCOW2);
    fixture_add_disk(domain, "vdc", "/img/c", IMAGE_FORMAT_QCOW2)->is_readonly =
        true;
    fixture_add_disk(domain, "sda", NULL, IMAGE_FORMAT_RAW)->device =
        DISK_DEVICE_CDROM;
    return domain;
}

/* @disks: "vda +vdb -vdc": + tracked (the default), - not. */
static CheckpointDef *
make_def(const char *disks)
{
    CheckpointDef *def = checkpoint_def_new();
    g_auto(GStrv) words = disks ? g_strsplit(disks, " ", -1) : NULL;

    def->name = g_strdup("c1");
    if (disks) {
        def->disks = g_ptr_array_new_with_free_func(
            (GDestroyNotify)checkpoint_disk_free);
    }
    for (char **word = words; word && *word; word++) {
        bool is_tracked = **word != '-';
        CheckpointDisk *disk = checkpoint_disk_new(*word + !is_tracked);

        disk->is_tracked = is_tracked;
        g_ptr_array_add(def->disks, disk);
    }
    return def;
}

static void
assert_aligned(CheckpointDef *def, const DomainDef *domain,
               const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    checkpoint_align(def, domain, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < def->disks->len; i++) {
        const CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        g_string_append_printf(text, "%s%s%s ", disk->is_tracked ? "+" : "-",
                               disk->name,
                               g_strcmp0(disk->bitmap, "c1") ? "" : ":c1");
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
assert_refused(CheckpointDef *def, const DomainDef *domain, const char *what)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(checkpoint_align(def, domain, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, what));
}

static void
tracks_every_writable_disk_without_a_list(void)
{
    g_autoptr(DomainDef) domain = four_disks();
    g_autoptr(CheckpointDef) def = make_def(NULL);

    assert_aligned(def, domain, "+vda:c1 +vdb:c1 -vdc -sda ");
}

static void
tracks_what_is_listed_and_nothing_else(void)
{
    g_autoptr(DomainDef) domain = four_disks();
    g_autoptr(CheckpointDef) one = make_def("vdb");
    g_autoptr(CheckpointDef) by_path = make_def("-vdc /img/b -vda");
    g_autoptr(CheckpointDef) none = make_def("-vda");

    assert_aligned(one, domain, "-vda +vdb:c1 -vdc -sda ");
    assert_aligned(by_path, domain, "-vda +vdb:c1 -vdc -sda ");
    assert_aligned(none, domain, "-vda -vdb -vdc -sda ");
}

static void
refuses_disks_that_are_unknown_or_listed_twice(void)
{
    g_autoptr(DomainDef) domain = four_disks();
    g_autoptr(CheckpointDef) unknown = make_def("vdx");
    g_autoptr(CheckpointDef) ignored = make_def("-vdx");
    g_autoptr(CheckpointDef) twice = make_def("vda /img/a");
    g_autoptr(CheckpointDef) many = make_def("vda vdb vdc sda vdx");

    assert_refused(unknown, domain, "'vdx'");
    assert_refused(ignored, domain, "'vdx'");
    assert_refused(twice, domain, "'vda' twice");
    assert_refused(many, domain, "5 disks");
}

static void
refuses_listed_disks_that_keep_no_bitmap(void)
{
    g_autoptr(DomainDef) domain = four_disks();
    g_autoptr(CheckpointDef) readonly = make_def("vda vdc");
    g_autoptr(CheckpointDef) empty = make_def("sda");
    g_autoptr(CheckpointDef) raw = make_def(NULL);
    g_autoptr(CheckpointDef) without = make_def("vda -vdd");

    assert_refused(readonly, domain, "'vdc': it is read-only");
    assert_refused(empty, domain, "'sda': the drive is empty");
    fixture_add_disk(domain, "vdd", "/img/d", IMAGE_FORMAT_RAW);
    assert_refused(raw, domain, "'vdd': an image of format 'raw'");
    assert_aligned(without, domain, "+vda:c1 -vdb -vdc -sda -vdd ");
}

static void
refuses_a_bitmap_of_another_name(void)
{
    g_autoptr(DomainDef) domain = four_disks();
    g_autoptr(CheckpointDef) def = make_def("vda");

    checkpoint_def_find_disk(def, "vda")->bitmap = g_strdup("other");
    assert_refused(def, domain, "'other'");
}

static void
redefined_ones_keep_what_they_say(void)
{
    g_autoptr(DomainDef) domain = four_disks();
    g_autoptr(CheckpointDef) def = make_def("/img/a gone -vdc");
    g_autoptr(CheckpointDef) twice = make_def("/img/a vda");
    g_autoptr(CheckpointDef) bare = make_def(NULL);
    g_autoptr(GError) error = NULL;

    checkpoint_def_find_disk(def, "gone")->bitmap = g_strdup("other");
    g_assert_true(checkpoint_align_redefined(def, domain, NULL));
    g_assert_cmpuint(def->disks->len, ==, 3);
    g_assert_cmpstr(checkpoint_def_find_disk(def, "vda")->bitmap, ==, "c1");
    g_assert_cmpstr(checkpoint_def_find_disk(def, "gone")->bitmap, ==, "other");
    g_assert_null(checkpoint_def_find_disk(def, "vdc")->bitmap);
    g_assert_true(checkpoint_align_redefined(bare, domain, NULL));
    g_assert_true(checkpoint_def_find_disk(bare, "vdb")->is_tracked);
    g_assert_false(checkpoint_align_redefined(twice, domain, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/checkpoint_align/" #test, test)
    ADD(tracks_every_writable_disk_without_a_list);
    ADD(tracks_what_is_listed_and_nothing_else);
    ADD(refuses_disks_that_are_unknown_or_listed_twice);
    ADD(refuses_listed_disks_that_keep_no_bitmap);
    ADD(refuses_a_bitmap_of_another_name);
    ADD(redefined_ones_keep_what_they_say);
#undef ADD
    return g_test_run();
}
