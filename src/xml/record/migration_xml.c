/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/record/migration_xml.h"

#include "base/error.h"

#include <string.h>

/* What is false is left out, as in all records. */
void
migration_xml_write(Writer *writer, const Migration *migration)
{
    writer_open(writer, "migration");
    writer_attribute(writer, "id", migration->id);
    writer_attribute(writer, "incoming", migration->is_incoming ? "yes" : NULL);
    writer_attribute(writer, "moved", migration->is_moved ? "yes" : NULL);
    writer_attribute(writer, "defines", migration->defines ? "yes" : NULL);
    writer_attribute_uint(writer, "flags", migration->flags);
    writer_attribute(writer, "peer", migration->peer);
    writer_attribute_uint(writer, "leader", (uint64_t)migration->leader);
    writer_attribute_uint(writer, "leader-since", migration->leader_since);
    writer_close(writer);
}

/* An id is part of a file's name: nothing but what a UUID has. */
static bool
is_id(const char *text)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    return text && uuid_parse(text, uuid);
}

/* Which of two QEMUs is ended is decided by this, so nothing of it is
 * guessed. */
Migration *
migration_xml_parse(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {"id",      "incoming",     "moved",
                                             "defines", "flags",        "peer",
                                             "leader",  "leader-since", NULL};
    g_autofree char *id = reader_attribute(node, "id");
    g_autoptr(Migration) migration = migration_new(id, false);
    uint64_t flags = 0;
    uint64_t leader = 0;

    if (!reader_only(node, attributes, NULL, error) ||
        !reader_yes(node, "incoming", &migration->is_incoming, error) ||
        !reader_yes(node, "moved", &migration->is_moved, error) ||
        !reader_yes(node, "defines", &migration->defines, error) ||
        !reader_uint(node, "flags", G_MAXUINT32, &flags, error) ||
        !reader_uint(node, "leader", G_MAXINT32, &leader, error) ||
        !reader_uint(node, "leader-since", G_MAXUINT64,
                     &migration->leader_since, error))
        return NULL;
    migration->peer = reader_attribute(node, "peer");
    if (!is_id(id) || (!migration->is_incoming && !migration->peer)) {
        fail(error, VIR_ERR_XML_ERROR,
             "the record of a migration says too little about it");
        return NULL;
    }
    /* Bounded above to what fits. */
    migration->flags = (unsigned)flags;
    migration->leader = (int64_t)leader;
    return g_steal_pointer(&migration);
}

/* One text for both ways: what a side does not know it does not say. */
char *
migration_cookie_format(const MigrationCookie *cookie)
{
    g_autoptr(Writer) writer = writer_new();
    char uuid[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(cookie->uuid, uuid);
    writer_open(writer, "migration");
    writer_attribute(writer, "id", cookie->id);
    writer_attribute(writer, "uuid", uuid);
    writer_attribute(writer, "host", cookie->host);
    writer_attribute(writer, "stamp", cookie->stamp);
    writer_attribute(writer, "peer", cookie->peer);
    writer_attribute(writer, "offline", cookie->is_offline ? "yes" : NULL);
    for (guint i = 0; i < cookie->disks->len; i++) {
        const MigrationDisk *disk = g_ptr_array_index(cookie->disks, i);

        writer_open(writer, "disk");
        writer_attribute(writer, "target", disk->target);
        writer_attribute_uint(writer, "inode", disk->inode);
        writer_attribute_uint(writer, "device", disk->device);
        writer_attribute_uint(writer, "size", disk->size);
        writer_close(writer);
    }
    /* As text, and not as elements: it is read by who knows domains. */
    writer_element(writer, "definition", cookie->definition);
    writer_close(writer);
    return writer_finish(writer);
}

/* What has to be there says nothing. */
char *
migration_cookie_question(const Migration *migration, const unsigned char *uuid)
{
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();

    cookie->id = g_strdup(migration->id);
    memcpy(cookie->uuid, uuid, sizeof(cookie->uuid));
    cookie->host = g_strdup("-");
    cookie->stamp = g_strdup("-");
    return migration_cookie_format(cookie);
}

/* Bounded by the document, whose size the reader bounds. */
static bool
parse_disk(xmlNode *node, MigrationCookie *cookie, GError **error)
{
    static const char *const attributes[] = {"target", "inode", "device",
                                             "size", NULL};
    g_autofree char *target = reader_attribute(node, "target");
    MigrationDisk *disk = NULL;

    if (!target || migration_cookie_find(cookie, target)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a disk has no name, or is there twice");
    }
    disk = migration_cookie_add(cookie, target);
    return reader_only(node, attributes, NULL, error) &&
           reader_uint(node, "inode", G_MAXUINT64, &disk->inode, error) &&
           reader_uint(node, "device", G_MAXUINT64, &disk->device, error) &&
           reader_uint(node, "size", G_MAXINT64, &disk->size, error);
}

/* From a process that we do not know: an id becomes the name of a file, so
 * it is a UUID or nothing. */
static bool
parse_cookie(xmlNode *root, MigrationCookie *cookie, GError **error)
{
    static const char *const attributes[] = {"id",   "uuid",    "host", "stamp",
                                             "peer", "offline", NULL};
    static const char *const children[] = {"disk", "definition", NULL};
    g_autofree char *uuid = reader_attribute(root, "uuid");

    if (!reader_only(root, attributes, children, error) ||
        !reader_yes(root, "offline", &cookie->is_offline, error))
        return false;
    cookie->id = reader_attribute(root, "id");
    cookie->host = reader_attribute(root, "host");
    cookie->stamp = reader_attribute(root, "stamp");
    cookie->peer = reader_attribute(root, "peer");
    cookie->definition = reader_child_text(root, "definition");
    if (!is_id(cookie->id) || !cookie->host || !cookie->stamp || !uuid ||
        !uuid_parse(uuid, cookie->uuid)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "it does not say which machine moves from where");
    }
    for (xmlNode *child = reader_first(root, "disk"); child;
         child = reader_next(child, "disk")) {
        if (!parse_disk(child, cookie, error))
            return false;
    }
    return true;
}

/* A caller that skipped a phase has none, and hears so. */
MigrationCookie *
migration_cookie_parse(const char *text, GError **error)
{
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autoptr(XmlDocument) document =
        text ? reader_parse(text, "migration", "migration", error) : NULL;

    if (!text) {
        fail(error, VIR_ERR_INVALID_ARG,
             "a phase of a migration was given no cookie of the phase before");
        return NULL;
    }
    if (!document || !parse_cookie(reader_root(document), cookie, error)) {
        g_prefix_error(error, "cannot read what the other side of a migration "
                              "told: ");
        return NULL;
    }
    return g_steal_pointer(&cookie);
}
