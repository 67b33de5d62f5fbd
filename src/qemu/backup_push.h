/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Push: QEMU copies each frozen view into its target.
 *
 * The copy reads from the view, not from the disk: a job on the disk itself
 * would hold up the guest's writes until its own, perhaps slow, target has
 * taken what they overwrite (docs/design/push-from-the-view.md).
 */
#pragma once

#include "model/job.h"
#include "qemu/backup_plan.h"

typedef enum {
    BACKUP_PUSH_WORKING,
    BACKUP_PUSH_COPIED, /* every disk; not yet flushed */
    BACKUP_PUSH_FAILED, /* some disk; others may still be at it */
} BackupPushState;

/** backup_push_start: one of QEMU's jobs a disk. */
bool backup_push_start(const BackupPlan *plan, QmpClient *qmp, GError **error);

/** backup_push_look: how far they are; into @job's figures, with the errors of
 * disks that failed. */
bool backup_push_look(Job *job, QmpClient *qmp, BackupPushState *ret_state,
                      GError **error);

/** backup_push_stop: QEMU's jobs are gone afterwards, also those that made
 * images. */
bool backup_push_stop(const Job *job, QmpClient *qmp, GError **error);

/** backup_push_flush: the targets of copied disks, durably on disk; the disk of
 * one that does not get there has failed. */
bool backup_push_flush(const Job *job, QmpClient *qmp, GError **error);
