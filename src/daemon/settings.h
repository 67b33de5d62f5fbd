/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What strandlined.conf says, checked: strandlined(8).
 *
 * Keys that libvirtd.conf has too mean the same here.  A key that is unknown is
 * refused, since a limit that is written wrong is no limit.
 */
#pragma once

#include "daemon/server.h"

typedef struct {
    char *unix_sock_dir;
    char *unix_sock_group; /* NULL: the daemon's */
    unsigned unix_sock_rw_perms;
    unsigned unix_sock_ro_perms;
    char *state_root;
    char *access_policy; /* NULL: no driver "file" */
    ServerLimits limits;
} Settings;

/** settings_new: the defaults, which are those of root's daemon or of a user's
 * own. */
Settings *settings_new(void);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/** settings_parse: the defaults, and what @text changes; messages say
 * @name:LINE.  VIR_ERR_CONF_SYNTAX. */
Settings *settings_parse(const char *name, const char *text, GError **error);
/** settings_load: of the file @path; VIR_ERR_SYSTEM_ERROR if it cannot be
 * read. */
Settings *settings_load(const char *path, GError **error);
