/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/backup_xml.h"

#include "base/error.h"
#include "model/checkpoint.h"
#include "xml/schema.h"

#include <string.h>

enum { PORT_MAX = 65535, SOCKET_PATH_MAX = 107 };

/* In the order of the enumerations of model/backup.h. */
static const char *const mode_words[] = {"push", "pull", NULL};
static const char *const transport_words[] = {"tcp", "unix", NULL};
static const char *const type_words[] = {"file", "block", "network", NULL};
static const char *const pull_type_words[] = {"file", "block", NULL};
static const char *const on_off_words[] = {"off", "on", NULL};
static const char *const expose_words[] = {"all", "dirty", NULL};
static const char *const protocol_words[] = {"nbd", NULL};
static const char *const yes_no_words[] = {"yes", "no", NULL};
static const char *const disk_mode_words[] = {"full", "incremental", NULL};

/* A path has to be absolute: QEMU's working folder is not the caller's. */
static bool
check_path(const xmlNode *node, const char *attribute, const char *path,
           GError **error)
{
    if (!path) {
        return schema_fail(error, "<%s> lacks the attribute '%s'",
                           reader_name(node), attribute);
    }
    /* %s in full: the reader bounds the document, and a path is what its author
     * has to recognise. */
    if (path[0] != '/') {
        return schema_fail(error, "<%s %s='%s'>: the path must be absolute",
                           reader_name(node), attribute, path);
    }
    return true;
}

/* At most one child of each name. */
static bool
check_single(xmlNode *parent, const char *name, GError **error)
{
    xmlNode *first = reader_first(parent, name);

    /* Of two one would be ignored, and its author not know which. */
    if (first && reader_next(first, name)) {
        return schema_fail(error, "<%s> has more than one <%s>",
                           reader_name(parent), name);
    }
    return true;
}

/* A name that no checkpoint can have. */
static bool
check_checkpoint_name(const xmlNode *node, const char *name, GError **error)
{
    return !name || checkpoint_name_check(name, NULL) ||
           schema_fail(error,
                       "'%.64s' in <%s> is no name of a checkpoint: letters, "
                       "digits, '_', '-' and, not as the first character, '.'",
                       name, reader_name(node));
}

/* Host and port are only read here.  Whether the one resolves and the other is
 * free shows when the backup begins, before anything else of it is made. */
static bool
parse_tcp_server(xmlNode *node, BackupServer *server, GError **error)
{
    static const char *const attributes[] = {"transport", "name", "port", "tls",
                                             NULL};
    uint64_t port = 0;

    if (!reader_only(node, attributes, NULL, error) ||
        !reader_uint(node, "port", G_MAXUINT32, &port, error))
        return false;
    /* A code of its own, as libvirt: the number is a number, only too large. */
    if (port > PORT_MAX) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "<server port='%" G_GUINT64_FORMAT "'>: a port is at most "
                    "%d",
                    port, PORT_MAX);
    }
    /* 0, or none, has one picked; the XML of the running job says which. */
    server->port = (unsigned)port;
    server->name = reader_attribute(node, "name");
    if (server->name && !*server->name)
        return schema_fail(error, "<server name=''>: name a host or leave it");
    return true;
}

/* The path is kept as it came.  Folder and socket are looked at when the backup
 * begins, since both may change until then. */
static bool
parse_unix_server(xmlNode *node, BackupServer *server, GError **error)
{
    static const char *const attributes[] = {"transport", "socket", "tls",
                                             NULL};

    if (!reader_only(node, attributes, NULL, error))
        return false;
    server->socket = reader_attribute(node, "socket");
    if (!check_path(node, "socket", server->socket, error))
        return false;
    /* We could listen at a longer path; no client could connect to it. */
    if (strlen(server->socket) > SOCKET_PATH_MAX) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "<server socket='%s'>: the path of a Unix socket is at "
                    "most %d bytes long; choose a shorter one",
                    server->socket, SOCKET_PATH_MAX);
    }
    return true;
}

