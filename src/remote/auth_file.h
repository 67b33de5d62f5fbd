/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libvirt's auth.conf: what to answer a host, for programs that nobody sits
 * before.
 *
 *     [credentials-NAME]        authname=, username=, password=, realm=
 *     [auth-libvirt-HOST]       credentials=NAME ("default" for all others)
 */
#pragma once

#include "remote/place.h"

typedef struct AuthFile AuthFile;

/** auth_file_load: the first of: the URI's authfile=, $LIBVIRT_AUTH_FILE, the
 * user's and the host's libvirt/auth.conf.  One that is named has to be there;
 * without any it is empty.  VIR_ERR_SYSTEM_ERROR, VIR_ERR_CONF_SYNTAX. */
AuthFile *auth_file_load(const RemotePlace *place, GError **error);
/** auth_file_free: accepts NULL. */
void auth_file_free(AuthFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthFile, auth_file_free)

/** auth_file_answer: (transfer full): to a virConnectCredentialType; NULL: it
 * says nothing of that. */
char *auth_file_answer(const AuthFile *file, int kind);
