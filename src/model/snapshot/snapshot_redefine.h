/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Describing a snapshot again: after its metadata was lost or deleted, or to
 * change its description.  Nothing but the record changes. */
#pragma once

#include "model/domain.h"
#include "model/snapshot_tree.h"

/** snapshot_redefine_check: whether @def may be in @tree, in the place of the
 * one of its name if there is one; its disks become targets of @domain.
 * VIR_ERR_INVALID_ARG: its parent, or it is another kind of thing than the one
 * on record; VIR_ERR_OPERATION_INVALID: that one is being made or deleted. */
bool snapshot_redefine_check(const SnapshotTree *tree, SnapshotDef *def,
                             const DomainDef *domain, GError **error);

/** snapshot_redefine_update: @record is described by @def, which is taken over,
 * from now on; what @def leaves out of the machine stays. */
void snapshot_redefine_update(SnapshotRecord *record, SnapshotDef *def);
