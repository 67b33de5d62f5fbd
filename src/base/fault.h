/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Named points at which a test makes this process fail or die.
 *
 * Each command sent to QEMU and each file operation of the state layer passes
 * one, so "what if we die right here?" can be asked of every step.  Outside
 * tests a point costs the reading of one variable.
 *
 *   STRANDLINE_FAULT=count:FILE   append the name of each point passed to FILE
 *   STRANDLINE_FAULT=kill:N       SIGKILL ourselves before the N-th point (1...)
 *   STRANDLINE_FAULT=fail:N       the N-th point reports failure
 *   STRANDLINE_FAULT=stop:N       SIGSTOP ourselves before the N-th point, for
 *                                 a test that does something to others then
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** fault_point: @name is kind:what ("qmp:transaction", "file:rename").
 * Returns: true to go on; false, with @error set to VIR_ERR_OPERATION_FAILED,
 * when a test asked this point to fail. */
bool fault_point(const char *name, GError **error);
