/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that moves away, between the phases of its source. */
#pragma once

#include "qemu/migrate/migrate_job.h"

bool migrate_out_refresh(QemuDomain *vm, Job *job, GError **error);
bool migrate_out_cancel(QemuDomain *vm, Job *job, GError **error);

/** migrate_out_give_up: as far as its leader knows it came to nothing: the guest
 * goes on, unless everything is there; then the destination is asked. */
bool migrate_out_give_up(QemuDomain *vm, Job *job, const char *why,
                         GError **error);

/** migrate_out_finish: COMPLETED: QEMU ends, it is somewhere else; else the
 * guest goes on here if it ran before.  What was concluded before counts more
 * than @outcome.  Can be done again. */
bool migrate_out_finish(QemuDomain *vm, Job *job, JobOutcome outcome,
                        const char *why, GError **error);
