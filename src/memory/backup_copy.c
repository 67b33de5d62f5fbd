/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The slow half of a backup: writing and serving images, without the host's
 * lock. */
#include "base/error.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "memory/backup.h"
#include "memory/image_file.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { IMAGE_FD = 3, COMMIT_TIMEOUT_MS = 10 * 60 * 1000, SAID_LIMIT = 4096 };

/* The thread's place in its work. */
typedef struct {
    MemoryBackup *backup;
    MemoryBackupDisk *disk;
} Progress;

/* A thread that a test holds at a block is woken, too: else nobody could end
 * its job. */
void
memory_backup_cancel(MemoryBackup *backup)
{
    LOCK_SCOPE(&backup->lock);

    backup->is_cancelled = true;
    g_assert(pthread_cond_broadcast(&backup->is_released) == 0);
}

/* Returns: whether somebody wants to hear how far it is. */
static bool
tally(const Progress *progress, uint64_t bytes)
{
    LOCK_SCOPE(&progress->backup->lock);

    progress->disk->processed += bytes;
    progress->backup->done += bytes;
    return progress->backup->is_watched;
}

/* The host's lock comes before the backup's, so this is no part of tally(). */
static void
look(MemoryBackup *backup)
{
    MemoryDomain *vm = NULL;

    memory_host_lock(backup->host);
    vm = memory_host_find_uuid(backup->host, backup->uuid);
    if (vm && vm->backup == backup)
        memory_backup_look(vm);
    memory_host_unlock(backup->host);
}

/* It waits where a test holds it, and ends where a test or an abort wants it. */
static bool
go_on(MemoryBackup *backup, GError **error)
{
    LOCK_SCOPE(&backup->lock);

    if (backup->done > backup->fail_at) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "it fails after %" G_GUINT64_FORMAT " bytes, as planned",
                    backup->fail_at);
    }
    while (backup->done > backup->hold_at && !backup->is_cancelled) {
        g_assert(pthread_cond_wait(&backup->is_released, &backup->lock) == 0);
    }
    return !backup->is_cancelled ||
           fail(error, VIR_ERR_OPERATION_FAILED, "the backup was aborted");
}

/* With every block.  What was counted is told before it may come to stand. */
static bool
step(void *opaque, uint64_t bytes, GError **error)
{
    Progress *progress = opaque;
    MemoryBackup *backup = progress->backup;

    if (tally(progress, bytes))
        look(backup);
    return go_on(backup, error);
}

/* Every block of the disk, or those in @bits. */
static GArray *
blocks_of(const MemoryImage *image, const MemoryBits *bits, bool is_whole)
{
    GArray *blocks = NULL;
    guint64 count =
        (memory_image_size(image) + MEMORY_BLOCK - 1) / MEMORY_BLOCK;

    if (bits)
        return memory_bits_sorted(bits);
    if (!is_whole)
        return memory_image_blocks(image);
    blocks = g_array_new(FALSE, FALSE, sizeof(guint64));
    for (guint64 i = 0; i < count; i++)
        g_array_append_val(blocks, i);
    return blocks;
}

/* ---- push ---- */

static bool
push_file(MemoryBackup *backup, MemoryBackupDisk *disk, GError **error)
{
    g_autoptr(GArray) blocks = blocks_of(disk->image, disk->dirty, false);
    ImageFile file = {
        .image = disk->image, .blocks = blocks, .format = disk->wanted->format};
    Progress progress = {backup, disk};

    return image_file_write(disk->fd, &file, step, &progress, error);
}

/* What qemu-img has to say goes to memory and not to our standard error: a
 * library prints nothing. */
static bool
run_commit(int image, GError **error)
{
    static const char *const words[] = {
        "qemu-img", "commit",          "-q", "-d", "-f",
        "qcow2",    "/proc/self/fd/3", NULL};
    g_auto(AutoFd) said = memfd_create("said", MFD_CLOEXEC);
    const int fds[] = {-1, -1, said, image};
    SpawnRequest request = {.argv = words, .fds = fds, .nfds = IMAGE_FD + 1};
    pid_t pid = spawn_process(&request, error);
    char text[SAID_LIMIT] = "";
    int status = -1;

    if (pid < 0 || !spawn_wait(pid, COMMIT_TIMEOUT_MS, &status, error))
        return false;
    if (status == 0)
        return true;
    (void)!pread(said, text, sizeof(text) - 1, 0);
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot write into the target: %s", g_strstrip(text));
}

