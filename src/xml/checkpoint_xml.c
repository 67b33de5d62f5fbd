/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/checkpoint_xml.h"

#include "base/error.h"
#include "xml/moment/moment_xml.h"
#include "xml/schema.h"

#include <string.h>

/* What the attributes leave open: listed means tracked, and the bitmap has the
 * checkpoint's name (filled in when that is known). */
static bool
parse_disk_attributes(xmlNode *node, CheckpointDisk *disk, GError **error)
{
    static const char *const words[] = {"no", "bitmap", "auto", NULL};
    g_autoptr(GError) cause = NULL;
    int choice = 1;

    if (!reader_choice(node, "checkpoint", words, &choice, &cause))
        return schema_fail(error, "%s", cause->message);
    disk->is_tracked = choice != 0;
    /* Tracked for the time being; alignment decides, which knows the
     * machine. */
    disk->is_auto = choice == 2;
    disk->bitmap = reader_attribute(node, "bitmap");
    /* Whose name it must be is known only with the checkpoint's; but a private
     * name never gets in. */
    if (!disk->bitmap)
        return true;
    if (!disk->is_tracked) {
        return schema_fail(error,
                           "disk '%s' has the attribute 'bitmap' although "
                           "its attribute 'checkpoint' is 'no'",
                           disk->name);
    }
    return checkpoint_name_check(disk->bitmap, error);
}

/* The name may be a target or a path: which disk that is, and whether there is
 * one, alignment finds out. */
static CheckpointDisk *
parse_disk(xmlNode *node, GError **error)
{
    /* size is output only; a document that was dumped comes back with it. */
    static const char *const attributes[] = {"name", "checkpoint", "bitmap",
                                             "size", NULL};
    g_autofree char *name = reader_attribute(node, "name");
    g_autoptr(CheckpointDisk) disk = NULL;

    /* No children: what libvirt has below a disk in other documents means
     * nothing here. */
    if (!schema_check_shape(node, attributes, NULL, NULL, error))
        return NULL;
    if (!name || !name[0]) {
        schema_fail(error, "a <disk> lacks the attribute 'name'");
        return NULL;
    }
    disk = checkpoint_disk_new(name);
    if (!parse_disk_attributes(node, disk, error))
        return NULL;
    return g_steal_pointer(&disk);
}

/* NULL where there is no element, which means all disks; a list without entries
 * is a mistake. */
static bool
parse_disks(xmlNode *root, CheckpointDef *def, GError **error)
{
    static const char *const children[] = {"disk", NULL};
    xmlNode *list = reader_first(root, "disks");

    if (!list)
        return true;
    if (!schema_check_shape(list, NULL, children, "disk", error))
        return false;
    if (!reader_first(list, "disk")) {
        return schema_fail(error, "<disks> names no disk; leave it out for "
                                  "all writable disks");
    }
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);
    for (xmlNode *node = reader_first(list, "disk"); node;
         node = reader_next(node, "disk")) {
        CheckpointDisk *disk = parse_disk(node, error);

        if (!disk)
            return false;
        g_ptr_array_add(def->disks, disk);
    }
    return true;
}

/* What only a document of a checkpoint that exists already can say. */
static bool
parse_history(xmlNode *root, CheckpointDef *def, GError **error)
{
    xmlNode *domain = reader_first(root, "domain");

    if (!def->name) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a checkpoint that is redefined needs its <name>");
    }
    /* Kept as text: it may hold what our own subset of domain XML refuses, and
     * a description of the past needs no more than to be shown again. */
    if (domain)
        def->domain = domain_text_new(reader_dump(domain));
    return moment_xml_parse_creation_time(root, "checkpoint",
                                          &def->creation_time, error) &&
           moment_xml_parse_parent(root, checkpoint_name_check, &def->parent,
                                   error);
}

/* Of a new checkpoint the driver knows these better; but a document that is not
 * one is refused whether or not it counts. */
