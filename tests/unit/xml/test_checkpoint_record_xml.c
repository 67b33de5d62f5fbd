/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "xml/checkpoint_record_xml.h"

static CheckpointRecord *
make_record(void)
{
    CheckpointDef *def = checkpoint_def_new();
    CheckpointDisk *disk = checkpoint_disk_new("vda");
    CheckpointRecord *record;

    def->name = g_strdup("c1");
    def->parent = g_strdup("c0");
    def->creation_time = 12;
    def->domain =
        domain_text_new(g_strdup("<domain type='qemu'><name>a&amp;b</name>"
                                 "</domain>"));
    disk->is_tracked = true;
    disk->bitmap = g_strdup("c1");
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);
    g_ptr_array_add(def->disks, disk);
    record = checkpoint_record_new(def);
    record->order = 3;
    record->job = 7;
    return record;
}

static CheckpointRecord *
write_and_read(const CheckpointRecord *record)
{
    g_autofree char *text = checkpoint_record_xml_format(record);
    g_autoptr(GError) error = NULL;
    CheckpointRecord *again = checkpoint_record_xml_parse(text, &error);

    g_assert_no_error(error);
    return again;
}

static void
everything_comes_back(void)
{
    g_autoptr(CheckpointRecord) record = make_record();
    g_autoptr(CheckpointRecord) again = NULL;

    checkpoint_record_interval(record, "vda")->is_broken = true;
    record->state = CHECKPOINT_DELETING;
    record->is_beside = true;
    again = write_and_read(record);
    g_assert_cmpint(again->state, ==, CHECKPOINT_DELETING);
    g_assert_cmpuint(again->order, ==, 3);
    g_assert_cmpint(again->job, ==, 7);
    g_assert_true(again->is_beside);
    g_assert_cmpstr(again->def->name, ==, "c1");
    g_assert_cmpstr(again->def->parent, ==, "c0");
    g_assert_cmpstr(again->def->domain->text, ==, record->def->domain->text);
    g_assert_cmpuint(again->intervals->len, ==, 1);
    g_assert_true(checkpoint_record_interval(again, "vda")->is_broken);
    g_assert_cmpstr(checkpoint_record_interval(again, "vda")->bitmap, ==, "c1");
}

static void
pending_is_not_written_so_that_a_rename_seals(void)
{
    g_autoptr(CheckpointRecord) record = make_record();
    g_autoptr(CheckpointRecord) again = NULL;

    record->state = CHECKPOINT_PENDING;
    again = write_and_read(record);
    g_assert_cmpint(again->state, ==, CHECKPOINT_SEALED);
}

static void
assert_refused(const char *text, int code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CheckpointRecord) record =
        checkpoint_record_xml_parse(text, &error);

    g_assert_null(record);
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static void
damaged_records_are_refused(void)
{
#define INNER                                                        \
    "<domaincheckpoint><name>a</name><creationTime>1</creationTime>" \
    "</domaincheckpoint>"
    assert_refused("<checkpointrecord version='1'>", VIR_ERR_XML_DETAIL);
    assert_refused("<checkpointrecord version='1'/>", VIR_ERR_XML_ERROR);
    assert_refused("<checkpointrecord version='2'>" INNER "</checkpointrecord>",
                   VIR_ERR_OPERATION_UNSUPPORTED);
    assert_refused("<checkpointrecord version='1' state='odd'>" INNER
                   "</checkpointrecord>",
                   VIR_ERR_XML_ERROR);
    assert_refused("<checkpointrecord version='1'><interval disk='vda'/>" INNER
                   "</checkpointrecord>",
                   VIR_ERR_XML_ERROR);
    assert_refused("<checkpointrecord version='1'>"
                   "<interval disk='vda' bitmap='a'/>"
                   "<interval disk='vda' bitmap='b'/>" INNER
                   "</checkpointrecord>",
                   VIR_ERR_XML_ERROR);
#undef INNER
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/xml/checkpoint_record_xml/" #test, test)
    ADD(everything_comes_back);
    ADD(pending_is_not_written_so_that_a_rename_seals);
    ADD(damaged_records_are_refused);
#undef ADD
    return g_test_run();
}
