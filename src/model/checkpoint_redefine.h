/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Describing a checkpoint again: after its metadata was lost or deleted, or to
 * change its description.
 *
 * A document can say what it wants, and the bitmaps cannot tell their order.
 * So redefining never moves an interval that is on record: the position, the
 * disks and the marks of a record stay, and a document that contradicts them
 * is refused.  A record that is new goes below the parent it names; only below
 * the current checkpoint does it continue the line.
 */
#pragma once

#include "model/checkpoint_tree.h"
#include "model/domain.h"
#include "model/interval_line.h"

/** checkpoint_redefine_check_domain: @uuid, from @def's <domain>, is that of
 * @domain.  VIR_ERR_INVALID_ARG. */
bool checkpoint_redefine_check_domain(const CheckpointDef *def,
                                      const DomainDef *domain,
                                      const unsigned char *uuid,
                                      GError **error);

/** checkpoint_redefine_plan: takes @def over, as the reader made it.
 * Errors: VIR_ERR_INVALID_ARG (its parent: itself, not there, below it, or not
 * that of the record); VIR_ERR_OPERATION_INVALID (the checkpoint is being made
 * or removed); VIR_ERR_CONFIG_UNSUPPORTED (its disks or bitmaps).
 * Returns: (transfer full): what is described, in no tree. */
CheckpointRecord *checkpoint_redefine_plan(const CheckpointTree *tree,
                                           CheckpointDef *def,
                                           const DomainDef *domain,
                                           GError **error);

/** checkpoint_redefine_validate: the bitmaps of what @described describes are
 * there, sound, and followed by sound ones.  VIR_ERR_CHECKPOINT_INCONSISTENT.
 */
bool checkpoint_redefine_validate(const CheckpointTree *tree,
                                  const BitmapStates *states,
                                  const CheckpointRecord *described,
                                  GError **error);

/** checkpoint_redefine_apply: takes @described over: a record of @tree gets its
 * description, or it becomes one.  @states: NULL if nobody could look.
 * Returns: (transfer none): the record. */
CheckpointRecord *checkpoint_redefine_apply(CheckpointTree *tree,
                                            const BitmapStates *states,
                                            CheckpointRecord *described);
