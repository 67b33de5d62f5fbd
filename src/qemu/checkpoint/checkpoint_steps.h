/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that the files about checkpoints share with each other only. */
#pragma once

#include "qemu/checkpoint.h"
#include "qemu/checkpoint/checkpoint_look.h"

/** checkpoint_plan_note_done: the plan's transaction ran, both halves of it:
 * keeps the last look's answer right instead of asking again. */
void checkpoint_plan_note_done(QemuDomain *vm, const CheckpointPlan *plan);

/** checkpoint_undo: undoes a pending @record in a QEMU that runs, and frees it
 * if that succeeded. */
bool checkpoint_undo(QemuDomain *vm, CheckpointRecord *record, GError **error);

/** checkpoint_redefine: VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE; with
 * @is_validated the bitmaps must be there and sound.
 * Returns: (transfer full): the checkpoint's name. */
char *checkpoint_redefine(QemuDomain *vm, const char *xml, bool is_validated,
                          GError **error);

/** checkpoint_measure: fills in @def's sizes: bytes written since, on each
 * disk where that is known. */
bool checkpoint_measure(QemuDomain *vm, CheckpointDef *def, GError **error);
