/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rest of its rules: tests/unit/xml/test_snapshot_xml.c, by documents. */
#include "base/error.h"
#include "disk_fixture.h"
#include "model/snapshot_align.h"

static DomainDef *
make_domain(void)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    fixture_add_disk(domain, "vda", "/images/web.img", IMAGE_FORMAT_QCOW2);
    fixture_add_disk(domain, "vdb", "/dir.d/data", IMAGE_FORMAT_RAW);
    return domain;
}

static SnapshotDef *
make_def(void)
{
    SnapshotDef *def = snapshot_def_new();

    def->name = g_strdup("one");
    return def;
}

static void
overlays_are_named_after_image_and_snapshot(void)
{
    g_autoptr(DomainDef) domain = make_domain();
    g_autoptr(SnapshotDef) def = make_def();

    g_assert_true(snapshot_align(
        def, domain, SNAPSHOT_ALIGN_ACTIVE | SNAPSHOT_ALIGN_DISK_ONLY, NULL));
    g_assert_cmpuint(def->disks->len, ==, 2);
    g_assert_cmpstr(snapshot_def_find_disk(def, "vda")->path, ==,
                    "/images/web.one");
    /* A dot in the folder's name is no extension. */
    g_assert_cmpstr(snapshot_def_find_disk(def, "vdb")->path, ==,
                    "/dir.d/data.one");
}

static void
a_shared_disk_gets_no_overlay(void)
{
    g_autoptr(DomainDef) domain = make_domain();
    g_autoptr(SnapshotDef) def = make_def();
    g_autoptr(GError) error = NULL;
    DiskDef *disk = domain->disks->pdata[1];

    disk->is_shareable = true;
    g_assert_false(snapshot_align(
        def, domain, SNAPSHOT_ALIGN_ACTIVE | SNAPSHOT_ALIGN_DISK_ONLY, &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
}

static void
a_device_needs_a_name_for_its_overlay(void)
{
    g_autoptr(DomainDef) domain = make_domain();
    g_autoptr(SnapshotDef) def = make_def();
    g_autoptr(GError) error = NULL;
    DiskDef *disk = domain->disks->pdata[1];

    disk->source_type = DISK_SOURCE_BLOCK;
    g_assert_false(snapshot_align(
        def, domain, SNAPSHOT_ALIGN_ACTIVE | SNAPSHOT_ALIGN_DISK_ONLY, &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot_align/overlays_are_named",
                    overlays_are_named_after_image_and_snapshot);
    g_test_add_func("/model/snapshot_align/a_shared_disk_gets_no_overlay",
                    a_shared_disk_gets_no_overlay);
    g_test_add_func("/model/snapshot_align/a_device_needs_a_name",
                    a_device_needs_a_name_for_its_overlay);
    return g_test_run();
}
