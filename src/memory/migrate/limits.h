/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast a migration may be, and how long the guest may stand still for it:
 * kept for as long as a run lasts, as QEMU keeps them. */
#pragma once

#include "driver/driver.h"
#include "memory/domain.h"

/** memory_limits_reset: a run begins with no limit of the speed. */
void memory_limits_reset(MemoryDomain *vm);

/* The driver's members (driver/driver.h). */
int memory_migrate_get_downtime(virDomainPtr domain,
                                unsigned long long *ret_downtime,
                                GError **error);
int memory_migrate_set_downtime(virDomainPtr domain,
                                unsigned long long downtime, GError **error);
int memory_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                             GError **error);
int memory_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                             GError **error);
