/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The moment of a backup: all disks, all bitmaps, one instant.
 *
 *     before   sl-vda ───────────────────── sl-vda-fmt
 *     after    sl-vda ── sl-j7-vda-cbw ── sl-vda-fmt
 *                             └ sl-j7-vda-scr      sl-j7-vda-view on the cbw
 *
 * One blockdev-reopen puts a copy-before-write node under the permanent filter
 * of every disk; from then on the guest's write first saves what it overwrites,
 * and the view shows each disk as it was.  No vCPU stops, and there is nothing
 * to resume should we die.
 *
 * QEMU cannot do that and change bitmaps in one step, so the order is what
 * makes the checkpoint right (docs/design/the-cut.md): new bitmaps are added
 * before, the private union is taken and the former stopped after.  A write in
 * between is then in both, which costs a block; the reverse would lose it.
 */
#pragma once

#include "model/job.h"
#include "qemu/backup_plan.h"

/** backup_cut_prepare: the copy-before-write nodes, above the scratch images
 * that are there by now.  The guest does not notice. */
bool backup_cut_prepare(const BackupPlan *plan, QmpClient *qmp, GError **error);

/** backup_cut_make: the cut itself, with the views and the unions. */
bool backup_cut_make(const BackupPlan *plan, QmpClient *qmp, GError **error);

/** backup_cut_take_out: views, filters, scratch and target nodes of @job go,
 * as far as they are there.  Jobs and exports on them must be gone. */
bool backup_cut_take_out(QemuDomain *vm, const Job *job, GError **error);
