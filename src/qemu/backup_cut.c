/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_cut.h"

#include "qemu/block/batch.h"
#include "qemu/block/filter.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/qmp/message.h"

/* How long a guest's write may wait for the scratch.  Guests give up on a disk
 * after 30 s at the earliest; after this the backup is given up instead.  QEMU
 * 7.2 counts the nanoseconds in 32 bits: 12 s are 3.4 s there, the longest that
 * a number near ten comes to (10 s are 1.4 s, and 13 s a tenth of one). */
enum { CBW_TIMEOUT_S = 12 };

/* Comes and goes within one transaction; no checkpoint can have this name. */
#define BACKUP_SUM_BITMAP ":sum"

/* on-cbw-error and cbw-timeout are the promise to the guest: trouble with the
 * scratch ends the backup and never fails or delays its writes for long. */
static void
add_filter(const BackupPlan *plan, const BackupPlanDisk *disk, Batch *batch)
{
    const char *target = disk->wanted->name;
    g_autofree char *cbw = node_job(plan->job, target, "cbw");
    g_autofree char *format = node_format(disk->source);
    g_autofree char *scratch = node_job(plan->job, target, "scr");

    /* discard has to be given, or the guest's discards are dropped silently;
     * what the disk does with them is its format node's affair. */
    batch_add(batch, "blockdev-add",
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:b}", "driver",
                        "copy-before-write", "node-name", cbw, "file", format,
                        "target", scratch, "on-cbw-error", "break-snapshot",
                        "cbw-timeout", CBW_TIMEOUT_S, "discard", "unmap",
                        "read-only", disk->source->is_readonly ? 1 : 0));
}

/* All filters in one batch; each is ready before the first is used. */
bool
backup_cut_prepare(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    g_autoptr(Batch) batch = batch_new();

    /* Beside the path of the guest's writes: a filter that nothing stands on
     * copies nothing. */
    for (guint i = 0; i < plan->disks->len; i++)
        add_filter(plan, g_ptr_array_index(plan->disks, i), batch);
    return batch_run(batch, qmp, NULL, error);
}

/* Before the cut: what they record too early costs a block, what they missed
 * would cost the next backup. */
static bool
add_new_bitmaps(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    g_autoptr(Transaction) actions = transaction_new();

    /* A backup without a checkpoint stops nothing either. */
    if (!plan->checkpoint)
        return true;
    checkpoint_plan_add_new(plan->checkpoint, plan->domain, actions);
    return transaction_run(actions, qmp, error);
}

/* The cut.  One command for all disks. */
static bool
switch_filters(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    json_t *options = json_array();

    for (guint i = 0; i < plan->disks->len; i++) {
        const BackupPlanDisk *disk = g_ptr_array_index(plan->disks, i);
        g_autofree char *cbw = node_job(plan->job, disk->wanted->name, "cbw");

        /* The disk's own options again and whole, with another `file`: a reopen
         * resets what is not given. */
        json_array_append_new(options, filter_options(disk->source, cbw));
    }
    return filter_reopen(qmp, options, error);
}

/* QEMU lets a view be put on a filter only once that is in use. */
static bool
add_views(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    g_autoptr(Batch) batch = batch_new();

    for (guint i = 0; i < plan->disks->len; i++) {
        const BackupPlanDisk *disk = g_ptr_array_index(plan->disks, i);
        const char *target = disk->wanted->name;
        g_autofree char *cbw = node_job(plan->job, target, "cbw");
        g_autofree char *view = node_job(plan->job, target, "view");

        /* If this fails the cut is made all the same; the caller's undo takes
         * it back. */
        batch_add(batch, "blockdev-add",
                  json_pack("{s:s, s:s, s:s}", "driver", "snapshot-access",
                            "node-name", view, "file", cbw));
    }
    return batch_run(batch, qmp, NULL, error);
}

/* Several are first put together where they stand, and the sum goes over: a
 * bitmap of another node has to be named with its node, which makes a hundred
 * of them a long command. */
static void
add_union(const BackupPlan *plan, const BackupPlanDisk *disk,
          Transaction *actions)
{
    g_autofree char *frozen = backup_plan_frozen_node(plan, disk);
    g_autofree char *format = node_format(disk->source);
    bool is_sum = disk->base->len > 1;
    const char *from = is_sum ? BACKUP_SUM_BITMAP
                              : (const char *)g_ptr_array_index(disk->base, 0);

    if (is_sum) {
        transaction_bitmap_add_private(actions, format, BACKUP_SUM_BITMAP);
        transaction_bitmap_merge_all(actions, format, BACKUP_SUM_BITMAP,
                                     disk->base);
    }
    /* On the frozen node: a bitmap on the disk itself would show the export's
     * client what the guest writes now. */
    transaction_bitmap_add_private(actions, frozen, disk->bitmap);
    transaction_bitmap_merge(actions, frozen, disk->bitmap, format, from);
    /* In the same transaction that made it, so no death can leave it behind. */
    if (is_sum)
        transaction_bitmap_remove(actions, format, BACKUP_SUM_BITMAP);
}

/* One transaction: the map of what the export's client is to read, and the end
 * of the former bitmaps. */