/* The transport decides which other attributes there are; those of the other
 * kind are refused by name.  The word of 'tls' is kept, so that the document
 * comes out as it went in. */
static bool
parse_server(xmlNode *node, BackupDef *def, GError **error)
{
    g_autoptr(BackupServer) server = g_new0(BackupServer, 1);
    int transport = BACKUP_TRANSPORT_TCP;
    int tls = 1; /* only whether it is one of the words */

    if (!reader_choice(node, "transport", transport_words, &transport, error) ||
        !reader_choice(node, "tls", yes_no_words, &tls, error))
        return false;
    server->tls = reader_attribute(node, "tls");
    server->transport = (BackupTransport)transport;
    if (transport == BACKUP_TRANSPORT_UNIX) {
        if (!parse_unix_server(node, server, error))
            return false;
    } else if (!parse_tcp_server(node, server, error)) {
        return false;
    }
    def->server = g_steal_pointer(&server);
    return true;
}

/* Both would change what is written or who may read it. */
static bool
refuse_protection(xmlNode *node, const BackupDisk *disk, GError **error)
{
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        if (strcmp(reader_name(child), "encryption") == 0 ||
            strcmp(reader_name(child), "seclabel") == 0) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "<%s> within <%s> of disk '%s' is not supported; leave "
                        "it out",
                        reader_name(child), reader_name(node), disk->name);
        }
    }
    return true;
}

static bool
parse_host(xmlNode *node, BackupServer *host, GError **error)
{
    static const char *const tcp[] = {"transport", "name", "port", NULL};
    static const char *const local[] = {"transport", "socket", NULL};
    int transport = BACKUP_TRANSPORT_TCP;
    uint64_t port = 0;

    if (!reader_choice(node, "transport", transport_words, &transport, error))
        return false;
    host->transport = (BackupTransport)transport;
    if (host->transport == BACKUP_TRANSPORT_UNIX) {
        host->socket = reader_attribute(node, "socket");
        return reader_only(node, local, NULL, error) &&
               check_path(node, "socket", host->socket, error);
    }
    host->name = reader_attribute(node, "name");
    if (!reader_only(node, tcp, NULL, error) ||
        !reader_uint(node, "port", PORT_MAX, &port, error))
        return false;
    host->port = (unsigned)port;
    return (host->name && *host->name) ||
           schema_fail(error, "<host> lacks the attribute 'name'");
}

/* <target protocol='nbd' name='EXPORT'><host .../></target>: an export that is
 * there and is written to. */
static bool
parse_network(xmlNode *node, BackupDisk *disk, GError **error)
{
    static const char *const attributes[] = {"protocol", "name", "tls", NULL};
    static const char *const children[] = {"host", NULL};
    g_autoptr(BackupServer) server = g_new0(BackupServer, 1);
    g_autofree char *name = reader_attribute(node, "name");
    xmlNode *host = reader_first(node, "host");
    int protocol = -1;
    int tls = 1;

    if (!reader_only(node, attributes, children, error) ||
        !check_single(node, "host", error) ||
        !reader_choice(node, "protocol", protocol_words, &protocol, error) ||
        !reader_choice(node, "tls", yes_no_words, &tls, error))
        return false;
    if (protocol < 0)
        return schema_fail(error, "<target> lacks the attribute 'protocol'");
    if (!host) {
        return schema_fail(error, "<target protocol='nbd'> lacks its <host>: "
                                  "say where the server listens");
    }
    if (tls == 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<target tls='yes'> of disk '%s' is not supported; use a "
                    "Unix socket or a network that is trusted",
                    disk->name);
    }
    if (!parse_host(host, server, error))
        return false;
    backup_disk_set_network(disk, g_steal_pointer(&server),
                            name ? g_steal_pointer(&name) : g_strdup(""));
    return true;
}

