/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a new snapshot will be, decided before anything is touched. */
#pragma once

#include "model/snapshot_tree.h"
#include "qemu/checkpoint.h"
#include "qemu/domain.h"

typedef struct {
    char *name;
    unsigned flags;         /* virDomainSnapshotCreateFlags */
    SnapshotRecord *record; /* the tree's once it is stored */
    bool is_stored;
    DomainDef *after;           /* what is on top then; NULL unless external */
    CheckpointPlan *checkpoint; /* nullable: of the same moment */
    bool was_running;           /* not paused */
} SnapshotPlan;

/** snapshot_plan_new: whatever can be refused is refused here.
 * @checkpoint_xml: nullable. */
SnapshotPlan *snapshot_plan_new(QemuDomain *vm, const char *xml,
                                const char *checkpoint_xml, unsigned flags,
                                GError **error);
void snapshot_plan_free(SnapshotPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SnapshotPlan, snapshot_plan_free)

/** snapshot_plan_store: the pending record, durably. */
bool snapshot_plan_store(QemuDomain *vm, SnapshotPlan *plan, GError **error);

/* What refuses a snapshot, a return to one, and a merge: all move the disks. */

/** snapshot_check_checkpoints: VIR_ERR_OPERATION_INVALID, naming them. */
bool snapshot_check_checkpoints(QemuDomain *vm, const char *what,
                                GError **error);
/** snapshot_check_jobs: the same for jobs at work on @def's disks (NULL: on
 * any). */
bool snapshot_check_jobs(QemuDomain *vm, const SnapshotDef *def,
                         const char *what, GError **error);

/** snapshot_is_ambiguous: QEMU would take @name for an internal snapshot's
 * number. */
bool snapshot_is_ambiguous(const char *name);
