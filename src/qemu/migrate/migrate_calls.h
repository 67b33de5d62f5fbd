/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members about migration (driver/driver.h). */
#pragma once

#include "driver/driver.h"

char *qemu_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                         char **ret_cookie, GError **error);
int qemu_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                         char **ret_uri, char **ret_cookie, GError **error);
int qemu_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                         GError **error);
virDomainPtr qemu_migrate_finish(virConnectPtr conn, const MigrationStep *step,
                                 bool is_cancelled, GError **error);
int qemu_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                         bool is_cancelled, GError **error);
int qemu_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                        GError **error);
int qemu_migrate_get_downtime(virDomainPtr domain,
                              unsigned long long *ret_downtime, GError **error);
int qemu_migrate_set_downtime(virDomainPtr domain, unsigned long long downtime,
                              GError **error);
int qemu_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                           GError **error);
int qemu_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                           GError **error);
