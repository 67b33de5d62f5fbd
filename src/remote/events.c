/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/events.h"

#include "driver/event_queue.h"
#include "remote/call.h"
#include "remote/session.h"
#include "rpc/wire_params.h"

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

static DomainEvent *
event_new(int event_id, const WireDomain *wire)
{
    const EventDomain domain = {wire->name, (const unsigned char *)wire->uuid,
                                wire->id};

    return domain_event_new(event_id, &domain);
}

/* Each takes the body of its message; texts are taken out of it, and what is
 * left is for xdr_free(). */

static DomainEvent *
take_lifecycle(int event_id, void *body)
{
    const WireCallbackLifecycle *told = body;
    DomainEvent *event = event_new(event_id, &told->event.domain);

    event->kind = told->event.event;
    event->detail = told->event.detail;
    return event;
}

static DomainEvent *
take_reboot(int event_id, void *body)
{
    const WireCallbackDomain *told = body;

    return event_new(event_id, &told->domain);
}

/* Two messages for one failure, as libvirt has it: the older one without a
 * reason.  Each is put in as itself; the queue would make two of one. */
static DomainEvent *
take_io_error(int event_id, void *body)
{
    WireCallbackIoError *told = body;
    DomainEvent *event = event_new(event_id, &told->event.domain);

    event->disk = g_steal_pointer(&told->event.path);
    event->alias = g_steal_pointer(&told->event.alias);
    event->kind = told->event.action;
    return event;
}

static DomainEvent *
take_io_error_reason(int event_id, void *body)
{
    WireCallbackIoErrorReason *told = body;
    DomainEvent *event = event_new(event_id, &told->event.domain);

    event->disk = g_steal_pointer(&told->event.path);
    event->alias = g_steal_pointer(&told->event.alias);
    event->reason = g_steal_pointer(&told->event.reason);
    event->kind = told->event.action;
    return event;
}

/* By the image's path and by the target's name: the same struct, and which of
 * the two it is only the event's id says. */
static DomainEvent *
take_block_job(int event_id, void *body)
{
    WireCallbackBlockJob *told = body;
    DomainEvent *event = event_new(event_id, &told->event.domain);

    event->disk = g_steal_pointer(&told->event.disk);
    event->kind = told->event.type;
    event->detail = told->event.status;
    return event;
}

/* State and reason keep libvirt's numbers, which ours are. */
static DomainEvent *
take_agent(int event_id, void *body)
{
    const WireCallbackTwoNumbers *told = body;
    DomainEvent *event = event_new(event_id, &told->domain);

    event->kind = told->first;
    event->detail = told->second;
    return event;
}

/* Parameters that cannot be read are left out: that the job is done is told
 * all the same. */
static DomainEvent *
take_job_completed(int event_id, void *body)
{
    const WireCallbackJobCompleted *told = body;
    DomainEvent *event = event_new(event_id, &told->domain);

    (void)wire_params_decode(told->params.params_val, told->params.params_len,
                             &event->params, &event->nparams, NULL);
    return event;
}

static DomainEvent *
take_threshold(int event_id, void *body)
{
    WireCallbackThreshold *told = body;
    DomainEvent *event = event_new(event_id, &told->domain);

    event->disk = g_steal_pointer(&told->device);
    event->alias = told->path ? g_steal_pointer(told->path) : NULL;
    event->bytes[0] = told->threshold;
    event->bytes[1] = told->excess;
    return event;
}

/* The namespace changes hands; it is none for a title or a description. */
static DomainEvent *
take_metadata(int event_id, void *body)
{
    WireCallbackMetadata *told = body;
    DomainEvent *event = event_new(event_id, &told->domain);

    event->kind = told->type;
    event->uri = told->uri ? g_steal_pointer(told->uri) : NULL;
    return event;
}

/* Every kind that the drivers of this library know, and the message that tells
 * it to who registered by callback. */
static const struct {
    int event_id;
    int message;
    DomainEvent *(*take)(int event_id, void *body);
} kinds[REMOTE_EVENT_KINDS] = {
    {VIR_DOMAIN_EVENT_ID_LIFECYCLE, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE,
     take_lifecycle},
    {VIR_DOMAIN_EVENT_ID_REBOOT, REMOTE_DOMAIN_EVENT_CALLBACK_REBOOT,
     take_reboot},
    {VIR_DOMAIN_EVENT_ID_IO_ERROR, REMOTE_DOMAIN_EVENT_CALLBACK_IO_ERROR,
     take_io_error},
    {VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON,
     REMOTE_DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON, take_io_error_reason},
    {VIR_DOMAIN_EVENT_ID_BLOCK_JOB, REMOTE_DOMAIN_EVENT_CALLBACK_BLOCK_JOB,
     take_block_job},
    {VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2, REMOTE_DOMAIN_EVENT_BLOCK_JOB_2,
     take_block_job},
    {VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
     REMOTE_DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE, take_agent},
    {VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
     REMOTE_DOMAIN_EVENT_CALLBACK_JOB_COMPLETED, take_job_completed},
    {VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD, REMOTE_DOMAIN_EVENT_BLOCK_THRESHOLD,
     take_threshold},
    {VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
     REMOTE_DOMAIN_EVENT_CALLBACK_METADATA_CHANGE, take_metadata},
};

