/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/block/disk_resize.h"

#include "base/error.h"
#include "model/block/disk_job_plan.h"

enum { SECTOR = 512 };

/* Any record that has a bitmap on it, also one whose name is gone. */
static bool
refuse_checkpoints(const DiskResize *resize, GError **error)
{
    const char *target = resize->disk->target;
    const GPtrArray *records = checkpoint_tree_records(resize->checkpoints);

    for (guint i = 0; i < records->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(records, i);

        if (!checkpoint_record_interval(record, target))
            continue;
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot make disk '%s' of domain '%s' smaller: checkpoint "
                    "'%s' could not tell what went; delete the checkpoints "
                    "first",
                    target, resize->vm, record->def->name);
    }
    return true;
}

bool
disk_resize_check(const DiskResize *resize, uint64_t *wanted, GError **error)
{
    const char *what = "resize a disk";
    const DiskDef *disk = resize->disk;

    if (*wanted == 0 || *wanted > (uint64_t)G_MAXINT64 - SECTOR) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "disk '%s' of domain '%s' cannot have %" G_GUINT64_FORMAT
                    " bytes",
                    disk->target, resize->vm, *wanted);
    }
    if (disk_def_is_empty(disk) || disk->is_readonly) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot resize disk '%s' of domain '%s': it is %s",
                    disk->target, resize->vm,
                    disk->is_readonly ? "read-only" : "empty");
    }
    /* As libvirt, which rounds for qcow2; other images have no part of a sector
     * either. */
    *wanted = (*wanted + SECTOR - 1) / SECTOR * SECTOR;
    return disk_job_refuse(resize->vm, resize->jobs, disk->target, what,
                           error) &&
           disk_job_refuse_backup(resize->vm, resize->jobs, disk->target, what,
                                  error) &&
           (*wanted >= resize->size || refuse_checkpoints(resize, error));
}
