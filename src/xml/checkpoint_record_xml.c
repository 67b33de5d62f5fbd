/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/checkpoint_record_xml.h"

#include "base/error.h"
#include "xml/checkpoint_xml.h"
#include "xml/record/record_xml.h"

enum { RECORD_VERSION = 1 };

/* In the order of CheckpointState; the first two are told by the file name. */
static const char *const state_words[] = {"sealed",   "pending",  "deleting",
                                          "rollback", "nameless", NULL};

/* What must survive a crash and a new version: place in the line, marks,
 * intervals, and the document as users see it.  The format is described in
 * docs/format/checkpoint.md. */
char *
checkpoint_record_xml_format(const CheckpointRecord *record)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "checkpointrecord");
    writer_attribute_uint(writer, "version", RECORD_VERSION);
    writer_attribute_uint(writer, "order", record->order);
    if (record->job > 0)
        writer_attribute_uint(writer, "job", (uint64_t)record->job);
    /* Sealing is a rename of the file; a word in the content would have to be
     * rewritten with it. */
    if (record->state > CHECKPOINT_PENDING)
        writer_attribute(writer, "state", state_words[record->state]);
    if (record->is_beside)
        writer_attribute(writer, "beside", "yes");
    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);

        writer_open(writer, "interval");
        writer_attribute(writer, "disk", interval->disk);
        writer_attribute(writer, "bitmap", interval->bitmap);
        if (interval->is_broken)
            writer_attribute(writer, "broken", "yes");
        writer_close(writer);
    }
    checkpoint_xml_write(writer, record->def,
                         VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    /* As text and not as an element: it comes back to the byte, and no reader
     * of records need understand machines. */
    if (record->def->domain)
        writer_element(writer, "domaintext", record->def->domain->text);
    writer_close(writer);
    return writer_finish(writer);
}

/* The intervals as written, not as the document has them: marks are only
 * here, and a redefined document may have changed since. */
static bool
parse_intervals(xmlNode *root, CheckpointRecord *record, GError **error)
{
    g_ptr_array_set_size(record->intervals, 0);
    for (xmlNode *node = reader_first(root, "interval"); node;
         node = reader_next(node, "interval")) {
        g_autofree char *disk = reader_attribute(node, "disk");
        g_autofree char *bitmap = reader_attribute(node, "bitmap");
        CheckpointInterval *interval;

        if (!disk || !bitmap) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "an <interval> lacks 'disk' or 'bitmap'");
        }
        /* Two of one disk would make the line walk one of them, by chance. */
        if (checkpoint_record_interval(record, disk)) {
            return fail(error, VIR_ERR_XML_ERROR, "two intervals on disk '%s'",
                        disk);
        }
        interval = checkpoint_interval_new(disk, bitmap);
        g_ptr_array_add(record->intervals, interval);
        if (!reader_yes(node, "broken", &interval->is_broken, error))
            return false;
    }
    return true;
}

/* Everything here is bounded by its type; what it means together with other
 * records is checked by checkpoint_tree_check(). */
static bool
parse_attributes(xmlNode *root, CheckpointRecord *record, GError **error)
{
    uint64_t job = 0;
    int state = CHECKPOINT_SEALED;

    if (!reader_uint(root, "order", G_MAXUINT64, &record->order, error) ||
        !reader_uint(root, "job", G_MAXINT, &job, error) ||
        !reader_choice(root, "state", state_words, &state, error) ||
        !reader_yes(root, "beside", &record->is_beside, error))
        return false;
    record->job = (int)job;
    /* PENDING is never in a file; read_record() of the store sets it by the
     * file's name. */
    record->state = (CheckpointState)state;
    return true;
}

CheckpointRecord *
checkpoint_record_xml_parse(const char *text, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "checkpoint record", "checkpointrecord", error);
    g_autoptr(CheckpointRecord) record = NULL;
    CheckpointDef *def;
    xmlNode *root;
    xmlNode *inner;

    if (!document)
        return NULL;
    root = reader_root(document);
    inner = record_xml_open(root, RECORD_VERSION, "domaincheckpoint", error);
    if (!inner)
        return NULL;
    /* The same checks as for a user's document: the folder is only as honest as
     * who wrote to it last. */
    def = checkpoint_xml_parse_node(inner, true, error);
    if (!def)
        return NULL;
    /* Makes intervals from the document's disks, which parse_intervals()
     * replaces by what is on record. */
    record = checkpoint_record_new(def);
    /* What the document itself says of a domain is not its record. */
    domain_text_unref(def->domain);
    def->domain = domain_text_new(reader_child_text(root, "domaintext"));
    if (!parse_attributes(root, record, error) ||
        !parse_intervals(root, record, error))
        return NULL;
    return g_steal_pointer(&record);
}
