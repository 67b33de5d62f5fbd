/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a backup will do, decided before anything is touched; then its files. */
#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/flags.h"
#include "base/tcp.h"
#include "memory/backup.h"
#include "memory/guest/agent.h"
#include "memory/image_file.h"
#include "model/block/disk_job_plan.h"
#include "model/save/save_plan.h"
#include "xml/backup_xml.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KNOWN_FLAGS = VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA |
                  VIR_DOMAIN_BACKUP_BEGIN_QUIESCE |
                  VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL |
                  VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE,
};

/* The descriptor is the backup's, whether a thread or a daemon read it. */
static void
disk_free(gpointer data)
{
    MemoryBackupDisk *disk = data;

    memory_image_unref(disk->image);
    memory_bits_free(disk->dirty);
    auto_fd_close(disk->fd);
    g_free(disk);
}

/* A host's reference: the copying thread may be the last to hold one, after the
 * connection is closed. */
static MemoryBackup *
backup_new(MemoryDomain *vm)
{
    MemoryBackup *backup = g_new0(MemoryBackup, 1);

    backup->refs = 1;
    backup->host = memory_host_ref(vm->host);
    memcpy(backup->uuid, vm->uuid, DOMAIN_UUID_SIZE);
    backup->disks = g_ptr_array_new_with_free_func(disk_free);
    backup->listener = -1;
    backup->hold_at = UINT64_MAX;
    backup->fail_at = UINT64_MAX;
    lock_init(&backup->lock);
    g_assert(pthread_cond_init(&backup->is_released, NULL) == 0);
    return backup;
}

MemoryBackup *
memory_backup_ref(MemoryBackup *backup)
{
    g_atomic_int_inc(&backup->refs);
    return backup;
}

void
memory_backup_unref(MemoryBackup *backup)
{
    if (!backup || !g_atomic_int_dec_and_test(&backup->refs))
        return;
    backup_def_free(backup->def);
    g_ptr_array_unref(backup->disks);
    memory_checkpoint_free(backup->checkpoint);
    auto_fd_close(backup->listener);
    memory_export_free(backup->export);
    pthread_cond_destroy(&backup->is_released);
    lock_clear(&backup->lock);
    memory_host_unref(backup->host);
    g_free(backup);
}

/* ---- what is asked, held against the domain ---- */

/* The union is made here, at the moment that the backup stands for, and is the
 * backup's own: bitmaps that change later do not change it. */
static bool
plan_increment(const MemoryDomain *vm, const MemoryBackup *backup,
               MemoryBackupDisk *disk, GError **error)
{
    const BackupDisk *wanted = disk->wanted;
    g_autoptr(GPtrArray) bitmaps = NULL;

    if (wanted->mode != BACKUP_DISK_INCREMENTAL)
        return true;
    if (!backup_disk_check_increment(wanted, backup->def->mode, disk->is_kept,
                                     error))
        return false;
    bitmaps = interval_base(vm->checkpoints, memory_disks_states(vm->disks),
                            wanted->incremental, wanted->name, error);
    if (!bitmaps)
        return false;
    disk->dirty = memory_disks_union(vm->disks, wanted->name, bitmaps);
    return true;
}

/* Freezing shares the blocks and copies none; a write afterwards makes a copy
 * of the block it hits. */
static bool
plan_disks(MemoryDomain *vm, MemoryBackup *backup, bool is_kept, GError **error)
{
    for (guint i = 0; i < backup->def->disks->len; i++) {
        const BackupDisk *wanted = g_ptr_array_index(backup->def->disks, i);
        MemoryBackupDisk *disk = NULL;

        if (!wanted->is_chosen)
            continue;
        disk = g_new0(MemoryBackupDisk, 1);
        disk->wanted = wanted;
        disk->is_kept = is_kept;
        disk->fd = -1;
        g_ptr_array_add(backup->disks, disk);
        if (!disk_job_refuse(vm->name, vm->jobs, wanted->name, "begin a backup",
                             error) ||
            !plan_increment(vm, backup, disk, error))
            return false;
        disk->image =
            memory_disk_freeze(memory_disks_find(vm->disks, wanted->name));
    }
    return true;
}

/* Planned before the files are looked at: its name may become part of
 * theirs. */
