/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/snapshot_xml.h"

#include "base/error.h"
#include "xml/moment/moment_xml.h"
#include "xml/schema.h"

#include <string.h>

/* In the order of SnapshotState and SnapshotPlace; what is "not known yet" has
 * no word. */
static const char *const state_words[] = {"",        "running",       "paused",
                                          "shutoff", "disk-snapshot", NULL};
static const char *const place_words[] = {"", "no", "internal", "external",
                                          NULL};

/* "manual" (somebody else takes that disk's snapshot while the guest stands
 * still) is libvirt's since 8.2: known, and not done here. */
static bool
parse_place(xmlNode *node, SnapshotPlace *ret_place, GError **error)
{
    g_autofree char *word = reader_attribute(node, "snapshot");

    if (!word)
        return true;
    if (g_str_equal(word, "manual")) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<%s snapshot='manual'> is not supported: QEMU gives its "
                    "images back only when the guest runs; pause the domain, "
                    "take that disk's yourself, and use 'no' here, or use "
                    "'internal' or 'external'",
                    reader_name(node));
    }
    for (int i = SNAPSHOT_PLACE_NO; place_words[i]; i++) {
        if (g_str_equal(word, place_words[i])) {
            *ret_place = (SnapshotPlace)i;
            return true;
        }
    }
    return schema_fail(error,
                       "attribute 'snapshot' of <%s> is '%s', not 'no', "
                       "'internal' or 'external'",
                       reader_name(node), word);
}

/* ---- disks ---- */

/* A missing type is a file, as everywhere; nothing is concluded from the source. */
static bool
parse_type(xmlNode *node, SnapshotDisk *disk, GError **error)
{
    g_autofree char *type = reader_attribute(node, "type");

    if (!type || g_str_equal(type, "file"))
        return true;
    if (g_str_equal(type, "block")) {
        disk->type = DISK_SOURCE_BLOCK;
        return true;
    }
    if (g_str_equal(type, "network")) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the overlay of disk '%s' cannot be on the network, as no "
                    "disk of a domain can; use type 'file' or 'block', on a "
                    "mounted file system or a mapped device",
                    disk->name);
    }
    return schema_fail(error,
                       "attribute 'type' of disk '%s' is '%s', not 'file' or "
                       "'block'",
                       disk->name, type);
}

/* Relative paths would mean another file to each process that reads the record. */
static bool
parse_source(xmlNode *node, SnapshotDisk *disk, GError **error)
{
    const char *key = disk->type == DISK_SOURCE_BLOCK ? "dev" : "file";
    const char *attributes[] = {key, NULL};
    xmlNode *source = reader_first(node, "source");

    if (!source)
        return true;
    if (!schema_check_shape(source, attributes, NULL, NULL, error))
        return false;
    disk->path = reader_attribute(source, key);
    if (!disk->path || g_path_is_absolute(disk->path))
        return true;
    return fail(error, VIR_ERR_XML_ERROR,
                "overlay '%s' of disk '%s' is not an absolute path", disk->path,
                disk->name);
}

/* No format is guessed: what is left out is the default of an overlay, qcow2, and
 * whether that can be is decided with the disk in hand (model/snapshot_align.h). */
static bool
parse_driver(xmlNode *node, SnapshotDisk *disk, GError **error)
{
    static const char *const attributes[] = {"type", NULL};
    xmlNode *driver = reader_first(node, "driver");
    g_autofree char *type = NULL;
    int format = -1;

    if (!driver)
        return true;
    if (!schema_check_shape(driver, attributes, NULL, NULL, error))
        return false;
    type = reader_attribute(driver, "type");
    if (!type)
        return true;
    format = image_format_parse(type);
    if (format < 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the overlay of disk '%s' cannot be of format '%s'; use "
                    "qcow2",
                    disk->name, type);
    }
    disk->format = (ImageFormat)format;
    return true;
}

/* What an overlay is only makes sense where there is one; saying where it is
 * asks for one. */
static bool
settle_place(SnapshotDisk *disk, GError **error)
{
    if (disk->place == SNAPSHOT_PLACE_DEFAULT && disk->path)
        disk->place = SNAPSHOT_PLACE_EXTERNAL;
    if (!disk->path || disk->place == SNAPSHOT_PLACE_EXTERNAL)
        return true;
    return schema_fail(error,
                       "disk '%s' has a <source> although its attribute "
                       "'snapshot' is '%s'",
                       disk->name, place_words[disk->place]);
}

