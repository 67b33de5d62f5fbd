/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/backup.h"

#include "base/error.h"

#include <string.h>

/* What the NBD protocol (names) and QEMU (bitmaps) take. */
enum { EXPORT_NAME_MAX = 4095, BITMAP_NAME_MAX = 1023, NBD_PORT = 10809 };

#define DEFAULT_HOST "127.0.0.1"

BackupDisk *
backup_disk_new(const char *name)
{
    BackupDisk *disk = g_new0(BackupDisk, 1);

    disk->name = g_strdup(name);
    /* Naming a disk is choosing it, unless it says backup='no'; and qcow2 is
     * libvirt's default for a store of either kind. */
    disk->is_chosen = true;
    disk->format = IMAGE_FORMAT_QCOW2;
    return disk;
}

/* All of these may be half filled in: a document that is refused in the middle
 * is freed through here as well. */
void
backup_disk_free(BackupDisk *disk)
{
    if (!disk)
        return;
    g_free(disk->name);
    g_free(disk->incremental);
    g_free(disk->exportname);
    g_free(disk->exportbitmap);
    g_free(disk->store);
    backup_server_free(disk->host);
    g_free(disk->target_name);
    g_free(disk);
}

/* The URI is for messages, and tells two targets apart. */
void
backup_disk_set_network(BackupDisk *disk, BackupServer *host, char *name)
{
    g_autofree char *path = g_uri_escape_string(name, "/", FALSE);

    disk->type = DISK_SOURCE_NETWORK;
    disk->host = host;
    disk->target_name = name;
    g_free(disk->store);
    if (host->transport == BACKUP_TRANSPORT_UNIX) {
        disk->store =
            g_strdup_printf("nbd+unix:///%s?socket=%s", path, host->socket);
        return;
    }
    if (host->port == 0)
        host->port = NBD_PORT;
    disk->store =
        g_strdup_printf("nbd://%s:%u/%s", host->name, host->port, path);
}

/* The socket's file is not removed here: that belongs to the end of the job,
 * which knows whether it was ours. */
bool
backup_server_is_encrypted(const BackupServer *server)
{
    return g_strcmp0(server->tls, "yes") == 0;
}

void
backup_server_free(BackupServer *server)
{
    if (!server)
        return;
    g_free(server->name);
    g_free(server->socket);
    g_free(server->tls);
    g_free(server);
}

BackupDef *
backup_def_new(void)
{
    return g_new0(BackupDef, 1);
}

/* disks is NULL in a document that named none and was never aligned. */
void
backup_def_free(BackupDef *def)
{
    if (!def)
        return;
    g_free(def->incremental);
    backup_server_free(def->server);
    g_clear_pointer(&def->disks, g_ptr_array_unref);
    g_free(def);
}

/* A walk: machines have a handful of disks, and the array's order is what the
 * XML shows. */
BackupDisk *
backup_def_find_disk(const BackupDef *def, const char *target)
{
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        BackupDisk *disk = g_ptr_array_index(def->disks, i);

        if (strcmp(disk->name, target) == 0)
            return disk;
    }
    return NULL;
}

/* <disks> was absent: every disk with something on it that can change.
 *
 * The rule of libvirt: empty and read-only drives are left out, silently. */
static void
choose_writable_disks(BackupDef *def, const DomainDef *domain)
{
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)backup_disk_free);
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);

        /* A CD is read-only and drops out here.  Naming a read-only disk in the
         * document still backs it up, as libvirt does. */
        if (!disk_def_is_empty(disk) && !disk->is_readonly)
            g_ptr_array_add(def->disks, backup_disk_new(disk->target));
    }
}

/* Turns names into targets, and refuses unknown disks and disks named twice,
 * also where they say backup='no': such a document is mistaken somewhere.
 *
 * After this every name in the document is a target of the domain's, once. */
static bool
resolve_names(BackupDef *def, const DomainDef *domain, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < def->disks->len; i++) {
        BackupDisk *disk = g_ptr_array_index(def->disks, i);
        /* libvirt takes targets only; the proposal takes an unambiguous source
         * path as well, and nothing speaks against both. */
        const DiskDef *real = domain_def_find_disk_by_name(domain, disk->name);

        if (!real) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "cannot back up disk '%s': domain '%s' has no such "
                        "disk; name a target such as 'vda'",
                        disk->name, domain->name);
        }
        /* By target, not by the name as it came: a disk may be named once by
         * its target and once by its path. */
        if (!g_hash_table_add(seen, real->target)) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "disk '%s' is named twice; name it once", real->target);
        }
        /* From here on the name is the target, which every later step relies
         * on, and which the job's XML shows. */
        g_free(disk->name);
        disk->name = g_strdup(real->target);
        /* Only where it is chosen: an empty drive that says backup='no' is what
         * our own XML of an earlier job lists. */
        if (disk->is_chosen && disk_def_is_empty(real)) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "cannot back up disk '%s': there is no medium in it",
                        disk->name);
        }
    }
    return true;
}