static bool
plan_checkpoint(MemoryDomain *vm, MemoryBackup *backup, const char *xml,
                unsigned flags, GError **error)
{
    if (!xml)
        return true;
    backup->checkpoint = memory_checkpoint_plan(
        vm, xml, backup->job, flags & VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA,
        error);
    return backup->checkpoint != NULL;
}

static char *
choose_suffix(const MemoryBackup *backup)
{
    return backup_suffix(
        backup->checkpoint ? memory_checkpoint_name(backup->checkpoint) : NULL);
}

/* ---- the files it names ---- */

static bool
check_absent(const BackupDisk *wanted, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(wanted->store);
    struct stat status;

    if (lstat(wanted->store, &status) == 0) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' for disk '%s' exists; name a file that does not, or "
                    "pass the flag to use the caller's own images",
                    wanted->store, wanted->name);
    }
    if (errno != ENOENT)
        return fail_errno(error, errno, "cannot look at '%s'", wanted->store);
    if (access(folder, W_OK | X_OK) < 0) {
        return fail_errno(error, errno,
                          "cannot create '%s' for disk '%s' in its folder",
                          wanted->store, wanted->name);
    }
    return true;
}

/* An image of another size would be a backup of something else. */
static bool
check_size(const MemoryBackupDisk *disk, ImageFormat format, GError **error)
{
    uint64_t wanted = memory_image_size(disk->image);
    uint64_t size = 0;

    if (!image_file_size(disk->wanted->store, format, &size, error))
        return false;
    if (size == wanted)
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "'%s' holds %" G_GUINT64_FORMAT " bytes and disk '%s' "
                "%" G_GUINT64_FORMAT "; they must be of one size",
                disk->wanted->store, size, disk->wanted->name, wanted);
}

/* A raw device is written from its start and must hold the disk exactly; one
 * that gets qcow2, or a pull's scratch, must only be there. */
static bool
check_device(const MemoryBackup *backup, const MemoryBackupDisk *disk,
             GError **error)
{
    const BackupDisk *wanted = disk->wanted;
    struct stat status;

    if (stat(wanted->store, &status) < 0) {
        return fail_errno(error, errno, "cannot open block device '%s'",
                          wanted->store);
    }
    if (!S_ISBLK(status.st_mode)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' for disk '%s' is not a block device", wanted->store,
                    wanted->name);
    }
    return wanted->format != IMAGE_FORMAT_RAW ||
           backup->def->mode == BACKUP_MODE_PULL ||
           check_size(disk, IMAGE_FORMAT_RAW, error);
}

static bool
check_file(const MemoryBackup *backup, const MemoryBackupDisk *disk,
           GError **error)
{
    const BackupDisk *wanted = disk->wanted;

    if (wanted->host)
        return true; /* its server is asked when it is written to */
    if (disk->is_kept) {
        if (access(wanted->store, R_OK | W_OK) < 0) {
            return fail_errno(error, errno,
                              "cannot use the image '%s' for disk '%s'",
                              wanted->store, wanted->name);
        }
        return check_size(disk, wanted->format, error);
    }
    return wanted->type == DISK_SOURCE_BLOCK ? check_device(backup, disk, error)
                                             : check_absent(wanted, error);
}

/* All of them before one is opened. */
static bool
check_files(const MemoryBackup *backup, GError **error)
{
    for (guint i = 0; i < backup->disks->len; i++) {
        if (!check_file(backup, g_ptr_array_index(backup->disks, i), error))
            return false;
    }
    return true;
}

/* Refused and not ignored: who asks for encryption must not get an open port.
 * This host has no certificates. */
static bool
check_server(const BackupDef *def, GError **error)
{
    return !def->server || !backup_server_is_encrypted(def->server) ||
           fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<server tls='yes'> is not served by test:///; use a Unix "
                "socket or an address that only this host reaches");
}

/* Refusals in the order of what they cost: flags, the document, the domain,
 * another job, and files last.  The id is only looked at: it is given out when
 * the job is added, under the same lock. */
