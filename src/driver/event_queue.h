/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The events of one connection, between the driver that sees them happen and
 * the event loop that tells the program.
 *
 * Drivers put events in from any thread, under any lock of theirs; the
 * callbacks run later, from the event loop only (virEventRunDefaultImpl or the
 * program's own), in the order the events were put in, with no lock held.
 * A callback may deregister itself or any other.
 */
#pragma once

#include "driver/object.h"

EventQueue *event_queue_new(virConnectPtr conn); /* does not hold @conn */
void event_queue_free(EventQueue *queue);

/** event_queue_add: virConnectDomainEventRegisterAny().  @domain nullable.
 * Returns: the callback id (>= 0), or -1 (no event loop: VIR_ERR_INTERNAL). */
int event_queue_add(EventQueue *queue, virDomainPtr domain, int event_id,
                    virConnectDomainEventGenericCallback callback, void *opaque,
                    virFreeCallback free_opaque, GError **error);
bool event_queue_remove(EventQueue *queue, int callback_id, GError **error);
bool event_queue_is_wanted(EventQueue *queue);

/* What happened.  Nothing is kept when nobody registered for it. */
void event_queue_lifecycle(EventQueue *queue, const char *name,
                           const unsigned char *uuid, int id, int event,
                           int detail);
/** @params are copied. */
void event_queue_job_completed(EventQueue *queue, const char *name,
                               const unsigned char *uuid, int id,
                               virTypedParameterPtr params, int nparams);
