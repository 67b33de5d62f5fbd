/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calling thread's last error: the one place where a GError turns into
 * what virGetLastError() gives.
 *
 * Each thread has its own, so two threads that share a connection cannot read
 * each other's failures.
 */
#pragma once

#include <glib.h>
#include <libvirt/virterror.h>

/** error_reset: what every public call does first. */
void error_reset(void);

/** error_raise: sets the thread's last error, and tells the program's error
 * function if there is one.  @domain is the virErrorDomain of the part that
 * failed; @error NULL (a driver failed and did not say why) becomes
 * VIR_ERR_INTERNAL_ERROR. */
void error_raise(int domain, const GError *error);

/** error_raise_text: the same for what src/api/ itself refuses. */
void error_raise_text(int domain, int code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
