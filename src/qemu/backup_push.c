/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_push.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "nbd/export_flush.h"
#include "qemu/block/batch.h"
#include "qemu/block/block_job.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/nbd_server.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
    /* A scratch counts as full when less than this is left of it. */
    SCRATCH_MARGIN = 512 * 1024,
    /* One cluster of the filter: a longer read of a view can come out wrong in
     * QEMU 7.2 (docs/design/reading-the-view.md). */
    READ_CHUNK = 64 * 1024,
    FLUSH_TIMEOUT_MS = 10 * 1000,
};

/* With several requests of a copy on their way, QEMU 7.2 aborts sooner or later
 * when the disk goes from its iothread to the main thread or back, which is
 * what every stop, resume and reset of the guest does, also those that nobody
 * asks us for.  One at a time it lives through all of them, and copies a
 * local disk nearly as fast (docs/design/disks-with-iothreads.md). */
static json_t *
copy_tuning(const BackupPlanDisk *disk)
{
    json_t *tuning = json_pack("{s:i}", "max-chunk", READ_CHUNK);

    if (disk->is_delicate)
        json_object_set_new(tuning, "max-workers", json_integer(1));
    return tuning;
}

/* "top" asks the view what the top image holds.  QEMU 7.2 answers wrongly where
 * a range begins with a copied block, but errs on the safe side: an image with
 * a backing file never gives a block up, a discard leaves a zero block in it, so
 * what was allocated at the cut still is (docs/design/shallow-push.md). */
static const char *
sync_mode(const BackupPlanDisk *disk)
{
    if (disk->bitmap)
        return "bitmap";
    return disk->wanted->is_shallow ? "top" : "full";
}

/* QEMU's own job, begun with auto-dismiss off: its result stays until somebody
 * has read it. */
static void
start_disk(const BackupPlan *plan, const BackupPlanDisk *disk, Batch *batch)
{
    /* The view is the source; nobody writes to it, so the copy is of one moment
     * however long it takes. */
    const char *target = disk->wanted->name;
    g_autofree char *id = node_job(plan->job, target, "copy");
    g_autofree char *view = node_job(plan->job, target, "view");
    g_autofree char *image = node_job(plan->job, target, "tgt");
    json_t *arguments =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "job-id", id, "device",
                  view, "target", image, "sync", sync_mode(disk),
                  "auto-dismiss", 0, "x-perf", copy_tuning(disk));

    /* "never": the union is private and goes with the view; QEMU has nothing to
     * keep up. */
    if (disk->bitmap) {
        json_object_set_new(arguments, "bitmap", json_string(disk->bitmap));
        json_object_set_new(arguments, "bitmap-mode", json_string("never"));
    }
    batch_add(batch, "blockdev-backup", arguments);
}

/* After the cut: the jobs read views that do not change any more. */
bool
backup_push_start(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    g_autoptr(Batch) batch = batch_new();

    /* All of one moment already: the jobs need no transaction among them. */
    for (guint i = 0; i < plan->disks->len; i++)
        start_disk(plan, g_ptr_array_index(plan->disks, i), batch);
    return batch_run(batch, qmp, NULL, error);
}

/* A view whose scratch was full answers every read with the same bare word, so
 * the likely reason is looked for and said. */
static char *
explain_failure(const Job *job, const JobDisk *disk, const char *reason,
                QmpClient *qmp)
{
    g_autoptr(NodeList) nodes = node_list_query(qmp, NULL);
    g_autofree char *scratch = node_job(job->id, disk->target, "scr-file");
    /* Not for certain: the copy fails for other reasons too, whose words stand
     * in brackets. */
    uint64_t used = nodes ? node_list_used(nodes, scratch) : 0;

    if (disk->temp_total == 0 || used + SCRATCH_MARGIN < disk->temp_total)
        return g_strdup(reason);
    return g_strdup_printf(
        "the guest has overwritten more than the %" G_GUINT64_FORMAT
        " bytes of scratch space keep (%s); make room "
        "beside the disk",
        disk->temp_total, reason);
}

/* One question for all disks.  A failed disk decides, even while others
 * work. */
bool
backup_push_look(Job *job, QmpClient *qmp, BackupPushState *ret_state,
                 GError **error)
{
    g_autoptr(GHashTable) all = block_jobs_query(qmp, error);
    bool is_working = false;
    bool has_failed = false;

    if (!all)
        return false;
    for (guint i = 0; i < job->disks->len; i++) {
        JobDisk *disk = g_ptr_array_index(job->disks, i);
        g_autofree char *id = node_job(job->id, disk->target, "copy");
        /* auto-dismiss is off, so one that is not listed was dismissed by
         * somebody else. */
        const BlockJob *copy = g_hash_table_lookup(all, id);
        const char *reason = copy ? copy->error : "QEMU's job is gone";
        g_autofree char *why = NULL;

        if (copy) {
            disk->total = copy->total;
            /* QEMU's two figures are not read at one moment. */
            disk->processed = MIN(copy->processed, copy->total);
            is_working = is_working || !copy->is_concluded;
        }
        if (reason) {
            has_failed = true;
            why = explain_failure(job, disk, reason, qmp);
            job_disk_fail(disk, why);
        }
    }
    *ret_state = has_failed   ? BACKUP_PUSH_FAILED
                 : is_working ? BACKUP_PUSH_WORKING
                              : BACKUP_PUSH_COPIED;
    return true;
}

