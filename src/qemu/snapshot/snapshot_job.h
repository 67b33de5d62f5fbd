/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A snapshot with its memory in a file: a job (qemu/save/save_job.h).
 *
 *     begin     the records are pending, the overlays stand ready, QEMU writes
 *               the memory; the root's lock is free from here on
 *     cut       the memory is whole, and the guest stands still since: the disks
 *               are put aside in one transaction
 *     record    the definitions name the overlays, the records count
 *
 * Each step is found by the snapshot's record, so whoever looks at the domain
 * when the memory is whole can go on, be it another process.
 */
#pragma once

#include "model/job.h"
#include "qemu/snapshot/snapshot_plan.h"

typedef enum {
    SNAPSHOT_CUT_DONE,
    SNAPSHOT_CUT_REFUSED, /* nothing has happened: it can be dropped */
    SNAPSHOT_CUT_OPEN,    /* nobody knows: to be asked again */
} SnapshotCut;

/** snapshot_job_is_one: whether what @plan is about takes a while. */
bool snapshot_job_is_one(const QemuDomain *vm, const SnapshotPlan *plan);

/** snapshot_job_begin: *@ret_file as of save_job_begin().  What was made before a
 * failure is gone again. */
Job *snapshot_job_begin(QemuDomain *vm, SnapshotPlan *plan, int *ret_file,
                        GError **error);

/** snapshot_job_cut: @job's memory is whole.  Can be done again. */
SnapshotCut snapshot_job_cut(QemuDomain *vm, const Job *job, GError **error);

/** snapshot_job_record: after it.  Can be done again. */
bool snapshot_job_record(QemuDomain *vm, const Job *job, GError **error);

/** snapshot_job_drop: @job came to nothing, and its guest goes on: what was made
 * for it goes, now or with the next call. */
void snapshot_job_drop(QemuDomain *vm, const Job *job);
