/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which drivers there are, and which one serves a URI. */
#pragma once

#include "driver/driver.h"

/** connect_uri_parse: VIR_ERR_INVALID_ARG if @text is no URI. */
ConnectUri *connect_uri_parse(const char *text, GError **error);
void connect_uri_free(ConnectUri *uri);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConnectUri, connect_uri_free)

/** registry_add: @driver is static.  Called by the library's initialisation
 * (api/connect.c), once for each driver. */
void registry_add(const Driver *driver);

/** registry_find: VIR_ERR_NO_CONNECT if no driver accepts @uri. */
const Driver *registry_find(const ConnectUri *uri, GError **error);
