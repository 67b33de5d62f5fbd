/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast a migration may be. QEMU itself keeps it, for as long as it runs. */
#pragma once

#include "qemu/qmp/client.h"

/** migrate_limits_speed: in bytes/s; G_MAXINT64 if nobody has set a limit. */
bool migrate_limits_speed(QmpClient *qmp, guint64 *ret_speed, GError **error);
