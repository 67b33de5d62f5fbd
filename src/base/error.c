/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <string.h>

/* What the header tells the analyzer; here are the functions themselves. */
#undef fail
#undef fail_errno

/* What an error of ours has besides GLib's fields. */
typedef struct {
    int origin; /* virErrorDomain; 0: not set */
} StrandlineErrorPrivate;

static void
strandline_error_private_init(StrandlineErrorPrivate *more)
{
    more->origin = VIR_FROM_NONE;
}

static void
strandline_error_private_copy(const StrandlineErrorPrivate *from,
                              StrandlineErrorPrivate *to)
{
    *to = *from;
}

static void
strandline_error_private_clear(StrandlineErrorPrivate *more)
{
    (void)more; /* it owns nothing */
}

/* The tool has a copy of this file, and so has the library that it uses: GLib
 * complains of a domain that is registered twice, and one serves both. */
static GQuark
register_once(const char *name, gsize size, GErrorInitFunc init,
              GErrorCopyFunc copy, GErrorClearFunc clear)
{
    GQuark known = g_quark_try_string(name);

    return known
               ? known
               : g_error_domain_register_static(name, size, init, copy, clear);
}

#define g_error_domain_register_static register_once
G_DEFINE_EXTENDED_ERROR(StrandlineError, strandline_error)
#undef g_error_domain_register_static

/* The first failure is the one to tell: what fails after it is often only its
 * consequence.  Whoever wants to hear of both passes a GError of its own, or
 * NULL.  Overwriting would also lose the first one's memory, and g_set_error()
 * prints, which a library must not. */
static void
set_first(GError **error, int code, const char *format, va_list args)
{
    if (error && !*error)
        *error = g_error_new_valist(STRANDLINE_ERROR, code, format, args);
}

/* Always false: the caller's own result, so that failing is one statement. */
bool
fail(GError **error, int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_first(error, code, format, args);
    va_end(args);
    return false;
}

/* @errnum is an argument, and errno is not read here: evaluating the other
 * arguments may have changed it. */
bool
fail_errno(GError **error, int errnum, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    return fail(error, VIR_ERR_SYSTEM_ERROR, "%s: %s", text,
                g_strerror(errnum));
}

/* The domain is compared as well: another library's code may be the same
 * number and mean something else. */
bool
error_is(const GError *error, int code)
{
    return g_error_matches(error, STRANDLINE_ERROR, code);
}

void
error_set_origin(GError *error, int domain)
{
    strandline_error_get_private(error)->origin = domain;
}

/* Of another library's error nothing is known. */
int
error_origin(const GError *error)
{
    if (!error || error->domain != STRANDLINE_ERROR)
        return VIR_FROM_NONE;
    return strandline_error_get_private(error)->origin;
}
