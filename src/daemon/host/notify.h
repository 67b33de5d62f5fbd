/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two words that a service and systemd exchange: what it is doing, and
 * which sockets it was handed.  Both do nothing without systemd. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** notify_state: "READY=1", "STOPPING=1", ...  Nobody's listening is no
 * error. */
void notify_state(const char *state);

/** notify_listen_fds: the names of the descriptors that there are from
 * NOTIFY_FIRST_FD on, "unknown" for one without, and none if nothing was handed
 * over.  They are made close-on-exec; the variables that say so are removed,
 * since they are not for our children.
 * Returns: NULL with @error set, VIR_ERR_INVALID_ARG if they are nonsense. */
GStrv notify_listen_fds(GError **error);

enum { NOTIFY_FIRST_FD = 3 };
