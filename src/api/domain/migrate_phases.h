/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The phases of a migration as calls, for the daemon: its clients lead through
 * them themselves (driver/driver.h: MigrationStep).
 *
 * They are part of virDomainMigrate3() and may be made by whom that may be made
 * by.  Failures are the thread's error. */
#pragma once

#include "driver/driver.h"

char *migrate_phase_begin(virDomainPtr domain, const MigrationStep *step,
                          char **ret_cookie);
bool migrate_phase_prepare(virConnectPtr conn, const MigrationStep *step,
                           char **ret_uri, char **ret_cookie);
bool migrate_phase_perform(virDomainPtr domain, const MigrationStep *step);
virDomainPtr migrate_phase_finish(virConnectPtr conn, const MigrationStep *step,
                                  bool is_cancelled);
bool migrate_phase_confirm(virDomainPtr domain, const MigrationStep *step,
                           bool is_cancelled);
/** migrate_phase_settle: 1, 0, or -1. */
int migrate_phase_settle(virConnectPtr conn, const char *cookie, bool is_last);
