/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deleting an external snapshot with its data: what its overlays hold goes into
 * the images that held the snapshot, as with QEMU. */
#pragma once

#include "memory/domain.h"
#include "model/snapshot_tree.h"

/** memory_snapshot_merge: all disks or none.  VIR_ERR_OPERATION_INVALID if the
 * snapshot is not in the chain of a disk, VIR_ERR_CONFIG_UNSUPPORTED if it does
 * not say what the machine was. */
bool memory_snapshot_merge(MemoryDomain *vm, const SnapshotRecord *record,
                           GError **error);