/* The shape first: an element that nobody knows may have been meant to change what
 * the others say. */
static SnapshotDisk *
parse_disk(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {"name", "snapshot", "type", NULL};
    static const char *const children[] = {"source", "driver",
                                           "snapshotDeleteInProgress", NULL};
    g_autofree char *name = reader_attribute(node, "name");
    g_autoptr(SnapshotDisk) disk = NULL;

    if (!schema_check_shape(node, attributes, children, NULL, error))
        return NULL;
    if (!name || !name[0]) {
        schema_fail(error, "a <disk> lacks the attribute 'name'");
        return NULL;
    }
    disk = snapshot_disk_new(name);
    if (!parse_place(node, &disk->place, error) ||
        !parse_type(node, disk, error) || !parse_source(node, disk, error) ||
        !parse_driver(node, disk, error) || !settle_place(disk, error))
        return NULL;
    return g_steal_pointer(&disk);
}

static bool
parse_disks(xmlNode *root, SnapshotDef *def, GError **error)
{
    static const char *const children[] = {"disk", NULL};
    xmlNode *list = reader_first(root, "disks");

    if (!list)
        return true;
    if (!schema_check_shape(list, NULL, children, "disk", error))
        return false;
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    for (xmlNode *node = reader_first(list, "disk"); node;
         node = reader_next(node, "disk")) {
        SnapshotDisk *disk = parse_disk(node, error);

        if (!disk)
            return false;
        g_ptr_array_add(def->disks, disk);
    }
    return true;
}

/* A file says where external memory goes, so naming one asks for that. */
static bool
parse_memory(xmlNode *root, SnapshotDef *def, GError **error)
{
    static const char *const attributes[] = {"snapshot", "file", NULL};
    xmlNode *memory = reader_first(root, "memory");

    if (!memory)
        return true;
    if (!schema_check_shape(memory, attributes, NULL, NULL, error) ||
        !parse_place(memory, &def->memory, error))
        return false;
    def->memory_file = reader_attribute(memory, "file");
    if (!def->memory_file)
        return true;
    if (def->memory == SNAPSHOT_PLACE_DEFAULT)
        def->memory = SNAPSHOT_PLACE_EXTERNAL;
    if (def->memory != SNAPSHOT_PLACE_EXTERNAL) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "memory file '%s' is named although the memory is not "
                    "external",
                    def->memory_file);
    }
    if (g_path_is_absolute(def->memory_file))
        return true;
    return fail(error, VIR_ERR_XML_ERROR,
                "memory file '%s' is not an absolute path", def->memory_file);
}

/* ---- history ---- */

static bool
parse_state(xmlNode *root, SnapshotDef *def, GError **error)
{
    g_autofree char *word = reader_child_text(root, "state");

    if (!word) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a snapshot that is redefined needs its <state>; it stands "
                    "in the XML that was dumped");
    }
    for (int i = SNAPSHOT_STATE_RUNNING; state_words[i]; i++) {
        if (g_str_equal(word, state_words[i])) {
            def->state = (SnapshotState)i;
            return true;
        }
    }
    return schema_fail(error,
                       "<state> is '%s', not 'running', 'paused', 'shutoff' or "
                       "'disk-snapshot'",
                       word);
}

/* Kept as text, as in a checkpoint's document: it may hold what our own subset
 * of domain XML refuses.  libvirt calls the definition of a machine that ran
 * <inactiveDomain>, with the content of a <domain>. */
static char *
dump_inactive(xmlNode *node)
{
    char *text = NULL;

    xmlNodeSetName(node, BAD_CAST "domain");
    text = reader_dump(node);
    /* The document is held against the schema after this. */
    xmlNodeSetName(node, BAD_CAST "inactiveDomain");
    return text;
}

static bool
parse_history(xmlNode *root, SnapshotDef *def, GError **error)
{
    xmlNode *domain = reader_first(root, "domain");
    xmlNode *inactive = reader_first(root, "inactiveDomain");

    if (!def->name) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a snapshot that is redefined needs its <name>");
    }
    if (domain)
        def->domain_xml = reader_dump(domain);
    if (inactive)
        def->inactive_xml = dump_inactive(inactive);
    return parse_state(root, def, error) &&
           moment_xml_parse_creation_time(root, "snapshot", &def->creation_time,
                                          error) &&
           moment_xml_parse_parent(root, snapshot_name_check, &def->parent,
                                   error);
}

