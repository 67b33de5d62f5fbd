/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carrying out the plan of a job on a disk: recorded, prepared, begun. */
#pragma once

#include "qemu/blockjob/blockjob_plan.h"

/** blockjob_begin: @plan's job is taken over.  On failure everything is as
 * before, except that the id is used up. */
bool blockjob_begin(QemuDomain *vm, BlockjobPlan *plan, GError **error);
