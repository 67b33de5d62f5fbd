/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "xml/snapshot_record_xml.h"

#include <string.h>

static SnapshotRecord *
make_record(void)
{
    SnapshotDef *def = snapshot_def_new();
    SnapshotRecord *record = snapshot_record_new(def);
    SnapshotDisk *disk = snapshot_disk_new("vda");

    def->name = g_strdup("a b");
    def->parent = g_strdup("root");
    def->creation_time = 12;
    def->state = SNAPSHOT_STATE_DISK_ONLY;
    def->memory = SNAPSHOT_PLACE_NO;
    def->domain_xml = g_strdup("<domain>&amp;</domain>");
    disk->place = SNAPSHOT_PLACE_EXTERNAL;
    disk->path = g_strdup("/images/it's");
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    g_ptr_array_add(def->disks, disk);
    return record;
}

static void
a_record_is_read_as_it_was_written(void)
{
    g_autoptr(SnapshotRecord) record = make_record();
    g_autoptr(SnapshotRecord) again = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *second = NULL;
    SnapshotDisk *overlay = NULL;

    record->step = SNAPSHOT_PREPARED;
    record->overlays =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    g_ptr_array_add(record->overlays, snapshot_disk_new("vdb"));
    overlay = g_ptr_array_index(record->overlays, 0);
    overlay->path = g_strdup("/images/back");
    record->is_nameless = true;
    record->is_reused = true;
    text = snapshot_record_xml_format(record);
    again = snapshot_record_xml_parse(text, &error);
    g_assert_no_error(error);
    second = snapshot_record_xml_format(again);
    g_assert_cmpstr(second, ==, text);
    g_assert_cmpint(again->step, ==, SNAPSHOT_PREPARED);
    g_assert_true(again->is_nameless);
    g_assert_true(again->is_reused);
    g_assert_cmpstr(again->def->domain_xml, ==, "<domain>&amp;</domain>");
    g_assert_cmpstr(snapshot_def_find_disk(again->def, "vda")->path, ==,
                    "/images/it's");
}

static void
a_sealed_record_says_nothing_of_it(void)
{
    g_autoptr(SnapshotRecord) record = make_record();
    g_autofree char *text = snapshot_record_xml_format(record);
    g_autoptr(SnapshotRecord) again = snapshot_record_xml_parse(text, NULL);

    g_assert_null(strstr(text, "step="));
    g_assert_cmpint(again->step, ==, SNAPSHOT_SEALED);
    g_assert_false(again->is_nameless);
}

static void
assert_refused(const char *text, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(snapshot_record_xml_parse(text, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static void
other_records_are_refused(void)
{
    assert_refused("<snapshotrecord version='2'/>",
                   VIR_ERR_OPERATION_UNSUPPORTED);
    assert_refused("<snapshotrecord version='1'/>", VIR_ERR_XML_ERROR);
    assert_refused("<snapshotrecord version='1'><domainsnapshot>"
                   "<name>../x</name></domainsnapshot></snapshotrecord>",
                   VIR_ERR_XML_DETAIL);
    assert_refused("<snapshotrecord", VIR_ERR_XML_DETAIL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/snapshot_record_xml/a_record_is_read_as_written",
                    a_record_is_read_as_it_was_written);
    g_test_add_func("/xml/snapshot_record_xml/a_sealed_record_says_nothing",
                    a_sealed_record_says_nothing_of_it);
    g_test_add_func("/xml/snapshot_record_xml/other_records_are_refused",
                    other_records_are_refused);
    return g_test_run();
}
