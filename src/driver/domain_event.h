/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thing that happened to a domain, and handing it to a program's callback.
 *
 * An event owns all it tells, so it outlives what it is about: the domain may
 * be gone when the event loop gets to it.  Which queue it waits in, and who is
 * told, is event_queue.h.
 */
#pragma once

#include "driver/object.h"

/* Whom an event is about, as of then.  Nothing of it is kept. */
typedef struct {
    const char *name;
    const unsigned char *uuid;
    int id; /* -1: off */
} EventDomain;

typedef struct {
    int event_id;   /* virDomainEventID */
    guint64 number; /* given by the queue: its place in the order */
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    int id;

    /* What is told besides, by event_id; the rest is zero. */
    int kind;     /* lifecycle: event; block job: type; agent: state; I/O error:
                  * action; metadata: type */
    int detail;   /* lifecycle: detail; block job: status; agent: reason */
    char *disk;   /* block job: path or target; I/O error: path; threshold:
                  * device */
    char *alias;  /* I/O error: the device; threshold: path (nullable) */
    char *reason; /* I/O error with reason */
    char *uri;    /* metadata: of an element (nullable) */
    unsigned long long bytes[2]; /* threshold: where, and how far past it */
    virTypedParameterPtr params; /* job completed */
    int nparams;
} DomainEvent;

/** domain_event_new: all besides @event_id and @domain is zero, for the caller
 * to fill in. */
DomainEvent *domain_event_new(int event_id, const EventDomain *domain);
void domain_event_free(DomainEvent *event);

/** domain_event_tell: calls @call, which was registered for events of this
 * kind.  @conn and @domain are the caller's. */
void domain_event_tell(const DomainEvent *event,
                       virConnectDomainEventGenericCallback call,
                       virConnectPtr conn, virDomainPtr domain, void *opaque);
