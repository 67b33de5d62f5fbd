/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client registered for, and the messages that it gets of it.
 *
 * A callback runs in the loop of the library's events; it encodes the event and
 * hands it to the client's queue, which is bounded, so a client that does not
 * read holds up nobody.  Who may not see a domain is not told of it.
 */
#include "api/error.h"
#include "base/error.h"
#include "daemon/session_private.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include <libvirt/libvirt.h>

/* One registration.  The library holds it, and frees it from its loop after the
 * last callback; the session lists it until it is removed. */
typedef struct {
    Session *session;
    Client *client; /* a reference, which keeps the session */
    int event_id;
    int callback_id;
    SessionEventStyle style;
    bool is_listed; /* false: told nothing any more */
} Listener;

/* From the library's loop, when no callback of it can run any more. */
static void
listener_free(void *opaque)
{
    Listener *listener = opaque;

    client_unref(listener->client);
    g_free(listener);
}

static void
send_event(const Listener *listener, int number, const void *body)
{
    const Procedure *procedure = procedure_find(RPC_PROGRAM_REMOTE, number);
    const MessageHeader header = message_event_header(procedure);
    /* What does not encode (a name of megabytes) is told to nobody. */
    Message *message = message_new(&header, procedure->args_xdr, body, NULL);

    if (message)
        client_tell(listener->client, message);
}

/* Asked anew for each event: the policy may have been read again since the
 * registration. */
static bool
may_see(const Listener *listener, virDomainPtr domain)
{
    const Serve serve = session_serve(listener->session, domain->conn, NULL);

    return !serve.access || !serve.access->may_see ||
           serve.access->may_see(&serve, domain);
}

/* Holds the lock of events for the rest of the enclosing function, which ends
 * here if this listener is not told. */
#define LISTENER_ENTER(failure)                             \
    Listener *listener = opaque;                            \
    LOCK_SCOPE(&listener->session->events);                 \
    (void)conn;                                             \
    if (!listener->is_listed || !may_see(listener, domain)) \
    return failure

static bool
has_id(const Listener *listener)
{
    return listener->style == SESSION_EVENTS_BY_ID;
}

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    WireCallbackLifecycle body = {.event = {.event = event, .detail = detail}};

    LISTENER_ENTER(0);
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.event.domain);
    if (has_id(listener)) {
        send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE, &body);
    } else {
        send_event(listener, REMOTE_DOMAIN_EVENT_LIFECYCLE, &body.event);
    }
    return 0;
}

static void
on_reboot(virConnectPtr conn, virDomainPtr domain, void *opaque)
{
    WireCallbackDomain body = {0};

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.domain);
    if (has_id(listener)) {
        send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_REBOOT, &body);
    } else {
        send_event(listener, REMOTE_DOMAIN_EVENT_REBOOT, &body.domain);
    }
}

static void
on_io_error(virConnectPtr conn, virDomainPtr domain, const char *path,
            const char *alias, int action, void *opaque)
{
    WireCallbackIoError body = {
        .event = {.path = (char *)path,
                  .alias = (char *)alias,
                  .action = action},
    };

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.event.domain);
    if (has_id(listener)) {
        send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_IO_ERROR, &body);
    } else {
        send_event(listener, REMOTE_DOMAIN_EVENT_IO_ERROR, &body.event);
    }
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_io_error_reason(virConnectPtr conn, virDomainPtr domain, const char *path,
                   const char *alias, int action, const char *reason,
                   void *opaque)
{
    WireCallbackIoErrorReason body = {
        .event = {.path = (char *)path,
                  .alias = (char *)alias,
                  .action = action,
                  .reason = (char *)reason},
    };

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.event.domain);
    if (has_id(listener)) {
        send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON,
                   &body);
    } else {
        send_event(listener, REMOTE_DOMAIN_EVENT_IO_ERROR_REASON, &body.event);
    }
}

/* By path, or, as the newer event, by target; only the first has a form without
 * an id. */
static void
on_block_job(virConnectPtr conn, virDomainPtr domain, const char *disk,
             int type, int status, void *opaque)
{
    WireCallbackBlockJob body = {
        .event = {.disk = (char *)disk, .type = type, .status = status},
    };

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.event.domain);
    if (listener->event_id == VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2) {
        send_event(listener, REMOTE_DOMAIN_EVENT_BLOCK_JOB_2, &body);
    } else if (has_id(listener)) {
        send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_BLOCK_JOB, &body);
    } else {
        send_event(listener, REMOTE_DOMAIN_EVENT_BLOCK_JOB, &body.event);
    }
}

static void
on_agent_lifecycle(virConnectPtr conn, virDomainPtr domain, int state,
                   int reason, void *opaque)
{
    WireCallbackTwoNumbers body = {.first = state, .second = reason};

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.domain);
    send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE, &body);
}

static void
on_job_completed(virConnectPtr conn, virDomainPtr domain,
                 virTypedParameterPtr params, int nparams, void *opaque)
{
    g_autofree WireParam *wire = wire_params_encode(params, nparams);
    WireCallbackJobCompleted body = {
        .params = {.params_len = (u_int)nparams, .params_val = wire},
    };

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.domain);
    send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_JOB_COMPLETED, &body);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_threshold(virConnectPtr conn, virDomainPtr domain, const char *device,
             const char *path, unsigned long long threshold,
             unsigned long long excess, void *opaque)
{
    WireCallbackThreshold body = {
        .device = (char *)device,
        .path = path ? (WireTextOrNone)&path : NULL,
        .threshold = threshold,
        .excess = excess,
    };

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.domain);
    send_event(listener, REMOTE_DOMAIN_EVENT_BLOCK_THRESHOLD, &body);
}

