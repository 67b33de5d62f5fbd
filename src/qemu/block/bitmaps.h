/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking QEMU for the dirty bitmaps of a domain's disks, and putting what the
 * interval rules decided into a transaction.
 *
 * The bitmaps of a disk live on its top image's format node (node_names.h), which
 * stays the same whatever filters a backup puts above it.
 */
#pragma once

#include "model/domain.h"
#include "model/interval_line.h"
#include "qemu/block/transaction.h"
#include "qemu/qmp/client.h"

/** bitmaps_query: one command, whose answer grows with the number of bitmaps
 * (1 ms at 200).  VIR_ERR_OPERATION_FAILED. */
BitmapStates *bitmaps_query(QmpClient *qmp, const DomainDef *def,
                            GError **error);

/** bitmaps_add_steps: @steps of IntervalStep, on the top images of @domain. */
void bitmaps_add_steps(Transaction *actions, const DomainDef *domain,
                       const GPtrArray *steps);
