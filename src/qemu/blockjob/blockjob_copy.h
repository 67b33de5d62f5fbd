/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a block copy needs beyond other jobs on disks: a target. */
#pragma once

#include "qemu/blockjob/blockjob_plan.h"

/** blockjob_copy_plan: of a @disk of @size bytes that was checked.  The
 * arguments are those of the driver's member.  VIR_ERR_XML_ERROR,
 * VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_INVALID_ARG (the target exists, or is in
 * use by the domain). */
BlockjobPlan *blockjob_copy_plan(const DomainDef *domain, const DiskDef *disk,
                                 const BlockCopy *copy, uint64_t size,
                                 unsigned flags, GError **error);

/** blockjob_copy_prepare: makes the target of @job, which is on record, and its
 * nodes. */
bool blockjob_copy_prepare(const BlockjobPlan *plan, Job *job, QmpClient *qmp,
                           GError **error);
