/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection under another name, for the daemon: what its clients know as
 * qemu:///system is a folder of its own. */
#pragma once

#include "driver/object.h"

/** connection_open: to @uri; virConnectGetURI() and messages say @known_as
 * (nullable: the driver's canonical URI).  The drivers are registered
 * (virInitialize()). */
virConnectPtr connection_open(const char *uri, const char *known_as,
                              bool is_readonly, GError **error);
/** connection_open_by: with somebody who answers a server's questions; @auth is
 * nullable. */
virConnectPtr connection_open_by(const char *uri, const virConnectAuth *auth,
                                 bool is_readonly, GError **error);
