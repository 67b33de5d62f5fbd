/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/snapshot_record_xml.h"

#include "base/error.h"
#include "xml/record/record_xml.h"
#include "xml/snapshot_xml.h"

enum { RECORD_VERSION = 1 };

/* In the order of SnapshotStep. */
static const char *const step_words[] = {"sealed",   "pending",   "prepared",
                                         "deleting", "returning", NULL};

static void
write_overlays(Writer *writer, const GPtrArray *overlays)
{
    for (guint i = 0; overlays && i < overlays->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(overlays, i);

        writer_open(writer, "overlay");
        writer_attribute(writer, "disk", overlay->name);
        writer_attribute(writer, "file", overlay->path);
        writer_close(writer);
    }
}

char *
snapshot_record_xml_format(const SnapshotRecord *record)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "snapshotrecord");
    writer_attribute_uint(writer, "version", RECORD_VERSION);
    if (record->step != SNAPSHOT_SEALED)
        writer_attribute(writer, "step", step_words[record->step]);
    if (record->is_nameless)
        writer_attribute(writer, "nameless", "yes");
    if (record->is_reused)
        writer_attribute(writer, "reused", "yes");
    write_overlays(writer, record->overlays);
    snapshot_xml_write(writer, record->def, SNAPSHOT_FORMAT_RECORD);
    writer_element(writer, "domaintext", record->def->domain_xml);
    writer_element(writer, "inactivetext", record->def->inactive_xml);
    writer_close(writer);
    return writer_finish(writer);
}

static bool
parse_attributes(xmlNode *root, SnapshotRecord *record, GError **error)
{
    int step = SNAPSHOT_SEALED;

    if (!reader_choice(root, "step", step_words, &step, error) ||
        !reader_yes(root, "nameless", &record->is_nameless, error) ||
        !reader_yes(root, "reused", &record->is_reused, error))
        return false;
    record->step = (SnapshotStep)step;
    return true;
}

static bool
parse_overlays(xmlNode *root, SnapshotRecord *record, GError **error)
{
    xmlNode *node = reader_first(root, "overlay");

    if (node) {
        record->overlays =
            g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    }
    for (; node; node = reader_next(node, "overlay")) {
        g_autofree char *disk = reader_attribute(node, "disk");
        g_autofree char *file = reader_attribute(node, "file");
        SnapshotDisk *overlay = NULL;

        if (!disk || !file) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "an <overlay> lacks 'disk' or 'file'");
        }
        overlay = snapshot_disk_new(disk);
        overlay->place = SNAPSHOT_PLACE_EXTERNAL;
        overlay->path = g_steal_pointer(&file);
        g_ptr_array_add(record->overlays, overlay);
    }
    return true;
}

SnapshotRecord *
snapshot_record_xml_parse(const char *text, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "snapshot record", "snapshotrecord", error);
    g_autoptr(SnapshotRecord) record = NULL;
    SnapshotDef *def = NULL;
    xmlNode *root = NULL;
    xmlNode *inner = NULL;

    if (!document)
        return NULL;
    root = reader_root(document);
    inner = record_xml_open(root, RECORD_VERSION, "domainsnapshot", error);
    if (!inner)
        return NULL;
    /* The same checks as for a user's document: the folder is only as honest as
     * who wrote to it last. */
    def = snapshot_xml_parse_node(inner, true, error);
    if (!def)
        return NULL;
    record = snapshot_record_new(def);
    def->domain_xml = reader_child_text(root, "domaintext");
    def->inactive_xml = reader_child_text(root, "inactivetext");
    if (!parse_attributes(root, record, error) ||
        !parse_overlays(root, record, error))
        return NULL;
    return g_steal_pointer(&record);
}
