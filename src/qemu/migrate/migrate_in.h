/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that comes from elsewhere, between the phases of its
 * destination. */
#pragma once

#include "qemu/migrate/migrate_job.h"

#define MIGRATE_SOCKET     "migrate.sock"
#define MIGRATE_DEFINITION "migrate.xml" /* what is to be defined in the end */

bool migrate_in_refresh(QemuDomain *vm, Job *job, GError **error);
