/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a pull, commit or copy will do: decided, checked and refused before
 * anything is touched. */
#pragma once

#include "model/block/disk_job_plan.h"
#include "qemu/domain.h"

typedef struct {
    DiskJob *job;        /* until a record has it */
    const char *command; /* QEMU's */
    json_t *arguments;   /* those that do not name the job */
    uint64_t size;       /* of the disk, bytes */
    /* Of a copy; both are parts of the live definition. */
    const DiskDef *disk;
    const ImageLayer *below; /* what the copy stands on; NULL: nothing */
    bool is_reused;          /* the target is the caller's own image */
} BlockjobPlan;

void blockjob_plan_free(BlockjobPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlockjobPlan, blockjob_plan_free)

/** blockjob_plan_disk: the disk called @name (target or path) of a running
 * domain.  VIR_ERR_OPERATION_INVALID, VIR_ERR_INVALID_ARG. */
DiskDef *blockjob_plan_disk(QemuDomain *vm, const char *name, GError **error);

/** blockjob_plan_check: whether a job may begin on @disk, and how large that
 * is.  VIR_ERR_OPERATION_INVALID, naming the job, backup or checkpoints in the
 * way. */
bool blockjob_plan_check(QemuDomain *vm, const DiskDef *disk,
                         uint64_t *ret_size, GError **error);

/** blockjob_plan_check_snapshots: whether the domain's snapshots are the same
 * states after @job, a pull or a commit.  VIR_ERR_OPERATION_INVALID, naming one
 * that would not be. */
bool blockjob_plan_check_snapshots(QemuDomain *vm, const DiskJob *job,
                                   GError **error);

/** blockjob_plan_pull, blockjob_plan_commit: of a disk that was checked.  The
 * arguments are those of the driver's members.  VIR_ERR_INVALID_ARG. */
BlockjobPlan *blockjob_plan_pull(const DiskDef *disk, const char *base,
                                 unsigned flags, GError **error);
BlockjobPlan *blockjob_plan_commit(const DiskDef *disk,
                                   const BlockCommit *commit, unsigned flags,
                                   GError **error);
