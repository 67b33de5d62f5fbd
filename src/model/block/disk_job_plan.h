/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of jobs on disks (model/disk_job.h): when one may begin, which
 * images it is about, and when the guest may go over.
 *
 * Nothing is changed here, and nobody is asked: what a driver does with a plan
 * is its own.  @vm is the domain's name, for messages.
 */
#pragma once

#include "model/block/disk_chain.h"
#include "model/checkpoint_tree.h"
#include "model/job.h"

/* The images of a commit, by their depth: @top down to above @base leave. */
typedef struct {
    unsigned top;
    unsigned base;
} DiskJobRange;

/** disk_job_find_disk: the disk called @name (target or path) of the running
 * definition @live (NULL: it does not run).  VIR_ERR_OPERATION_INVALID,
 * VIR_ERR_INVALID_ARG. */
DiskDef *disk_job_find_disk(const char *vm, const DomainDef *live,
                            const char *name, GError **error);

/** disk_job_refuse: VIR_ERR_OPERATION_INVALID, naming the job, if one is on the
 * disk @target (NULL: on any); @what was not done ("begin a backup"). */
bool disk_job_refuse(const char *vm, const JobTable *jobs, const char *target,
                     const char *what, GError **error);

/** disk_job_refuse_backup: the same of a backup that @target is in. */
bool disk_job_refuse_backup(const char *vm, const JobTable *jobs,
                            const char *target, const char *what,
                            GError **error);

/** disk_job_check: whether one may begin on @disk.  VIR_ERR_OPERATION_INVALID,
 * naming the job, backup or checkpoints in the way. */
bool disk_job_check(const char *vm, const DiskDef *disk, const JobTable *jobs,
                    const CheckpointTree *checkpoints, GError **error);

/** disk_job_plan_pull: @base NULL: down to the lowest.  *@ret_base: the depth
 * of what stays below the top; the chain's length: nothing.
 * VIR_ERR_INVALID_ARG. */
DiskJob *disk_job_plan_pull(const DiskDef *disk, const char *base,
                            unsigned *ret_base, GError **error);

/* What virDomainBlockCommit() is given. */
typedef struct {
    const char *base; /* nullable */
    const char *top;  /* nullable */
    unsigned flags;
} DiskJobCommit;

/** disk_job_plan_commit: VIR_ERR_INVALID_ARG. */
DiskJob *disk_job_plan_commit(const DiskDef *disk, const DiskJobCommit *commit,
                              DiskJobRange *ret_range, GError **error);

/** disk_job_copy_below: what a copy with @flags of @disk stands on; NULL:
 * nothing. */
const ImageLayer *disk_job_copy_below(const DiskDef *disk, unsigned flags);
/** disk_job_plan_copy: of @domain's @disk to @target, which is taken over and
 * gets its number.  VIR_ERR_INVALID_ARG: the target is in use by the domain, or
 * of a format that cannot name what it stands on. */
DiskJob *disk_job_plan_copy(const DomainDef *domain, const DiskDef *disk,
                            ImageLayer *target, unsigned flags, GError **error);

/** disk_job_check_pivot: VIR_ERR_OPERATION_FAILED: @job has ended;
 * VIR_ERR_OPERATION_UNSUPPORTED: it has no pivot; VIR_ERR_BLOCK_COPY_ACTIVE: it
 * is not in step. */
bool disk_job_check_pivot(const char *vm, const Job *job, GError **error);