/* Into an image that is there: what is to be written is made an overlay of it,
 * which is then merged down.  Zeroes are in the overlay as zeroes, so a full
 * copy overwrites everything. */
static bool
push_into(MemoryBackup *backup, MemoryBackupDisk *disk, GError **error)
{
    g_autoptr(GArray) blocks = blocks_of(disk->image, disk->dirty, true);
    g_auto(AutoFd) overlay = memfd_create("overlay", MFD_CLOEXEC);
    ImageFile file = {.image = disk->image,
                      .blocks = blocks,
                      .format = IMAGE_FORMAT_QCOW2,
                      .backing = disk->wanted->store,
                      .backing_format = disk->wanted->host
                                            ? IMAGE_FORMAT_RAW
                                            : disk->wanted->format};
    Progress progress = {backup, disk};

    if (overlay < 0)
        return fail_errno(error, errno, "cannot make an overlay");
    return image_file_write(overlay, &file, step, &progress, error) &&
           run_commit(overlay, error);
}

/* The first failure ends it; what was written of other disks is removed with
 * the job.
 * Returns: the disk that failed; NULL: none. */
static const MemoryBackupDisk *
push_all(MemoryBackup *backup, GError **error)
{
    for (guint i = 0; i < backup->disks->len; i++) {
        MemoryBackupDisk *disk = g_ptr_array_index(backup->disks, i);
        bool is_done = disk->fd >= 0 ? push_file(backup, disk, error)
                                     : push_into(backup, disk, error);

        if (!is_done)
            return disk;
    }
    return NULL;
}

/* With the host's lock: what the thread came to. */
static void
conclude(MemoryDomain *vm, const MemoryBackupDisk *failed, const GError *error)
{
    Job *job = job_table_find(vm->jobs, vm->backup->job);
    g_autofree char *why = NULL;

    if (failed) {
        job_disk_fail(job_find_disk(job, failed->wanted->name), error->message);
        why = job_failure(job);
    }
    memory_backup_finish(vm, job, failed ? JOB_FAILED : JOB_COMPLETED, why);
}

/* The thread.  It holds a reference and no lock; only the end of its job is the
 * host's business again. */
gpointer
memory_backup_push(gpointer data)
{
    MemoryBackup *backup = data;
    g_autoptr(GError) error = NULL;
    const MemoryBackupDisk *failed = push_all(backup, &error);
    MemoryDomain *vm = NULL;

    memory_host_lock(backup->host);
    vm = memory_host_find_uuid(backup->host, backup->uuid);
    /* Else somebody has ended the job, and what it left is not ours. */
    if (vm && vm->backup == backup) {
        conclude(vm, failed, error);
        memory_domain_settle(vm);
    }
    memory_host_unlock(backup->host);
    memory_backup_unref(backup);
    return NULL;
}

/* ---- pull ---- */

static bool
write_view(const MemoryBackupDisk *disk, GError **error)
{
    const BackupDisk *wanted = disk->wanted;
    bool is_part = wanted->expose == BACKUP_EXPOSE_DIRTY;
    g_autoptr(GArray) blocks =
        blocks_of(disk->image, is_part ? disk->dirty : NULL, false);
    ImageFile file = {.image = disk->image,
                      .blocks = blocks,
                      .format = IMAGE_FORMAT_QCOW2,
                      .bitmap = wanted->exportbitmap,
                      .bits = disk->dirty};

    if (image_file_write(disk->fd, &file, NULL, NULL, error))
        return true;
    g_prefix_error(error, "disk '%s': ", wanted->name);
    return false;
}

/* Without the host's lock: writing images and starting a daemon may take
 * long. */
MemoryExport *
memory_backup_serve(MemoryBackup *backup, GError **error)
{
    g_autofree ExportImage *images = g_new0(ExportImage, backup->disks->len);
    MemoryExport *export = NULL;

    for (guint i = 0; i < backup->disks->len; i++) {
        const MemoryBackupDisk *disk = g_ptr_array_index(backup->disks, i);

        if (!write_view(disk, error))
            return NULL;
        images[i].fd = disk->fd;
        images[i].name = disk->wanted->exportname;
        images[i].bitmap = disk->wanted->exportbitmap;
    }
    export = memory_export_start(backup->listener, images, backup->disks->len,
                                 error);
    /* Ours would keep clients waiting when the daemon is gone. */
    auto_fd_close(fd_steal(&backup->listener));
    return export;
}
