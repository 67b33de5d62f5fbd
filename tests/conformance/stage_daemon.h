/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strandlined of a test's own, on sockets of its own. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct StageDaemon StageDaemon;

/** stage_daemon_is_wanted: whether this run is about what is behind one: the
 * path of the program is in STRANDLINE_DAEMON. */
bool stage_daemon_is_wanted(void);

/** stage_daemon_new: it listens.  @root: where it keeps machines; NULL: in a
 * folder of its own.  It ends with this process at the latest. */
StageDaemon *stage_daemon_new(const char *root);
/** stage_daemon_free: asks it to end, and that has to be without a complaint:
 * of its own, or of the sanitizers in it.  Accepts NULL. */
void stage_daemon_free(StageDaemon *daemon);

/** stage_daemon_uri: (transfer full): @uri by its socket. */
char *stage_daemon_uri(const StageDaemon *daemon, const char *uri);