MemoryBackup *
memory_backup_plan(MemoryDomain *vm, const char *disk_xml,
                   const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_autoptr(MemoryBackup) backup = NULL;
    g_autofree char *suffix = NULL;
    bool is_kept = flags & VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL;

    if (!flags_check(flags, KNOWN_FLAGS, "the start of a backup", error))
        return NULL;
    backup = backup_new(vm);
    backup->def =
        backup_xml_parse(disk_xml ? disk_xml : "<domainbackup/>", error);
    if (!backup->def ||
        !memory_domain_require_active(vm, VIR_ERR_OPERATION_UNSUPPORTED,
                                      "begin a backup", error) ||
        !save_plan_refuse(vm->name, vm->jobs, "begin a backup", error) ||
        !job_table_check_idle(vm->jobs, vm->name, error) ||
        !check_server(backup->def, error))
        return NULL;
    backup->job = vm->jobs->next_id;
    backup->def->id = backup->job;
    if (!plan_checkpoint(vm, backup, checkpoint_xml, flags, error))
        return NULL;
    suffix = choose_suffix(backup);
    if (!backup_def_align(backup->def, memory_domain_def(vm), suffix, error) ||
        !plan_disks(vm, backup, is_kept, error) ||
        !check_files(backup, error) ||
        !memory_agent_check_freeze(vm, flags & VIR_DOMAIN_BACKUP_BEGIN_QUIESCE,
                                   error))
        return NULL;
    return g_steal_pointer(&backup);
}

/* ---- opening ---- */

/* An image that is there, and an export of somebody's, are written to by
 * qemu-img, which knows all their formats. */
static bool
is_opened_here(const MemoryBackup *backup, const MemoryBackupDisk *disk)
{
    bool is_raw_device = disk->wanted->type == DISK_SOURCE_BLOCK &&
                         disk->wanted->format == IMAGE_FORMAT_RAW;

    return backup->def->mode == BACKUP_MODE_PULL ||
           !(disk->is_kept || disk->wanted->host || is_raw_device);
}

/* O_EXCL: what came into being since check_absent() is somebody else's. */
static bool
open_file(const MemoryBackup *backup, MemoryBackupDisk *disk, GError **error)
{
    const BackupDisk *wanted = disk->wanted;
    bool is_new = !disk->is_kept && wanted->type == DISK_SOURCE_FILE;
    int flags = is_new ? O_CREAT | O_EXCL : 0;
    struct stat status;

    if (!is_opened_here(backup, disk))
        return true;
    disk->fd = open(wanted->store, O_RDWR | O_CLOEXEC | flags, 0600);
    if (disk->fd < 0) {
        return fail_errno(error, errno, "cannot open '%s' for disk '%s'",
                          wanted->store, wanted->name);
    }
    disk->is_created = is_new;
    /* What is left of an earlier use would be read as part of the image. */
    if (fstat(disk->fd, &status) == 0 && S_ISREG(status.st_mode) &&
        ftruncate(disk->fd, 0) < 0)
        return fail_errno(error, errno, "cannot empty '%s'", wanted->store);
    return true;
}

/* Bound here, before the call returns: clients may connect as soon as it has,
 * and wait until the daemon takes them. */
static bool
open_listener(MemoryBackup *backup, GError **error)
{
    BackupServer *server = backup->def->server;
    g_autofree char *folder = NULL;
    g_autofree char *name = NULL;

    if (!server)
        return true;
    if (server->transport == BACKUP_TRANSPORT_TCP) {
        if (!caller_may_serve(server->name, error))
            return false;
        backup->listener =
            tcp_listen(server->name, server->port, &server->port, error);
    } else {
        folder = g_path_get_dirname(server->socket);
        name = g_path_get_basename(server->socket);
        backup->listener = unix_listen(folder, name, error);
    }
    return backup->listener >= 0;
}

/* Only what this backup made; the caller's own images stay as they are. */
static void
remove_created(const MemoryBackup *backup)
{
    for (guint i = 0; i < backup->disks->len; i++) {
        const MemoryBackupDisk *disk = g_ptr_array_index(backup->disks, i);

        if (disk->is_created)
            (void)unlink(disk->wanted->store);
    }
}

/* All or nothing. */
bool
memory_backup_open(MemoryBackup *backup, GError **error)
{
    bool is_open = true;

    for (guint i = 0; is_open && i < backup->disks->len; i++) {
        is_open = open_file(backup, g_ptr_array_index(backup->disks, i), error);
    }
    if (is_open && open_listener(backup, error))
        return true;
    remove_created(backup);
    return false;
}
