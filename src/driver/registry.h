/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which drivers there are, and which one serves a URI. */
#pragma once

#include "driver/driver.h"

/** connect_uri_parse: VIR_ERR_INVALID_ARG if @text is no URI. */
ConnectUri *connect_uri_parse(const char *text, GError **error);
void connect_uri_free(ConnectUri *uri);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConnectUri, connect_uri_free)

/** registry_add: @driver is static.  Called by the library's initialisation
 * (api/init.c), once for each driver; a second time does nothing. */
void registry_add(const Driver *driver);

/** registry_find: VIR_ERR_NO_CONNECT if no driver accepts @uri. */
const Driver *registry_find(const ConnectUri *uri, GError **error);

/* The drivers of this library.  Each is defined in its own layer, which api
 * may not include; api/init.c is the one file that names them. */
extern const Driver memory_driver;
extern const Driver qemu_driver;
extern const Driver remote_driver;
