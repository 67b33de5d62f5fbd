/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs that end with the connection that began them
 * (VIR_DOMAIN_START_AUTODESTROY).
 *
 * A connection that is closed ends them itself, in order: jobs, QEMU, records.
 * One whose process dies cannot, so each such run has a guard from before its
 * guest's first instruction (guard.c): it asks QEMU to end, which stores its
 * bitmaps, and the next call on the domain finds it gone and does the rest.
 * Nothing of this is written down: another process sees a run like any other.
 */
#pragma once

#include "qemu/session.h"

/** run_owner_take: the run of @vm is its session's from now on.
 * VIR_ERR_SYSTEM_ERROR, VIR_ERR_OPERATION_FAILED. */
bool run_owner_take(QemuDomain *vm, GError **error);

/** run_owner_end_all: @session closes; without its lock. */
void run_owner_end_all(QemuSession *session);