static bool
check_ignored(xmlNode *root, GError **error)
{
    int64_t seconds = 0;
    g_autofree char *parent = NULL;

    return (!reader_first(root, "creationTime") ||
            moment_xml_parse_creation_time(root, "checkpoint", &seconds,
                                           error)) &&
           moment_xml_parse_parent(root, checkpoint_name_check, &parent, error);
}

/* Also for records, which embed the document.  What is not understood is
 * refused: of a misspelt attribute nobody would learn otherwise. */
CheckpointDef *
checkpoint_xml_parse_node(xmlNode *root, bool is_redefine, GError **error)
{
    static const char *const children[] = {
        "name",  "description", "parent", "creationTime",
        "disks", "domain",      NULL};
    g_autoptr(CheckpointDef) def = checkpoint_def_new();

    if (!schema_check_shape(root, NULL, children, NULL, error))
        return NULL;
    def->name = reader_child_text(root, "name");
    /* The name becomes a file name: checked before anybody can use it. */
    if (def->name && !checkpoint_name_check(def->name, error))
        return NULL;
    def->description = reader_child_text(root, "description");
    if (!parse_disks(root, def, error))
        return NULL;
    if (!(is_redefine ? parse_history(root, def, error)
                      : check_ignored(root, error)))
        return NULL;
    return g_steal_pointer(&def);
}

/* Our reader first, for its words; then the schema, for what the reader let
 * pass. */
CheckpointDef *
checkpoint_xml_parse(const char *text, bool is_redefine, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "domaincheckpoint", "domaincheckpoint", error);
    g_autoptr(CheckpointDef) def = NULL;

    if (!document)
        return NULL;
    def = checkpoint_xml_parse_node(reader_root(document), is_redefine, error);
    if (!def || !schema_check(SCHEMA_CHECKPOINT, document, error))
        return NULL;
    return g_steal_pointer(&def);
}

/* One entry for each disk of an aligned document, tracked or not, as libvirt
 * shows it. */
static void
write_disks(Writer *writer, const CheckpointDef *def, unsigned flags)
{
    if (!def->disks || def->disks->len == 0)
        return;
    writer_open(writer, "disks");
    for (guint i = 0; i < def->disks->len; i++) {
        const CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        writer_open(writer, "disk");
        writer_attribute(writer, "name", disk->name);
        /* Never "auto": what came of it is what is shown. */
        writer_attribute(writer, "checkpoint",
                         disk->is_tracked ? "bitmap" : "no");
        writer_attribute(writer, "bitmap", disk->bitmap);
        if (flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE && disk->has_size)
            writer_attribute_uint(writer, "size", disk->size);
        writer_close(writer);
    }
    writer_close(writer);
}

/* In libvirt's order of elements. */
void
checkpoint_xml_write(Writer *writer, const CheckpointDef *def, unsigned flags)
{
    writer_open(writer, "domaincheckpoint");
    writer_element(writer, "name", def->name);
    writer_element(writer, "description", def->description);
    moment_xml_write_history(writer, def->parent, def->creation_time);
    write_disks(writer, def, flags);
    if (!(flags & VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN)) {
        moment_xml_write_shared(writer, def->domain,
                                flags & VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    }
    writer_close(writer);
}

char *
checkpoint_xml_format(const CheckpointDef *def, unsigned flags)
{
    g_autoptr(Writer) writer = writer_new();

    checkpoint_xml_write(writer, def, flags);
    return writer_finish(writer);
}

/* The one thing that must be known of an embedded <domain>: whose checkpoint
 * this is. */
bool
checkpoint_xml_domain_uuid(const char *domain_xml, unsigned char *ret_uuid,
                           GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(domain_xml, "domain", "domain", error);
    g_autofree char *text = NULL;

    if (!document)
        return false;
    /* Read from the text, whatever else is in it: it may describe a machine
     * that our own reader would refuse. */
    text = reader_child_text(reader_root(document), "uuid");
    if (!text || !uuid_parse(text, ret_uuid)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the <domain> in the checkpoint has no <uuid>");
    }
    return true;
}
