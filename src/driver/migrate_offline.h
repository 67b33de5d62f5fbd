/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last two phases of a migration that moves a definition alone: the same
 * for every driver, since there is neither a machine nor a job of it. */
#pragma once

#include "driver/driver.h"
#include "model/memory/migration.h"

/** migrate_offline_finish: at the destination: as Driver.migrate_finish(). */
virDomainPtr migrate_offline_finish(virConnectPtr conn,
                                    const MigrationCookie *cookie,
                                    bool is_cancelled, GError **error);

/** migrate_offline_confirm: at the source: as Driver.migrate_confirm(). */
int migrate_offline_confirm(virDomainPtr domain, const MigrationStep *step,
                            bool is_cancelled, GError **error);
