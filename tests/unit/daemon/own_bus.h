/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bus of the test's own, which is the system's and the session's for this
 * process, and somebody on it who answers in a thread of his own. */
#pragma once

#include <gio/gio.h>

typedef struct OwnBus OwnBus;

typedef struct {
    const char *name; /* on the bus */
    const char *path;
    const char *xml; /* of its one interface */
    GDBusInterfaceVTable functions;
} OwnBusService;

/** own_bus_new: @service is borrowed. */
OwnBus *own_bus_new(const OwnBusService *service);
/** own_bus_free: waits until nobody holds GLib's connection to it any more. */
void own_bus_free(OwnBus *own);
