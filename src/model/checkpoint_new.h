/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a new checkpoint is, decided before anything is touched: its name, its
 * time, its disks, and its place in the tree. */
#pragma once

#include "model/bitmap_states.h"
#include "model/checkpoint_tree.h"
#include "model/domain.h"

/** checkpoint_new_complete: fills in what @def, as the reader made it, leaves
 * open, and refuses what cannot be with these disks and these bitmaps.  Looks at
 * nothing but its arguments.  @now: the machine whose images @states are of;
 * @domain: the machine that is tracked, which after a snapshot in the same
 * moment has images of our own making, in which there is no bitmap yet.
 * Errors: VIR_ERR_OPERATION_FAILED (the name or a bitmap of that name is
 * there); VIR_ERR_CONFIG_UNSUPPORTED (a disk that cannot be tracked). */
bool checkpoint_new_complete(CheckpointDef *def, const CheckpointTree *tree,
                             const BitmapStates *states, const DomainDef *now,
                             const DomainDef *domain, GError **error);

/** checkpoint_new_record: takes the completed @def over: a pending record, not
 * in @tree yet, below the current one.  @job: 0, or the backup that carries it.
 * @is_beside: in no line and never seen. */
CheckpointRecord *checkpoint_new_record(const CheckpointTree *tree,
                                        CheckpointDef *def, int job,
                                        bool is_beside);