SnapshotDef *
snapshot_xml_parse_node(xmlNode *root, bool is_redefine, GError **error)
{
    /* The last two are libvirt's own notes in what it dumped. */
    static const char *const children[] = {
        "name",           "description", "state",  "parent",
        "creationTime",   "memory",      "disks",  "domain",
        "inactiveDomain", "active",      "cookie", NULL};
    g_autoptr(SnapshotDef) def = snapshot_def_new();

    if (!schema_check_shape(root, NULL, children, NULL, error))
        return NULL;
    def->name = reader_child_text(root, "name");
    /* The name becomes a file name: checked before anybody can use it. */
    if (def->name && !snapshot_name_check(def->name, error))
        return NULL;
    def->description = reader_child_text(root, "description");
    if (!parse_memory(root, def, error) || !parse_disks(root, def, error))
        return NULL;
    if (is_redefine && !parse_history(root, def, error))
        return NULL;
    return g_steal_pointer(&def);
}

SnapshotDef *
snapshot_xml_parse(const char *text, bool is_redefine, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "domainsnapshot", "domainsnapshot", error);
    g_autoptr(SnapshotDef) def = NULL;

    if (!document)
        return NULL;
    def = snapshot_xml_parse_node(reader_root(document), is_redefine, error);
    if (!def || !schema_check(SCHEMA_SNAPSHOT, document, error))
        return NULL;
    return g_steal_pointer(&def);
}

/* ---- writing ---- */

static void
write_overlay(Writer *writer, const SnapshotDisk *disk)
{
    bool is_block = disk->type == DISK_SOURCE_BLOCK;

    writer_attribute(writer, "type", is_block ? "block" : "file");
    writer_open(writer, "driver");
    writer_attribute(writer, "type", image_format_name(disk->format));
    writer_close(writer);
    if (!disk->path)
        return;
    writer_open(writer, "source");
    writer_attribute(writer, is_block ? "dev" : "file", disk->path);
    writer_close(writer);
}

static void
write_disks(Writer *writer, const SnapshotDef *def)
{
    if (!def->disks || def->disks->len == 0)
        return;
    writer_open(writer, "disks");
    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(def->disks, i);

        writer_open(writer, "disk");
        writer_attribute(writer, "name", disk->name);
        if (disk->place != SNAPSHOT_PLACE_DEFAULT)
            writer_attribute(writer, "snapshot", place_words[disk->place]);
        if (disk->place == SNAPSHOT_PLACE_EXTERNAL)
            write_overlay(writer, disk);
        writer_close(writer);
    }
    writer_close(writer);
}

static void
write_memory(Writer *writer, const SnapshotDef *def)
{
    if (def->memory == SNAPSHOT_PLACE_DEFAULT)
        return;
    writer_open(writer, "memory");
    writer_attribute(writer, "snapshot", place_words[def->memory]);
    writer_attribute(writer, "file", def->memory_file);
    writer_close(writer);
}

void
snapshot_xml_write(Writer *writer, const SnapshotDef *def,
                   SnapshotFormatFlags flags)
{
    bool is_secure = flags & SNAPSHOT_FORMAT_SECURE;

    writer_open(writer, "domainsnapshot");
    writer_element(writer, "name", def->name);
    writer_element(writer, "description", def->description);
    if (def->state != SNAPSHOT_STATE_NONE)
        writer_element(writer, "state", state_words[def->state]);
    moment_xml_write_history(writer, def->parent, def->creation_time);
    write_memory(writer, def);
    write_disks(writer, def);
    if (!(flags & SNAPSHOT_FORMAT_RECORD)) {
        moment_xml_write_domain(writer, "domain", def->domain_xml, is_secure);
        moment_xml_write_domain(writer, "inactiveDomain", def->inactive_xml,
                                is_secure);
    }
    writer_close(writer);
}

char *
snapshot_xml_format(const SnapshotDef *def, SnapshotFormatFlags flags)
{
    g_autoptr(Writer) writer = writer_new();

    snapshot_xml_write(writer, def, flags);
    return writer_finish(writer);
}