/* A copy that nobody wants any more need not wait for its server: what is under
 * way to an NBD target fails at once when QEMU drops the connection.  Without
 * that a server that went silent would keep the job, and the removal of its
 * nodes, for as long as it likes. */
static void
hang_up(const Job *job, QmpClient *qmp)
{
    for (guint i = 0; i < job->backup->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(job->backup->disks, i);
        g_autofree char *node = node_job(job->id, disk->name, "tgt-file");

        /* That there is no such node, or no connection, is as good. */
        if (disk->host) {
            (void)qmp_client_run(qmp, "yank",
                                 json_pack("{s:[{s:s, s:s}]}", "instances",
                                           "type", "block-node", "node-name",
                                           node),
                                 NULL);
        }
    }
}

/* Cancels what works and dismisses what concluded; afterwards QEMU holds no job
 * of ours. */
bool
backup_push_stop(const Job *job, QmpClient *qmp, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    if (job->outcome != JOB_COMPLETED)
        hang_up(job, qmp);
    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);

        /* Of all disks, whether or not a job was begun for them. */
        g_ptr_array_add(ids, node_job(job->id, disk->target, "copy"));
    }
    return block_job_settle(qmp, ids, error);
}

/* The host's cache is emptied by us, which nobody waits for; what is left for
 * QEMU to flush below, with the guest at a standstill, is then small. */
static bool
sync_file(const char *path, GError **error)
{
    /* By its path again: QEMU's own descriptor is not ours to have, and the
     * data is the inode's whoever opened it. */
    g_auto(AutoFd) fd = caller_open(path, O_RDONLY | O_NONBLOCK, 0);
    g_auto(AutoFd) folder_fd = caller_open_parent(path);

    if (folder_fd < 0)
        return fail_errno(error, errno, "cannot open the folder of '%s'", path);
    if (!fault_point("file:sync-target", error))
        return false;
    /* The folder too: a new file's name is not durable before that. */
    if (fd < 0 || fsync(fd) < 0 || fsync(folder_fd) < 0)
        return fail_errno(error, errno, "cannot flush '%s' to disk", path);
    return true;
}

/* QEMU flushes with its monitor, and so the guest, standing still.  A server that
 * would let it wait is found out before, by ourselves. */
static bool
sync_export(const BackupDisk *disk, GError **error)
{
    int socket = nbd_server_connect(disk->host, error);

    return socket >= 0 &&
           nbd_export_flush(socket, disk->target_name, FLUSH_TIMEOUT_MS, error);
}

static bool
sync_target(const BackupDisk *disk, GError **error)
{
    return disk->host ? sync_export(disk, error)
                      : sync_file(disk->store, error);
}

/* Reopening an image read-only writes out all that QEMU still holds of it and,
 * unlike its removal, tells when that fails. */
static bool
flush_image(const Job *job, const BackupDisk *disk, QmpClient *qmp,
            GError **error)
{
    g_autofree char *image = node_job(job->id, disk->name, "tgt");
    g_autofree char *file = node_job(job->id, disk->name, "tgt-file");
    json_t *options = json_pack("{s:s, s:s, s:s, s:b}", "driver",
                                image_format_name(disk->format), "node-name",
                                image, "file", file, "read-only", 1);

    /* Given again, or the reopen would attach what the header names. */
    if (disk->format == IMAGE_FORMAT_QCOW2)
        json_object_set_new(options, "backing", json_null());
    return qmp_client_run(qmp, "blockdev-reopen",
                          json_pack("{s:[o]}", "options", options), error);
}

/* A copy that QEMU reports as complete may still be in two caches: QEMU's own
 * and the host's. */
static bool
flush_disk(const Job *job, const BackupDisk *disk, const NodeList *nodes,
           QmpClient *qmp, GError **error)
{
    g_autofree char *image = node_job(job->id, disk->name, "tgt");

    /* Not there in a later try: an earlier one has flushed and deleted it. */
    return sync_target(disk, error) &&
           (!node_list_has(nodes, image) ||
            (flush_image(job, disk, qmp, error) && sync_target(disk, error)));
}

bool
backup_push_flush(const Job *job, QmpClient *qmp, GError **error)
{
    g_autoptr(NodeList) nodes = node_list_query(qmp, error);

    if (!nodes)
        return false;
    for (guint i = 0; i < job->backup->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(job->backup->disks, i);
        g_autoptr(GError) problem = NULL;

        if (!disk->is_chosen || flush_disk(job, disk, nodes, qmp, &problem))
            continue;
        job_disk_fail(job_find_disk(job, disk->name), problem->message);
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    return true;
}
