/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comparing the records of a domain's checkpoints with what QEMU holds. */
#pragma once

#include "qemu/checkpoint/checkpoint_store.h"

/* The bitmap in which sizes are added up: a name that no checkpoint can have,
 * so it can be removed wherever it is found. */
#define CHECKPOINT_SIZE_BITMAP ":size"

/** checkpoint_look: asks QEMU, writes down which checkpoints are broken from
 * now on, and removes what a dead caller left of its own.  The domain runs.
 * Returns: (transfer none): good until the next change. */
const BitmapStates *checkpoint_look(QemuDomain *vm, GError **error);

/** checkpoint_look_once: the answer of the last look if this QEMU gave it to
 * this connection and only we changed it since; else checkpoint_look().
 * *@ret_is_fresh (nullable): it was asked just now. */
const BitmapStates *checkpoint_look_once(QemuDomain *vm, bool *ret_is_fresh,
                                         GError **error);

/** checkpoint_look_forget: something changed that is not kept up with. */
void checkpoint_look_forget(QemuDomain *vm);

/** checkpoint_ask: QEMU's answer alone: nothing is marked. */
const BitmapStates *checkpoint_ask(QemuDomain *vm, GError **error);

/** checkpoint_run_steps: the steps of @plan as one transaction; marks are the
 * caller's to write down before. */
bool checkpoint_run_steps(QemuDomain *vm, const IntervalPlan *plan,
                          GError **error);
