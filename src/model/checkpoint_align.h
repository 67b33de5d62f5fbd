/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fitting a checkpoint's list of disks to the disks of its domain. */
#pragma once

#include "model/checkpoint.h"
#include "model/domain.h"

/** checkpoint_align: for a new checkpoint, whose name is chosen: afterwards
 * @def->disks has one entry for each disk of @domain, in its order, named by
 * target.  Without a list every writable disk with a medium is tracked; with
 * one, what it leaves out is not.
 * Refuses with VIR_ERR_CONFIG_UNSUPPORTED, naming the disk, what cannot be. */
bool checkpoint_align(CheckpointDef *def, const DomainDef *domain,
                      GError **error);

/** checkpoint_align_redefined: for one that is described again: names become
 * targets where the domain still has the disk, and bitmaps get their default
 * name; what the disks are today is no reason to refuse. */
bool checkpoint_align_redefined(CheckpointDef *def, const DomainDef *domain,
                                GError **error);