/* <target file='...'/> or <scratch dev='...'/>. */
static bool
parse_store(xmlNode *node, BackupMode mode, BackupDisk *disk, GError **error)
{
    bool is_push = mode == BACKUP_MODE_PUSH;
    const char *attribute = disk->type == DISK_SOURCE_BLOCK ? "dev" : "file";
    const char *const attributes[] = {attribute, is_push ? "shallow" : NULL,
                                      NULL};
    int shallow = 0;

    if (!refuse_protection(node, disk, error))
        return false;
    if (disk->type == DISK_SOURCE_NETWORK)
        return parse_network(node, disk, error);
    if (!reader_only(node, attributes, NULL, error) ||
        !reader_choice(node, "shallow", on_off_words, &shallow, error))
        return false;
    disk->is_shallow = shallow == 1;
    disk->store = reader_attribute(node, attribute);
    return check_path(node, attribute, disk->store, error);
}

/* The format of the image that the backup makes, or finds with REUSE_EXTERNAL.
 * It is never found out by looking: what lies in a file is whatever somebody
 * put there. */
static bool
parse_driver(xmlNode *node, BackupMode mode, BackupDisk *disk, GError **error)
{
    static const char *const attributes[] = {"type", NULL};
    static const char *const foreign[] = {
        "bochs", "cloop", "dmg", "luks", "qcow", "qed", "vdi",
        "vhdx",  "vmdk",  "vpc", "iso",  "vhd",  NULL};
    g_autofree char *type = NULL;
    int format = -1;

    if (!reader_only(node, attributes, NULL, error))
        return false;
    type = reader_attribute(node, "type");
    if (!type)
        return schema_fail(error, "<driver> lacks the attribute 'type'");
    format = image_format_parse(type);
    if (mode == BACKUP_MODE_PULL && format != IMAGE_FORMAT_QCOW2) {
        return schema_fail(error,
                           "<driver type='%s'> of disk '%s': the scratch of a "
                           "pull backup is always qcow2",
                           type, disk->name);
    }
    /* Formats that exist are "not supported", words that do not are a mistake:
     * libvirt's two codes. */
    if (format < 0 && g_strv_contains(foreign, type)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<driver type='%s'> of disk '%s' is not supported; use "
                    "qcow2 or raw",
                    type, disk->name);
    }
    if (format < 0) {
        return schema_fail(error,
                           "<driver type='%s'> of disk '%s': use qcow2 or raw",
                           type, disk->name);
    }
    disk->format = (ImageFormat)format;
    return true;
}

/* Which store a disk has depends on the mode of the whole backup: a target is
 * written by QEMU, a scratch is ours. */
static bool
parse_disk_children(xmlNode *node, BackupMode mode, BackupDisk *disk,
                    GError **error)
{
    const char *store = mode == BACKUP_MODE_PUSH ? "target" : "scratch";
    const char *const children[] = {"driver", store, NULL};

    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        const char *name = reader_name(child);

        if (!g_strv_contains(children, name)) {
            return schema_fail(error,
                               "<disk name='%s'> of a %s backup has no <%s>",
                               disk->name, mode_words[mode], name);
        }
        if (!check_single(node, name, error))
            return false;
        /* The type of the disk is known by now: it says which attribute the
         * store has. */
        if (strcmp(name, "driver") == 0) {
            if (!parse_driver(child, mode, disk, error))
                return false;
        } else if (!parse_store(child, mode, disk, error)) {
            return false;
        }
    }
    return true;
}

/* backupmode and incremental may both be given, and must not contradict each
 * other.  That a name is missing altogether is found by backup_def_align(),
 * which knows the name for the whole backup. */
