/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/migrate_offline.h"

#include "base/error.h"

/* The definition has come with prepare's answer, so nothing of it is kept
 * between the phases, and there is nothing to be thrown away. */
virDomainPtr
migrate_offline_finish(virConnectPtr conn, const MigrationCookie *cookie,
                       bool is_cancelled, GError **error)
{
    if (!is_cancelled && cookie->definition)
        return conn->driver->domain_define(conn, cookie->definition, 0, error);
    fail(error, VIR_ERR_OPERATION_ABORTED, "the migration was given up");
    return NULL;
}

/* The definition alone: with what keeps it from being given up as anywhere. */
int
migrate_offline_confirm(virDomainPtr domain, const MigrationStep *step,
                        bool is_cancelled, GError **error)
{
    if (is_cancelled || !(step->flags & VIR_MIGRATE_UNDEFINE_SOURCE))
        return 0;
    return domain->conn->driver->domain_undefine(domain, 0, error);
}
