/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pull, commit and copy: jobs that move the images of one disk about.
 *
 * Each has an id in the domain's table of jobs and a record that says what it
 * comes to (model/disk_job.h).  QEMU does the work and changes its graph by
 * itself; whoever looks at the domain next writes down what became of it.
 * Which nodes such a job speaks to, and why, is in docs/design/block-jobs.md.
 */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

/** blockjob_refresh: looks at the domain's jobs on disks: one that concluded is
 * finished (chain, nodes, files, event), one whose begin died is taken up or
 * undone, one that is in step is marked so. */
bool blockjob_refresh(QemuDomain *vm, GError **error);

/** blockjob_abort_all: before QEMU is ended, and in one that was just started:
 * every job is over; @why goes into the record. */
bool blockjob_abort_all(QemuDomain *vm, const char *why, GError **error);

/** blockjob_refuse: VIR_ERR_OPERATION_INVALID, naming the job, if one is on the
 * disk @target (NULL: on any); @what was not done ("begin a backup"). */
bool blockjob_refuse(QemuDomain *vm, const char *target, const char *what,
                     GError **error);

/** blockjob_ask: a cancellation or a pivot of the running @job; with @is_waiting
 * until it is over and on record.  VIR_ERR_BLOCK_COPY_ACTIVE for a pivot of one
 * that is not in step; VIR_ERR_OPERATION_UNSUPPORTED for a pivot of one that ends
 * by itself; VIR_ERR_OPERATION_FAILED if it failed. */
bool blockjob_ask(QemuDomain *vm, Job *job, DiskJobWish wish, bool is_waiting,
                  GError **error);

/* The driver's members (driver/driver.h). */
int qemu_block_job_info(virDomainPtr domain, const char *disk,
                        virDomainBlockJobInfoPtr ret_info, GError **error);
int qemu_block_job_abort(virDomainPtr domain, const char *disk, unsigned flags,
                         GError **error);
int qemu_block_job_set_speed(virDomainPtr domain, const char *disk,
                             unsigned long long bandwidth, GError **error);
int qemu_block_pull(virDomainPtr domain, const char *disk, const char *base,
                    unsigned long long bandwidth, unsigned flags,
                    GError **error);
int qemu_block_copy(virDomainPtr domain, const char *disk,
                    const BlockCopy *copy, unsigned flags, GError **error);
int qemu_block_commit(virDomainPtr domain, const char *disk,
                      const BlockCommit *commit, unsigned flags,
                      GError **error);