static bool
parse_disk_mode(xmlNode *node, BackupDisk *disk, GError **error)
{
    int mode = -1;

    if (!reader_choice(node, "backupmode", disk_mode_words, &mode, error))
        return false;
    /* Absent stays UNSET: what it means depends on the whole document and is
     * settled by backup_def_align(). */
    if (mode >= 0)
        disk->mode = mode == 0 ? BACKUP_DISK_FULL : BACKUP_DISK_INCREMENTAL;
    disk->incremental = reader_attribute(node, "incremental");
    if (disk->incremental && !*disk->incremental) {
        return schema_fail(error,
                           "<disk name='%s' incremental=''>: name a checkpoint",
                           disk->name);
    }
    if (!check_checkpoint_name(node, disk->incremental, error))
        return false;
    if (disk->incremental && disk->mode == BACKUP_DISK_FULL) {
        return schema_fail(error,
                           "<disk name='%s'> asks for a full backup and for "
                           "one since checkpoint '%s'; leave one of them out",
                           disk->name, disk->incremental);
    }
    return true;
}

/* What a disk that takes part may say. */
static bool
parse_chosen_disk(xmlNode *node, BackupMode mode, BackupDisk *disk,
                  GError **error)
{
    static const char *const push[] = {
        "name", "backup", "type", "backupmode", "incremental", "index", NULL};
    static const char *const pull[] = {
        "name",  "backup",     "type",         "backupmode", "incremental",
        "index", "exportname", "exportbitmap", "expose",     NULL};
    static const char *const children[] = {"driver", "target", "scratch", NULL};
    bool is_pull = mode == BACKUP_MODE_PULL;
    int type = -1;
    int expose = BACKUP_EXPOSE_ALL;
    uint64_t index = 0; /* libvirt shows one, and so it may come back */

    if (!reader_only(node, is_pull ? pull : push, children, error) ||
        !reader_choice(node, "type", is_pull ? pull_type_words : type_words,
                       &type, error) ||
        !reader_choice(node, "expose", expose_words, &expose, error) ||
        !reader_uint(node, "index", G_MAXUINT32, &index, error) ||
        !parse_disk_mode(node, disk, error))
        return false;
    if (type >= 0)
        disk->type = (DiskSourceType)(DISK_SOURCE_FILE + type);
    if (disk->type == DISK_SOURCE_NETWORK)
        disk->format = IMAGE_FORMAT_RAW;
    disk->expose = (BackupExpose)expose;
    disk->exportname = reader_attribute(node, "exportname");
    disk->exportbitmap = reader_attribute(node, "exportbitmap");
    if (!parse_disk_children(node, mode, disk, error))
        return false;
    /* Nobody can make up where a server listens. */
    return disk->type != DISK_SOURCE_NETWORK || disk->host ||
           fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<disk name='%s' type='network'> needs a <target "
                "protocol='nbd'> with its <host>",
                disk->name);
}

/* backup='no' first: it decides whether the rest may be there at all. */
static BackupDisk *
parse_disk(xmlNode *node, BackupMode mode, GError **error)
{
    static const char *const idle_attributes[] = {"name", "backup", NULL};
    g_autofree char *name = reader_attribute(node, "name");
    g_autoptr(BackupDisk) disk = NULL;
    int backup = 0;

    if (!name || !*name) {
        schema_fail(error, "<disk> lacks the attribute 'name'");
        return NULL;
    }
    if (!reader_choice(node, "backup", yes_no_words, &backup, error))
        return NULL;
    disk = backup_disk_new(name);
    disk->is_chosen = backup == 0;
    /* A disk that takes no part may say nothing else; what it said would not be
     * done. */
    if (disk->is_chosen) {
        if (!parse_chosen_disk(node, mode, disk, error))
            return NULL;
    } else if (!reader_only(node, idle_attributes, NULL, error)) {
        return NULL;
    }
    return g_steal_pointer(&disk);
}

/* A NULL list (no element) and an empty one mean different things, see
 * backup_def_align(); the second never gets past here. */
static bool
parse_disks(xmlNode *node, BackupDef *def, GError **error)
{
    static const char *const children[] = {"disk", NULL};

    if (!reader_only(node, NULL, children, error))
        return false;
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)backup_disk_free);
    for (xmlNode *child = reader_first(node, "disk"); child;
         child = reader_next(child, "disk")) {
        BackupDisk *disk = parse_disk(child, def->mode, error);

        if (!disk)
            return false;
        g_ptr_array_add(def->disks, disk);
    }
    /* Not "none" and not "all": an empty list is what a script writes that
     * found no disk. */
    if (def->disks->len == 0) {
        return schema_fail(error, "<disks> lists no disk; name one, or leave "
                                  "<disks> out to back up all");
    }
    return true;
}