/* What counts for one disk: backupmode='full' wins over everything; else its
 * own checkpoint, else that of the whole backup, else full.  A mode of the
 * disk's own that nothing gives a checkpoint to is a mistake and not a full
 * backup: the caller would take a full image for a differential. */
static bool
align_mode(const BackupDef *def, BackupDisk *disk, GError **error)
{
    if (disk->mode == BACKUP_DISK_FULL)
        return true;
    if (!disk->incremental)
        disk->incremental = g_strdup(def->incremental);
    if (disk->mode == BACKUP_DISK_INCREMENTAL && !disk->incremental) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "disk '%s' asks for an incremental backup and nothing "
                    "says since which checkpoint; add incremental='NAME'",
                    disk->name);
    }
    disk->mode = disk->incremental ? BACKUP_DISK_INCREMENTAL : BACKUP_DISK_FULL;
    return true;
}

/* The limits are looked at here rather than left to QEMU, which sees the names
 * only after the cut and when a checkpoint is already pending. */
static bool
align_export(BackupDisk *disk, GError **error)
{
    if (!disk->exportname)
        disk->exportname = g_strdup(disk->name);
    /* A full export has no dirty map, so a name for one is dropped. */
    if (disk->mode == BACKUP_DISK_FULL) {
        g_clear_pointer(&disk->exportbitmap, g_free);
    } else if (!disk->exportbitmap) {
        disk->exportbitmap = g_strdup_printf("backup-%s", disk->name);
    }
    if (strlen(disk->exportname) > EXPORT_NAME_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the export name of disk '%s' is longer than %d bytes",
                    disk->name, EXPORT_NAME_MAX);
    }
    if (disk->exportbitmap && (!*disk->exportbitmap ||
                               strlen(disk->exportbitmap) > BITMAP_NAME_MAX)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the export bitmap's name of disk '%s' is empty or longer "
                    "than %d bytes",
                    disk->name, BITMAP_NAME_MAX);
    }
    return true;
}

/* A qcow2 file tells blocks it does not have from those that are zero. */
bool
backup_disk_check_increment(const BackupDisk *disk, BackupMode mode,
                            bool is_reused, GError **error)
{
    if (disk->mode != BACKUP_DISK_INCREMENTAL || mode != BACKUP_MODE_PUSH ||
        disk->format != IMAGE_FORMAT_RAW || is_reused)
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "cannot back up disk '%s' incrementally to raw bytes in '%s', "
                "which cannot tell unchanged blocks from zeroes; use a qcow2 "
                "image, or pass the flag to use the caller's own images if the "
                "former backup is in it",
                disk->name, disk->store);
}

/* What is written where, as far as the target's kind allows it. */
static bool
check_target(const BackupDisk *disk, GError **error)
{
    if (disk->type == DISK_SOURCE_NETWORK && disk->format != IMAGE_FORMAT_RAW) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the target of disk '%s' is an NBD export, which takes the "
                    "disk's bytes and no image; use <driver type='raw'/>",
                    disk->name);
    }
    if (disk->is_shallow && disk->mode == BACKUP_DISK_INCREMENTAL) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "disk '%s' asks for a shallow backup and for one since "
                    "checkpoint '%s'; leave one of them out",
                    disk->name, disk->incremental);
    }
    if (disk->is_shallow && disk->format != IMAGE_FORMAT_QCOW2) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "a shallow backup of disk '%s' needs a target that names a "
                    "backing file; use <driver type='qcow2'/>",
                    disk->name);
    }
    return true;
}

/* Of a full backup everything is what differs. */
static bool
check_expose(const BackupDisk *disk, GError **error)
{
    if (disk->expose == BACKUP_EXPOSE_ALL ||
        disk->mode == BACKUP_DISK_INCREMENTAL)
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "disk '%s' asks for what changed alone (expose='dirty') and "
                "nothing says since which checkpoint; add incremental='NAME'",
                disk->name);
}

/* The file name rule: the source's path, a dot, the suffix. */
static bool
align_store(BackupDisk *disk, const DiskDef *real, const char *suffix,
            GError **error)
{
    /* Where @store is given, its kind may be left out and is a file. */
    if (disk->type == DISK_SOURCE_NONE)
        disk->type = DISK_SOURCE_FILE;
    if (disk->store)
        return true;
    /* For a block device the file would land in /dev, which is memory. */
    if (disk->type != DISK_SOURCE_FILE ||
        real->source_type != DISK_SOURCE_FILE) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "cannot choose a file name for disk '%s', which is not "
                    "kept in a file; name one in the document",
                    disk->name);
    }
    disk->store = g_strdup_printf("%s.%s", real->path, suffix);
    /* Remembered, since a scratch whose place we chose ourselves is bounded,
     * and the file's fate at the end of the job depends on who named it. */
    disk->is_generated = true;
    return true;
}

