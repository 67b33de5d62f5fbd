/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The overlays of an external snapshot: made, put on top, and taken away.
 *
 * What the domain looks like with them is worked out first, as a copy of its
 * definition; everything else goes by the difference between the two, so that
 * whoever takes up what a dead caller left has only the record and the
 * definition to look at.
 */
#pragma once

#include "model/snapshot_tree.h"
#include "qemu/block/transaction.h"
#include "qemu/domain.h"

/** snapshot_overlay_put: (transfer full): @domain with @def's overlays on top
 * of its disks; a disk that has its overlay already stays as it is.
 * @is_stated: what lies below a new top is stated in any case. */
DomainDef *snapshot_overlay_put(const DomainDef *domain, const SnapshotDef *def,
                                bool is_stated);

/** snapshot_overlay_check: nothing is in their way; @is_reused: they are there,
 * of the disk's size.  VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_SYSTEM_ERROR. */
bool snapshot_overlay_check(const DomainDef *domain, const SnapshotDef *def,
                            bool is_reused, GError **error);

/** snapshot_overlay_make: files, images and nodes, for @after, which
 * snapshot_overlay_put() gave; the guest does not notice.  A domain that is
 * shut off has no nodes. */
bool snapshot_overlay_make(QemuDomain *vm, const SnapshotRecord *record,
                           const DomainDef *after, GError **error);

/** snapshot_overlay_add_actions: what puts them on top, all at one moment. */
void snapshot_overlay_add_actions(const QemuDomain *vm, const SnapshotDef *def,
                                  const DomainDef *after, Transaction *actions);

/** snapshot_overlay_is_used: QEMU has put them on top. */
bool snapshot_overlay_is_used(QemuDomain *vm, const SnapshotDef *def,
                              const DomainDef *after, bool *ret_is_used,
                              GError **error);

/** snapshot_overlay_remove: nodes and files, as far as they are there.  They
 * are not in use; files that are the caller's own stay. */
bool snapshot_overlay_remove(QemuDomain *vm, const SnapshotRecord *record,
                             const DomainDef *after, GError **error);

/** snapshot_overlay_remove_file: one file at @path that was made for @def, or on
 * the way back to it, or that may have been; somebody else's stays. */
bool snapshot_overlay_remove_file(const SnapshotDef *def, const char *path,
                                  GError **error);
/** snapshot_overlay_adopt: they are on top: so say the records of the run and
 * of the definition from now on.  Can be done again. */
bool snapshot_overlay_adopt(QemuDomain *vm, const SnapshotRecord *record,
                            GError **error);
