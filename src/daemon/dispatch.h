/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A packet becomes a call, and the call a reply: what the protocol says of
 * every call before anybody looks at what it asks. */
#pragma once

#include "daemon/server.h"
#include "daemon/session.h"

/** dispatch_handler: for server_new(), whose opaque data is a SessionHost. */
extern const ServerHandler dispatch_handler;