/* No two disks may write to one file, and none to a disk of the machine.
 *
 * By the text of the path alone: this layer touches no file.  A link to one of
 * these files passes here; it is stopped where the file is made (O_EXCL,
 * O_NOFOLLOW) or opened (QEMU's locks on images). */
static bool
check_stores(const BackupDef *def, const DomainDef *domain, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);

        if (disk->path)
            g_hash_table_add(seen, disk->path);
        /* The layers below are as precious: writing to one of them changes the
         * disk above it under the guest. */
        for (guint j = 0; disk->backing && j < disk->backing->len; j++) {
            const ImageLayer *layer = g_ptr_array_index(disk->backing, j);

            g_hash_table_add(seen, layer->path);
        }
    }
    for (guint i = 0; i < def->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(def->disks, i);

        if (disk->is_chosen && !g_hash_table_add(seen, disk->store)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "'%s', named for the backup of disk '%s', is in use "
                        "by the domain or named twice; choose another",
                        disk->store, disk->name);
        }
    }
    return true;
}

/* QEMU would find out only after the job had begun.
 *
 * Of a push nobody sees them. */
static bool
check_export_names(const BackupDef *def, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < def->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(def->disks, i);

        /* Export names share one server; QEMU takes them for ids that are
         * used. */
        if (disk->is_chosen && !g_hash_table_add(seen, disk->exportname)) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "two disks have the export name '%s'; give each its "
                        "own",
                        disk->exportname);
        }
    }
    return true;
}

/* Behind the chosen ones, with backup='no': so the XML of a job says of each
 * disk what became of it, as libvirt's does. */
static void
add_the_others(BackupDef *def, const DomainDef *domain)
{
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *real = g_ptr_array_index(domain->disks, i);
        BackupDisk *disk = NULL;

        if (backup_def_find_disk(def, real->target))
            continue;
        disk = backup_disk_new(real->target);
        disk->is_chosen = false;
        g_ptr_array_add(def->disks, disk);
    }
}

/* Everything about the chosen disks; *@ret_chosen counts them.
 *
 * In the document's order, so that the first mistake in it is the one that is
 * told. */
static bool
align_disks(BackupDef *def, const DomainDef *domain, const char *suffix,
            guint *ret_chosen, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        BackupDisk *disk = g_ptr_array_index(def->disks, i);
        const DiskDef *real = domain_def_find_disk(domain, disk->name);

        /* Nothing is filled in for a disk that is not backed up: an attribute
         * there would claim something. */
        if (!disk->is_chosen)
            continue;
        ++*ret_chosen;
        if (!align_mode(def, disk, error))
            return false;
        if (def->mode == BACKUP_MODE_PULL &&
            !(align_export(disk, error) && check_expose(disk, error)))
            return false;
        if (!align_store(disk, real, suffix, error) ||
            !check_target(disk, error))
            return false;
    }
    return true;
}

char *
backup_suffix(const char *checkpoint)
{
    if (checkpoint)
        return g_strdup(checkpoint);
    return g_strdup_printf("%" G_GINT64_FORMAT,
                           g_get_real_time() / G_USEC_PER_SEC);
}

/* What is decided here is in the job's XML, so a user can see it and an older
 * release's record means the same in a newer one. */
bool
backup_def_align(BackupDef *def, const DomainDef *domain, const char *suffix,
                 GError **error)
{
    guint n_chosen = 0;

    if (domain->disks->len == 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "cannot back up domain '%s': it has no disks",
                    domain->name);
    }
    /* From the general to the particular: names first, since every message
     * below wants to name a target; stores last, since they may be
     * generated. */
    if (!def->disks)
        choose_writable_disks(def, domain);
    if (!resolve_names(def, domain, error) ||
        !align_disks(def, domain, suffix, &n_chosen, error))
        return false;
    /* Also after choose_writable_disks(): all its disks may be CDs. */
    if (n_chosen == 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "no disk of domain '%s' is chosen for the backup",
                    domain->name);
    }
    if (!check_stores(def, domain, error))
        return false;
    if (def->mode == BACKUP_MODE_PULL && !check_export_names(def, error))
        return false;
    if (def->server && def->server->transport == BACKUP_TRANSPORT_TCP &&
        !def->server->name)
        def->server->name = g_strdup(DEFAULT_HOST);
    add_the_others(def, domain);
    return true;
}
