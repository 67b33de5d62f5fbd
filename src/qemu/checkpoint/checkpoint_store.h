/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of a domain's checkpoints, in memory and on disk.
 *
 *     checkpoints/NAME.pending    begun, or to be rolled back
 *     checkpoints/NAME.xml        all others
 *
 * Creating one costs one atomic write (NAME.pending) before QEMU's step and one
 * durable rename after it, whatever the number of the others: no other file is
 * touched.  The content is xml/checkpoint_record_xml.h.
 *
 * What is in memory is what is on disk, or a failed write made the caller
 * distrust it (qemu_domain_distrust()).
 */
#pragma once

#include "model/interval_line.h"
#include "qemu/domain.h"

struct CheckpointSet {
    CheckpointTree *tree;
    /* What QEMU held when it was last asked, kept up with what we did since;
     * NULL: not known.  Good for that one process of QEMU. */
    BitmapStates *states;
    pid_t states_pid;
    guint64 states_start;
};

/** checkpoint_store_load: reads the records on the first ask. */
CheckpointSet *checkpoint_store_load(QemuDomain *vm, GError **error);
void checkpoint_set_free(CheckpointSet *set);

/** checkpoint_store_write: @record as it is now, into the file of its state. */
bool checkpoint_store_write(QemuDomain *vm, const CheckpointRecord *record,
                            GError **error);
/** checkpoint_store_seal: NAME.pending becomes NAME.xml. */
bool checkpoint_store_seal(QemuDomain *vm, CheckpointRecord *record,
                           GError **error);
/** checkpoint_store_set_state: between the states that live in NAME.xml, or
 * from pending to rollback. */
bool checkpoint_store_set_state(QemuDomain *vm, CheckpointRecord *record,
                                CheckpointState state, GError **error);
/** checkpoint_store_forget_name: only its intervals stay, whatever it was. */
bool checkpoint_store_forget_name(QemuDomain *vm, CheckpointRecord *record,
                                  GError **error);
/** checkpoint_store_drop: @record is freed and its file goes; before that its
 * children's files get their new parent. */
bool checkpoint_store_drop(QemuDomain *vm, CheckpointRecord *record,
                           GError **error);
/** checkpoint_store_mark: writes down the marks of @plan. */
bool checkpoint_store_mark(QemuDomain *vm, const IntervalPlan *plan,
                           GError **error);
