/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/snapshot/merge.h"

#include "base/error.h"
#include "memory/block/blockjob.h"
#include "model/block/disk_chain.h"
#include "model/block/disk_job_plan.h"
#include "xml/domain_xml.h"

static void
free_job(gpointer job)
{
    disk_job_free(job);
}

/* The commit of one disk's overlay into the image right below it, which held the
 * disk at the moment of the snapshot. */
static DiskJob *
plan_commit(const MemoryDomain *vm, const SnapshotDef *def,
            const SnapshotDisk *entry, const DomainDef *then, GError **error)
{
    const DiskDef *held = domain_def_find_disk(then, entry->name);
    g_autoptr(DomainDef) owner = NULL;
    const DiskDef *disk = memory_blockjob_chain(vm, entry->name, &owner);
    int depth = disk ? disk_chain_depth(disk, entry->path) : -1;
    int below =
        disk && held && held->path ? disk_chain_depth(disk, held->path) : -1;
    const DiskJobCommit wanted = {
        .base = held ? held->path : NULL,
        .top = entry->path,
        .flags = depth == 0 ? VIR_DOMAIN_BLOCK_COMMIT_ACTIVE : 0,
    };
    DiskJobRange range = {0};

    if (depth < 0 || below != depth + 1) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "snapshot '%s' is not in the chain of disk '%s' as it is now; "
             "return to it or to a child of it first, or delete its metadata "
             "only",
             def->name, entry->name);
        return NULL;
    }
    return disk_job_plan_commit(disk, &wanted, &range, error);
}

/* Planned for all disks before the first is touched.  The guest reads the same
 * before and after, so nothing else has to be told of it. */
bool
memory_snapshot_merge(MemoryDomain *vm, const SnapshotRecord *record,
                      GError **error)
{
    const SnapshotDef *def = record->def;
    g_autoptr(GPtrArray) commits = g_ptr_array_new_with_free_func(free_job);
    g_autoptr(DomainDef) then = NULL;

    if (!def->domain_xml) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' does not say what the machine was; delete "
                    "its metadata only",
                    def->name);
    }
    then = domain_xml_parse(def->domain_xml, error);
    for (guint i = 0; then && i < def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, i);
        DiskJob *commit = NULL;

        if (entry->place != SNAPSHOT_PLACE_EXTERNAL)
            continue;
        commit = plan_commit(vm, def, entry, then, error);
        if (!commit)
            return false;
        g_ptr_array_add(commits, commit);
    }
    for (guint i = 0; then && i < commits->len; i++)
        memory_blockjob_settle(vm, g_ptr_array_index(commits, i));
    return then != NULL;
}