static bool
take_unions(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    g_autoptr(Transaction) actions = transaction_new();

    for (guint i = 0; i < plan->disks->len; i++) {
        const BackupPlanDisk *disk = g_ptr_array_index(plan->disks, i);

        /* A full copy has no dirty map. */
        if (disk->base)
            add_union(plan, disk, actions);
    }
    /* After the unions, within one transaction: they are made of what has
     * recorded up to now. */
    if (plan->checkpoint)
        checkpoint_plan_stop_former(plan->checkpoint, plan->domain, actions);
    return transaction_run(actions, qmp, error);
}

/* If anything fails on the way, the caller takes all of it out again. */
bool
backup_cut_make(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    /* The order of the header, line by line; a failure in between leaves the
     * new bitmaps recording beside the former ones, which the roll-back of the
     * checkpoint merges and removes. */
    return add_new_bitmaps(plan, qmp, error) &&
           switch_filters(plan, qmp, error) && add_views(plan, qmp, error) &&
           take_unions(plan, qmp, error);
}

/* Names are those of this job alone. */
static void
delete_node(const Job *job, const JobDisk *disk, const char *part,
            const NodeList *nodes, Batch *batch)
{
    g_autofree char *name = node_job(job->id, disk->target, part);

    /* Asked and not tried: in a batch the first failure would be a node that
     * was never made. */
    if (node_list_has(nodes, name)) {
        batch_add(batch, "blockdev-del", json_pack("{s:s}", "node-name", name));
    }
}

/* Exports and jobs that read them are gone by now, or this fails and says
 * so. */
static bool
delete_views(const Job *job, const NodeList *nodes, QmpClient *qmp,
             GError **error)
{
    g_autoptr(Batch) batch = batch_new();

    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);

        delete_node(job, disk, "view", nodes, batch);
        delete_node(job, disk, "msk", nodes, batch);
    }
    return batch_run(batch, qmp, NULL, error);
}

/* Harmless for a disk whose filter was never switched. */
static bool
switch_back(QemuDomain *vm, const Job *job, const NodeList *nodes,
            QmpClient *qmp, GError **error)
{
    g_autoptr(Json) options = json_array();

    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);
        const DiskDef *source =
            domain_def_find_disk(qemu_domain_def(vm), disk->target);
        g_autofree char *cbw = node_job(job->id, disk->target, "cbw");
        g_autofree char *format =
            node_format_of(qemu_domain_def(vm), disk->target);

        /* A disk that was unplugged meanwhile has no filter above it either. */
        if (source && node_list_has(nodes, cbw))
            json_array_append_new(options, filter_options(source, format));
    }
    if (json_array_size(options) == 0)
        return true;
    return filter_reopen(qmp, g_steal_pointer(&options), error);
}

/* A pull's scratch shows the disk through, and so the disk is below the filter
 * on two ways.  QEMU 7.2 dies (an assertion on its count of drains) when the
 * filter is taken out of such a graph, so the second way goes first. */
static bool
cut_backing(const Job *job, const NodeList *nodes, QmpClient *qmp,
            GError **error)
{
    g_autoptr(Json) options = json_array();

    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);
        g_autofree char *scratch = node_job(job->id, disk->target, "scr");
        g_autofree char *raw = node_job(job->id, disk->target, "scr-raw");
        g_autofree char *file = node_job(job->id, disk->target, "scr-file");

        if (!node_list_has(nodes, scratch))
            continue;
        /* The options of store.c without the backing node, given again for the
         * reason above. */
        json_array_append_new(
            options,
            json_pack("{s:s, s:s, s:s, s:n, s:s, s:{s:b}}", "driver", "qcow2",
                      "node-name", scratch, "file",
                      node_list_has(nodes, raw) ? raw : file, "backing",
                      "discard", "unmap", "cache", "no-flush", 1));
    }
    if (job->backup->mode != BACKUP_MODE_PULL || json_array_size(options) == 0)
        return true;
    return filter_reopen(qmp, g_steal_pointer(&options), error);
}

/* After switch_back(): nothing of the guest's passes through them any more. */
static bool
delete_the_rest(const Job *job, const NodeList *nodes, QmpClient *qmp,
                GError **error)
{
    /* What is below an image goes with it. */
    static const char *const parts[] = {"cbw", "scr", "tgt"};
    g_autoptr(Batch) batch = batch_new();

    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);

        /* The filter before its scratch: a node in use cannot be deleted. */
        for (gsize j = 0; j < G_N_ELEMENTS(parts); j++)
            delete_node(job, disk, parts[j], nodes, batch);
    }
    return batch_run(batch, qmp, NULL, error);
}

/* Views go before the reopen: QEMU does not let go of a filter that one hangs
 * on. */
bool
backup_cut_take_out(QemuDomain *vm, const Job *job, GError **error)
{
    /* What is there is asked once: between these steps nobody but us makes such
     * nodes. */
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(NodeList) nodes = qmp ? node_list_query(qmp, error) : NULL;

    return nodes && delete_views(job, nodes, qmp, error) &&
           cut_backing(job, nodes, qmp, error) &&
           switch_back(vm, job, nodes, qmp, error) &&
           delete_the_rest(job, nodes, qmp, error);
}