/* A push has no server of ours, and a pull nothing without one. */
static bool
parse_server_of_mode(xmlNode *root, BackupDef *def, GError **error)
{
    xmlNode *server = reader_first(root, "server");

    if (def->mode == BACKUP_MODE_PUSH) {
        return !server || schema_fail(error, "a push backup has no <server>");
    }
    /* libvirt's schema wants one too; a default would open a port that nobody
     * asked for. */
    if (!server) {
        return schema_fail(error,
                           "a pull backup lacks its <server>: say where to "
                           "listen, such as <server transport='unix' "
                           "socket='/run/backup.sock'/>");
    }
    return parse_server(server, def, error);
}

/* The mode is read before everything else, since what the other elements may
 * hold depends on it.  An id is accepted and of no consequence: XML of a
 * running job can be given to begin another. */
static bool
parse_root(xmlNode *root, BackupDef *def, GError **error)
{
    static const char *const attributes[] = {"mode", "id", NULL};
    static const char *const children[] = {"incremental", "server", "disks",
                                           NULL};
    xmlNode *disks = reader_first(root, "disks");
    int mode = BACKUP_MODE_PUSH;
    uint64_t id = 0;

    if (!reader_only(root, attributes, children, error))
        return false;
    for (const char *const *name = children; *name; name++) {
        if (!check_single(root, *name, error))
            return false;
    }
    if (!reader_choice(root, "mode", mode_words, &mode, error) ||
        !reader_uint(root, "id", G_MAXINT, &id, error))
        return false;
    def->mode = (BackupMode)mode;
    def->id = (int)id;
    /* An empty element means a full backup, as libvirt has it. */
    def->incremental = reader_child_text(root, "incremental");
    if (def->incremental && !*def->incremental) {
        g_clear_pointer(&def->incremental, g_free);
    }
    if (!check_checkpoint_name(root, def->incremental, error) ||
        !parse_server_of_mode(root, def, error))
        return false;
    return !disks || parse_disks(disks, def, error);
}

/* Also for the record of jobs, whose <domainbackup> is inside another document
 * and is held to the same rules. */
BackupDef *
backup_xml_parse_node(xmlNode *root, GError **error)
{
    g_autoptr(BackupDef) def = backup_def_new();
    GError *problem = NULL;

    if (parse_root(root, def, &problem))
        return g_steal_pointer(&def);
    /* The reader cannot know that this document has a schema.
     *
     * All others keep their code: they say more than the schema could. */
    if (error_is(problem, VIR_ERR_XML_ERROR))
        problem->code = VIR_ERR_XML_INVALID_SCHEMA;
    g_propagate_error(error, problem);
    return NULL;
}

/* Two nets: our reader, which says what is wrong, and the schema, which catches
 * what the reader let through. */
BackupDef *
backup_xml_parse(const char *text, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "domainbackup", "domainbackup", error);
    g_autoptr(BackupDef) def = NULL;

    if (!document)
        return NULL;
    /* Our own reading first, for the sake of its words; the schema is the
     * second net. */
    def = backup_xml_parse_node(reader_root(document), error);
    if (!def || !schema_check(SCHEMA_BACKUP, document, error))
        return NULL;
    return g_steal_pointer(&def);
}

/* In libvirt's order of attributes, so that documents of either can be
 * compared. */
static void
write_server(Writer *writer, const BackupServer *server)
{
    writer_open(writer, "server");
    /* Always, as libvirt does, although tcp is the default. */
    writer_attribute(writer, "transport", transport_words[server->transport]);
    writer_attribute(writer, "tls", server->tls);
    writer_attribute(writer, "name", server->name);
    if (server->port > 0)
        writer_attribute_uint(writer, "port", server->port);
    writer_attribute(writer, "socket", server->socket);
    writer_close(writer);
}

