/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one error domain of the library.
 *
 * Its codes are the public ones (virErrorNumber in <libvirt/virterror.h>), so a
 * failure travels from QEMU to the caller of the library, and later over the
 * wire, without being translated on the way.  src/api/ is the only place that
 * turns a GError into the calling thread's virGetLastError().
 *
 * A message says what was tried, on what, and what to do; it starts in lower
 * case, has no full stop, and quotes names with '...'.
 */
#pragma once

#include <glib.h>
#include <libvirt/virterror.h>
#include <stdbool.h>

#define STRANDLINE_ERROR (strandline_error_quark())

GQuark strandline_error_quark(void);

/** fail: sets @error and is false, so that `return fail(error, ...)` reads as
 * what it does.  @code is a virErrorNumber.  An error that is set already
 * stays. */
bool fail(GError **error, int code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/** fail_errno: like fail() with VIR_ERR_SYSTEM_ERROR, and appends
 * strerror(@errnum) after a colon. */
bool fail_errno(GError **error, int errnum, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The analyzer sees one file at a time; this tells it what they return. */
#ifdef __clang_analyzer__
#define fail(...)       (fail(__VA_ARGS__), false)
#define fail_errno(...) (fail_errno(__VA_ARGS__), false)
#endif

/** error_is: whether @error is ours with @code; false for NULL. */
bool error_is(const GError *error, int code);

/** error_set_origin: @error happened in @domain (a virErrorDomain), and not
 * where the driver is that hands it on: it came over the wire. */
void error_set_origin(GError *error, int domain);
/** error_origin: VIR_FROM_NONE if that was not set. */
int error_origin(const GError *error);
