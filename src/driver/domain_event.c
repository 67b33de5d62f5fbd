/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/domain_event.h"

#include "base/typed_params.h"

#include <string.h>

/* Copies what it is told: the queue may hold it long after the domain is
 * gone. */
DomainEvent *
domain_event_new(int event_id, const EventDomain *domain)
{
    DomainEvent *event = g_new0(DomainEvent, 1);

    event->event_id = event_id;
    event->name = g_strdup(domain->name);
    memcpy(event->uuid, domain->uuid, DOMAIN_UUID_SIZE);
    event->id = domain->id;
    return event;
}

/* Fields that this kind of event does not have are NULL. */
void
domain_event_free(DomainEvent *event)
{
    if (!event)
        return;
    g_free(event->name);
    g_free(event->disk);
    g_free(event->alias);
    g_free(event->reason);
    g_free(event->uri);
    typed_params_free(event->params, event->nparams);
    g_free(event);
}

/* The public types of the callbacks differ by event; the program passed them
 * through VIR_DOMAIN_EVENT_CALLBACK(), and here they get their own type back
 * (by way of void (*)(void), as compilers want it said). */
void
domain_event_tell(const DomainEvent *event,
                  virConnectDomainEventGenericCallback call, virConnectPtr conn,
                  virDomainPtr domain, void *opaque)
{
    void (*plain)(void) = (void (*)(void))call;

    switch (event->event_id) {
    case VIR_DOMAIN_EVENT_ID_LIFECYCLE:
        /* Its result has never meant anything; libvirt ignores it as well. */
        (void)((virConnectDomainEventCallback)plain)(conn, domain, event->kind,
                                                     event->detail, opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_IO_ERROR:
        ((virConnectDomainEventIOErrorCallback)plain)(
            conn, domain, event->disk, event->alias, event->kind, opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON:
        ((virConnectDomainEventIOErrorReasonCallback)plain)(
            conn, domain, event->disk, event->alias, event->kind, event->reason,
            opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_BLOCK_JOB:
    case VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2:
        ((virConnectDomainEventBlockJobCallback)plain)(
            conn, domain, event->disk, event->kind, event->detail, opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE:
        ((virConnectDomainEventAgentLifecycleCallback)plain)(
            conn, domain, event->kind, event->detail, opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD:
        ((virConnectDomainEventBlockThresholdCallback)plain)(
            conn, domain, event->disk, event->alias, event->bytes[0],
            event->bytes[1], opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_METADATA_CHANGE:
        ((virConnectDomainEventMetadataChangeCallback)plain)(
            conn, domain, event->kind, event->uri, opaque);
        break;
    case VIR_DOMAIN_EVENT_ID_JOB_COMPLETED:
        ((virConnectDomainEventJobCompletedCallback)plain)(
            conn, domain, event->params, event->nparams, opaque);
        break;
    default: /* the kinds that have nothing to tell but the domain */
        call(conn, domain, opaque);
        break;
    }
}
