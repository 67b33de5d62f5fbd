/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that the files about snapshots share with each other only. */
#pragma once

#include "qemu/snapshot/snapshot_plan.h"

/** snapshot_undo: a pending @record whose step has not run: what was made for
 * it goes, and then the record, which is freed. @after: NULL unless external.
 */
bool snapshot_undo(QemuDomain *vm, SnapshotRecord *record,
                   const DomainDef *after, GError **error);

/** snapshot_store_both: the pending records of @plan, durably; after a failure
 * the plan may have none. */
bool snapshot_store_both(QemuDomain *vm, SnapshotPlan *plan, GError **error);
/** snapshot_give_up: after a refusal, or when nobody knows: what was made for
 * @plan goes, now or with the next call. */
void snapshot_give_up(QemuDomain *vm, SnapshotPlan *plan);
/** snapshot_cut: QEMU's step: one transaction; @checkpoint (nullable) is
 * stored. */
bool snapshot_cut(QemuDomain *vm, const SnapshotDef *def,
                  const DomainDef *after, const char *checkpoint,
                  GError **error);
/** snapshot_settle: after it: the definitions, then the records. */
bool snapshot_settle(QemuDomain *vm, SnapshotRecord *record,
                     const char *checkpoint, GError **error);

/** snapshot_redefine: VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE.
 * Returns: (transfer full): the snapshot's name. */
char *snapshot_redefine(QemuDomain *vm, const char *xml, bool is_current,
                        GError **error);

/* Internal snapshots, by QEMU if it runs and by qemu-img if not; @name is that
 * of the snapshot in the images. */

/** snapshot_image_save: memory too if the domain runs. */
bool snapshot_image_save(QemuDomain *vm, const SnapshotDef *def,
                         GError **error);
/** snapshot_image_is_whole: every disk of @def has it. */
bool snapshot_image_is_whole(QemuDomain *vm, const SnapshotDef *def,
                             bool *ret_is_whole, GError **error);
/** snapshot_image_delete: wherever it is. */
bool snapshot_image_delete(QemuDomain *vm, const SnapshotDef *def,
                           GError **error);
/** snapshot_image_load: memory too, into a QEMU that stands still. */
bool snapshot_image_load(QemuDomain *vm, const SnapshotDef *def,
                         GError **error);
/** snapshot_image_settle: a job that a dead caller began has ended. */
bool snapshot_image_settle(QemuDomain *vm, GError **error);

/** snapshot_revert_recover: of a @record that is RETURNING. */
bool snapshot_revert_recover(QemuDomain *vm, SnapshotRecord *record,
                             GError **error);

/** snapshot_delete_internal: images first, then @record, which is freed. */
bool snapshot_delete_internal(QemuDomain *vm, SnapshotRecord *record,
                              GError **error);

/** snapshot_merge_resume: what a deletion of @record that died has running. */
bool snapshot_merge_resume(QemuDomain *vm, const SnapshotRecord *record,
                           GError **error);
/** snapshot_merge_check: whether the overlays of the external @record can be
 * merged into its images.  VIR_ERR_OPERATION_INVALID. */
bool snapshot_merge_check(QemuDomain *vm, const SnapshotRecord *record,
                          GError **error);
/** snapshot_merge: does it, and frees @record. */
bool snapshot_merge(QemuDomain *vm, SnapshotRecord *record, GError **error);

/** snapshot_memory_wake: the guest of a dead caller's @record goes on. */
bool snapshot_memory_wake(QemuDomain *vm, const SnapshotRecord *record,
                          GError **error);
/** snapshot_memory_load: into a QEMU that awaits it and stands still. */
bool snapshot_memory_load(QemuDomain *vm, const SnapshotDef *def,
                          GError **error);
/** snapshot_memory_remove: the file of a snapshot that is not to be. */
bool snapshot_memory_remove(const SnapshotDef *def, GError **error);