static void
write_host(Writer *writer, const BackupServer *host)
{
    writer_open(writer, "host");
    writer_attribute(writer, "transport", transport_words[host->transport]);
    writer_attribute(writer, "name", host->name);
    if (host->port > 0)
        writer_attribute_uint(writer, "port", host->port);
    writer_attribute(writer, "socket", host->socket);
    writer_close(writer);
}

/* The driver is written with the store, also where it is the default: the XML
 * of a job says what is really done. */
static void
write_store(Writer *writer, const BackupDisk *disk, BackupMode mode)
{
    bool is_block = disk->type == DISK_SOURCE_BLOCK;

    /* Not aligned yet. */
    if (!disk->store)
        return;
    writer_open(writer, "driver");
    writer_attribute(writer, "type", image_format_name(disk->format));
    writer_close(writer);
    writer_open(writer, mode == BACKUP_MODE_PUSH ? "target" : "scratch");
    if (disk->host) {
        writer_attribute(writer, "protocol", "nbd");
        writer_attribute(writer, "name", disk->target_name);
        write_host(writer, disk->host);
    } else {
        writer_attribute(writer, is_block ? "dev" : "file", disk->store);
        writer_attribute(writer, "shallow", disk->is_shallow ? "on" : NULL);
    }
    writer_close(writer);
}

/* Read again by parse_disk(): a record is read by the code that reads
 * documents. */
static void
write_disk(Writer *writer, const BackupDisk *disk, BackupMode mode)
{
    writer_open(writer, "disk");
    writer_attribute(writer, "name", disk->name);
    writer_attribute(writer, "backup", disk->is_chosen ? "yes" : "no");
    /* Of the others only that they take no part. */
    if (disk->is_chosen) {
        if (disk->type != DISK_SOURCE_NONE) {
            writer_attribute(writer, "type",
                             type_words[disk->type - DISK_SOURCE_FILE]);
        }
        if (disk->mode != BACKUP_DISK_UNSET) {
            bool is_full = disk->mode == BACKUP_DISK_FULL;

            writer_attribute(writer, "backupmode",
                             disk_mode_words[is_full ? 0 : 1]);
        }
        writer_attribute(writer, "incremental", disk->incremental);
        if (disk->index > 0)
            writer_attribute_uint(writer, "index", disk->index);
        writer_attribute(writer, "exportname", disk->exportname);
        writer_attribute(writer, "exportbitmap", disk->exportbitmap);
        /* Shown only where it was asked for: libvirt's readers do not know
         * the word. */
        writer_attribute(writer, "expose",
                         disk->expose == BACKUP_EXPOSE_DIRTY ? "dirty" : NULL);
        write_store(writer, disk, mode);
    }
    writer_close(writer);
}

/* Everything that was filled in is written out.  What is NULL or UNSET belongs
 * to a document that was not aligned, and is left out. */
void
backup_xml_write(Writer *writer, const BackupDef *def)
{
    writer_open(writer, "domainbackup");
    writer_attribute(writer, "mode", mode_words[def->mode]);
    /* The proposal's attribute, which today's libvirt does not have; a document
     * that was not begun has none. */
    if (def->id > 0)
        writer_attribute_uint(writer, "id", (uint64_t)def->id);
    writer_element(writer, "incremental", def->incremental);
    if (def->server)
        write_server(writer, def->server);
    if (def->disks) {
        writer_open(writer, "disks");
        for (guint i = 0; i < def->disks->len; i++)
            write_disk(writer, g_ptr_array_index(def->disks, i), def->mode);
        writer_close(writer);
    }
    writer_close(writer);
}

char *
backup_xml_format(const BackupDef *def)
{
    g_autoptr(Writer) writer = writer_new();

    backup_xml_write(writer, def);
    return writer_finish(writer);
}
