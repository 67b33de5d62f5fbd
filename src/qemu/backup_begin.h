/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carrying out the plan of a backup. */
#pragma once

#include "model/job.h"
#include "qemu/backup_plan.h"

/** backup_begin: @plan's def is taken over.  Returns the running job, owned by
 * the domain's table; on failure everything is as before, except that the id
 * is used up. */
Job *backup_begin(QemuDomain *vm, BackupPlan *plan, GError **error);
