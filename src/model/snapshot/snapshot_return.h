/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going back to an external snapshot.
 *
 * Its images hold that state as long as nothing writes to them.  So a return never
 * goes back on them: it puts new overlays on them, and the former ones stay, since
 * children of the snapshot stand on them.
 */
#pragma once

#include "model/domain.h"
#include "model/snapshot.h"

/** Whether an image of that name is there already. */
typedef bool (*SnapshotPathTaken)(const DiskDef *disk, const char *path,
                                  gconstpointer opaque);

/** snapshot_return_overlays: (transfer full): of SnapshotDisk: the new overlay of
 * each disk of @machine, as it was, that @def has as external.  @now: the machine
 * as it is.  Of images "/images/web.qcow2" and snapshot "one": "web.one-2", or
 * the next number that @is_taken leaves free.
 * VIR_ERR_CONFIG_UNSUPPORTED (a device), VIR_ERR_OPERATION_INVALID (the disk
 * writes to that image again). */
GPtrArray *snapshot_return_overlays(const SnapshotDef *def,
                                    const DomainDef *machine,
                                    const DomainDef *now,
                                    SnapshotPathTaken is_taken,
                                    gconstpointer opaque, GError **error);