/* Under no lock while the peer is asked: its events may come before its answer,
 * and the thread that reads both takes the lock. */
static void
set_queue(RemoteEvents *events, EventQueue *queue)
{
    LOCK_SCOPE(&events->lock);

    events->queue = queue;
}

/* A kind that the peer has not got is one that never happens there. */
static int
ask_for(virConnectPtr conn, int event_id)
{
    const WireRegister wanted = {.event = event_id};
    int callback = -1;

    return remote_call(conn,
                       PROCEDURE(CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY),
                       &wanted, &callback, NULL)
               ? callback
               : -1;
}

/* The queue first, so that no event is missed between the two. */
void
remote_events_wanted(virConnectPtr conn, bool is_wanted)
{
    RemoteSession *session = conn->session;
    RemoteEvents *events = &session->events;

    set_queue(events, is_wanted ? conn->events : NULL);
    for (int i = 0; i < REMOTE_EVENT_KINDS; i++) {
        if (is_wanted) {
            events->callbacks[i] = ask_for(conn, kinds[i].event_id);
        } else if (events->callbacks[i] >= 0) {
            (void)remote_call(
                conn, PROCEDURE(CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY),
                &events->callbacks[i], NULL, NULL);
        }
    }
}

/* What comes after the program has lost its interest is dropped here: the peer
 * had sent it before it was told. */
static void
put(RemoteEvents *events, DomainEvent *event)
{
    LOCK_SCOPE(&events->lock);

    if (events->queue) {
        event_queue_put(events->queue, event);
    } else {
        domain_event_free(event);
    }
}

/* The two are the session's, before its channel begins and after it has
 * ended. */
void
remote_events_init(RemoteEvents *events)
{
    lock_init(&events->lock);
    events->end_reason = -1;
}

void
remote_events_clear(RemoteEvents *events)
{
    lock_clear(&events->lock);
}

/* Once: a daemon between that has lost its own peer says so and goes then. */
void
remote_events_end(RemoteEvents *events, int reason)
{
    LOCK_SCOPE(&events->lock);

    if (events->end_reason >= 0)
        return;
    events->end_reason = reason;
    if (events->ending)
        event_queue_end(events->ending, reason);
}

/* A libvirtd that only hands calls on tells of its own peer's end if it is
 * asked to; one that has no such procedure has no such end. */
void
remote_end_wanted(virConnectPtr conn)
{
    RemoteSession *session = conn->session;
    RemoteEvents *events = &session->events;

    (void)remote_call(conn, PROCEDURE(CONNECT_REGISTER_CLOSE_CALLBACK), NULL,
                      NULL, NULL);
    LOCK_SCOPE(&events->lock);
    events->ending = conn->events;
    if (events->end_reason >= 0)
        event_queue_end(events->ending, events->end_reason);
}

static void
take_end(RemoteEvents *events, const Message *message)
{
    const Procedure *procedure = PROCEDURE(CONNECT_EVENT_CONNECTION_CLOSED);
    int reason = VIR_CONNECT_CLOSE_REASON_ERROR;

    (void)message_decode(message, procedure->args_xdr, &reason, NULL);
    remote_events_end(events, CLAMP(reason, VIR_CONNECT_CLOSE_REASON_ERROR,
                                    VIR_CONNECT_CLOSE_REASON_CLIENT));
}

void
remote_events_take(RemoteEvents *events, const Message *message)
{
    const Procedure *procedure =
        procedure_find(message->header.program, message->header.procedure);
    g_autofree void *body = NULL;

    /* A newer peer may tell what we have no name for.  That is its right, and
     * nothing was asked of us. */
    if (message->header.program != RPC_PROGRAM_REMOTE || !procedure)
        return;
    if (procedure->number == REMOTE_CONNECT_EVENT_CONNECTION_CLOSED) {
        take_end(events, message);
        return;
    }
    for (int i = 0; i < REMOTE_EVENT_KINDS; i++) {
        if (kinds[i].message != procedure->number)
            continue;
        body = g_malloc0(procedure->args_size);
        if (!message_decode(message, procedure->args_xdr, body, NULL))
            return;
        put(events, kinds[i].take(kinds[i].event_id, body));
        xdr_free(procedure->args_xdr, body);
        return;
    }
}
