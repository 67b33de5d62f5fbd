/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A QEMU that awaits a machine, at a place of model/memory/migrate_place.h. */
#pragma once

#include "model/memory/migrate_place.h"
#include "qemu/qmp/client.h"

/** migrate_listen: the QEMU that awaits a machine does so at @place.
 * *@ret_uri is where to connect. */
bool migrate_listen(const MigratePlace *place, QmpClient *qmp, char **ret_uri,
                    GError **error);
