/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libvirt.conf, which libvirt's clients read: the user's short names for URIs, and
 * the URI of programs that name none.
 *
 *     uri_aliases = [ "home=qemu+ssh://me@home/system" ]
 *     uri_default = "qemu:///system"
 *
 * Its other keys are for other libraries, and passed over.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** client_conf_path: (transfer full): the host's for the super-user, else the
 * user's own. */
char *client_conf_path(void);

/** client_conf_alias: *@ret_uri (transfer full) is what @name stands for in the
 * file @path; NULL: it is no alias, or there is no file.  VIR_ERR_CONF_SYNTAX,
 * VIR_ERR_SYSTEM_ERROR for a file that cannot be read. */
bool client_conf_alias(const char *path, const char *name, char **ret_uri,
                       GError **error);

/** client_conf_default: *@ret_uri (transfer full), NULL, and errors likewise. */
bool client_conf_default(const char *path, char **ret_uri, GError **error);