/* Of the newer kinds, which have only the message with an id. */
static void
on_metadata(virConnectPtr conn, virDomainPtr domain, int type, const char *uri,
            void *opaque)
{
    WireCallbackMetadata body = {.type = type,
                                 .uri = uri ? (WireTextOrNone)&uri : NULL};

    LISTENER_ENTER();
    body.callback = listener->callback_id;
    wire_domain_lend(domain, &body.domain);
    send_event(listener, REMOTE_DOMAIN_EVENT_CALLBACK_METADATA_CHANGE, &body);
}

/* The library takes registrations for events that no driver of its has yet
 * (libvirt-domain-event.h); a client may register for all there are. */
static void
on_what_never_happens(virConnectPtr conn, virDomainPtr domain, void *opaque)
{
    (void)conn;
    (void)domain;
    (void)opaque;
}

/* One function for each shape of event; those of the newer kinds have only the
 * message with an id. */
static virConnectDomainEventGenericCallback
callback_of(int event_id)
{
    switch (event_id) {
    case VIR_DOMAIN_EVENT_ID_LIFECYCLE:
        return VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle);
    case VIR_DOMAIN_EVENT_ID_REBOOT:
        return on_reboot;
    case VIR_DOMAIN_EVENT_ID_IO_ERROR:
        return VIR_DOMAIN_EVENT_CALLBACK(on_io_error);
    case VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON:
        return VIR_DOMAIN_EVENT_CALLBACK(on_io_error_reason);
    case VIR_DOMAIN_EVENT_ID_BLOCK_JOB:
    case VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2:
        return VIR_DOMAIN_EVENT_CALLBACK(on_block_job);
    case VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE:
        return VIR_DOMAIN_EVENT_CALLBACK(on_agent_lifecycle);
    case VIR_DOMAIN_EVENT_ID_JOB_COMPLETED:
        return VIR_DOMAIN_EVENT_CALLBACK(on_job_completed);
    case VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD:
        return VIR_DOMAIN_EVENT_CALLBACK(on_threshold);
    case VIR_DOMAIN_EVENT_ID_METADATA_CHANGE:
        return VIR_DOMAIN_EVENT_CALLBACK(on_metadata);
    default:
        return on_what_never_happens;
    }
}

void
session_hold_events(Session *session)
{
    (void)lock_hold(&session->events);
}

void
session_release_events(Session *session)
{
    lock_release(&session->events);
}

/* A client has few kinds of events, and domains of its own to listen to; more
 * than this is meant to hurt. */
enum { LISTENERS_LIMIT = 4096 };

int
session_listen(Session *session, virConnectPtr conn, virDomainPtr domain,
               int event_id, SessionEventStyle style)
{
    Listener *listener = NULL;

    if (session->listening->len >= LISTENERS_LIMIT) {
        serve_fail(VIR_ERR_OPERATION_DENIED,
                   "the connection has %d callbacks for events; deregister "
                   "some",
                   LISTENERS_LIMIT);
        return -1;
    }
    listener = g_new0(Listener, 1);
    *listener = (Listener){.session = session,
                           .client = client_ref(session->client),
                           .event_id = event_id,
                           .style = style,
                           .is_listed = true};
    listener->callback_id = virConnectDomainEventRegisterAny(
        conn, domain, event_id, callback_of(event_id), listener, listener_free);
    if (listener->callback_id < 0) {
        listener_free(listener);
        return -1;
    }
    g_ptr_array_add(session->listening, listener);
    return listener->callback_id;
}

/* Under the lock of events.  The last thing that is done with @listener: the
 * loop frees it. */
static bool
remove_listener(Session *session, virConnectPtr conn, Listener *listener)
{
    listener->is_listed = false;
    g_ptr_array_remove_fast(session->listening, listener);
    return virConnectDomainEventDeregisterAny(conn, listener->callback_id) == 0;
}

/* By id: one that another style registered is not the client's to name. */
bool
session_unlisten(Session *session, virConnectPtr conn, int callback_id)
{
    LOCK_SCOPE(&session->events);

    for (guint i = 0; i < session->listening->len; i++) {
        Listener *listener = session->listening->pdata[i];

        if (has_id(listener) && listener->callback_id == callback_id)
            return remove_listener(session, conn, listener);
    }
    return serve_fail(VIR_ERR_INVALID_ARG,
                      "there is no event callback %d on this connection",
                      callback_id);
}

bool
session_unlisten_kind(Session *session, virConnectPtr conn, int event_id)
{
    LOCK_SCOPE(&session->events);

    for (guint i = 0; i < session->listening->len; i++) {
        Listener *listener = session->listening->pdata[i];

        if (!has_id(listener) && listener->event_id == event_id)
            return remove_listener(session, conn, listener);
    }
    return serve_fail(VIR_ERR_INVALID_ARG,
                      "nothing is registered for the event %d on this "
                      "connection",
                      event_id);
}

/* Whoever is being told at this moment is waited for; from here on nobody is. */
void
session_unlisten_all(Session *session, virConnectPtr conn)
{
    LOCK_SCOPE(&session->events);

    while (session->listening->len > 0)
        (void)remove_listener(session, conn, session->listening->pdata[0]);
}
