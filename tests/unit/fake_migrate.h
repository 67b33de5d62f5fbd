/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the fake driver that moves machines. */
#pragma once

#include "fake_driver.h"

/* Every phase since fake_migrate_reset(): "begin prepare perform finish
 * confirm"; "finish-not" and "confirm-not" of those that were cancelled. */
extern char fake_phases[256];
/* The one that fails, without being noted ("perform"); NULL: none. */
extern const char *fake_failing_phase;
/* prepare says that there is nothing to be performed. */
extern bool fake_is_offline;
/* What prepare was given; valid for as long as the caller's strings are. */
extern MigrationStep fake_step;

void fake_migrate_reset(void);

char *fake_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                         char **ret_cookie, GError **error);
int fake_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                         char **ret_uri, char **ret_cookie, GError **error);
int fake_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                         GError **error);
virDomainPtr fake_migrate_finish(virConnectPtr conn, const MigrationStep *step,
                                 bool is_cancelled, GError **error);
int fake_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                         bool is_cancelled, GError **error);
int fake_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                        GError **error);
int fake_migrate_get_downtime(virDomainPtr domain,
                              unsigned long long *ret_downtime, GError **error);
int fake_migrate_set_downtime(virDomainPtr domain, unsigned long long downtime,
                              GError **error);
int fake_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                           GError **error);
int fake_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                           GError **error);
