/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The events of one connection, between the driver that sees them happen and
 * the event loop that tells the program.
 *
 * Drivers put events in from any thread, under any lock of theirs; the
 * callbacks run later, from the event loop only (virEventRunDefaultImpl or the
 * program's own), in the order the events were put in, with no lock held.
 * A callback may deregister itself or any other.
 *
 * Any thread wakes the loop by writing to an eventfd: of the program's event
 * loop only AddHandle and RemoveHandle are called, in the threads that register
 * the first callback and close the connection, so a loop that is not safe for
 * threads works too.
 *
 * A callback that is deregistered is not called again, except where it is
 * running in the loop's thread at that very moment; its @free_opaque runs
 * later, from the loop.  The driver's events_wanted() is called when the first
 * callback comes and when the last one goes.
 */
#pragma once

#include "driver/domain_event.h"

EventQueue *event_queue_new(virConnectPtr conn); /* does not hold @conn */
/** event_queue_free: what is not delivered yet never will be; the loop frees
 * the callbacks' opaque data and then the queue. */
void event_queue_free(EventQueue *queue);

/* What virConnectDomainEventRegisterAny() is given. */
typedef struct {
    virDomainPtr domain; /* nullable: any domain */
    int event_id;        /* virDomainEventID */
    virConnectDomainEventGenericCallback call;
    void *opaque;
    virFreeCallback free_opaque; /* nullable */
    bool is_classic; /* of virConnectDomainEventRegister(): once a function */
} EventCallback;

/** event_queue_add: @wanted is copied, its @domain not kept.
 * Returns: the callback id (>= 0), or -1 (no event loop:
 * VIR_ERR_INTERNAL_ERROR; @free_opaque is then not called). */
int event_queue_add(EventQueue *queue, const EventCallback *wanted,
                    GError **error);
/** event_queue_remove: VIR_ERR_INVALID_ARG if there is no @callback_id. */
bool event_queue_remove(EventQueue *queue, int callback_id, GError **error);
/** event_queue_remove_call: the classic callback @call; VIR_ERR_INVALID_ARG if
 * there is none. */
bool event_queue_remove_call(EventQueue *queue,
                             virConnectDomainEventGenericCallback call,
                             GError **error);
/** event_queue_event_of: what a callback was registered for; -1: there is no
 * such callback. */
int event_queue_event_of(EventQueue *queue, int callback_id);
bool event_queue_is_wanted(EventQueue *queue);

/** event_queue_watch_end: the event loop shall be there for event_queue_end();
 * false if the program has none. */
bool event_queue_watch_end(EventQueue *queue);
/** event_queue_end: the connection has ended by itself, for a
 * virConnectCloseReason: its close callback runs, after the events that are in
 * the queue.  After event_queue_watch_end(). */
void event_queue_end(EventQueue *queue, int reason);

/* What happened.  Nothing is kept when nobody registered for it. */
void event_queue_lifecycle(EventQueue *queue, const char *name,
                           const unsigned char *uuid, int id, int event,
                           int detail);
/** @params are copied. */
void event_queue_job_completed(EventQueue *queue, const char *name,
                               const unsigned char *uuid, int id,
                               virTypedParameterPtr params, int nparams);
/** event_queue_put: an event that is whole, taken over: one kind alone, for a
 * driver whose peer tells each of them. */
void event_queue_put(EventQueue *queue, DomainEvent *event);
void event_queue_reboot(EventQueue *queue, const EventDomain *domain);

/* A disk that could not be read or written.  NULL is told as "". */
typedef struct {
    const char *path;   /* nullable */
    const char *alias;  /* nullable: "virtio-disk0" */
    int action;         /* virDomainEventIOErrorAction */
    const char *reason; /* nullable: "enospc" */
} EventIoError;
/** event_queue_io_error: puts in both kinds, without and with the reason. */
void event_queue_io_error(EventQueue *queue, const EventDomain *domain,
                          const EventIoError *failure);

typedef struct {
    const char *path;   /* nullable: of the disk's image */
    const char *target; /* "vda" */
    int type;           /* virDomainBlockJobType */
    int status;         /* virConnectDomainEventBlockJobStatus */
} EventBlockJob;
/** event_queue_block_job: puts in both kinds, by path and by target. */
void event_queue_block_job(EventQueue *queue, const EventDomain *domain,
                           const EventBlockJob *job);

/** event_queue_agent_lifecycle: of the two enums of that name. */
void event_queue_agent_lifecycle(EventQueue *queue, const EventDomain *domain,
                                 int state, int reason);

typedef struct {
    const char *device; /* as the program named it */
    const char *path;   /* nullable */
    unsigned long long threshold;
    unsigned long long excess;
} EventBlockThreshold;
void event_queue_block_threshold(EventQueue *queue, const EventDomain *domain,
                                 const EventBlockThreshold *crossed);

/** event_queue_metadata: @type: a virDomainMetadataType; @uri: of an element,
 * else NULL. */
void event_queue_metadata(EventQueue *queue, const EventDomain *domain,
                          int type, const char *uri);
