/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events and the event loop: <libvirt/libvirt-event.h>, and the registration
 * calls of <libvirt/libvirt-domain.h>. */
#include "api/call.h"
#include "api/error.h"
#include "base/event_loop.h"
#include "driver/event_queue.h"

#include <libvirt/libvirt-domain.h>
#include <libvirt/libvirt-event.h>

enum { LAST_EVENT_ID = VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE };

/* Without an event loop nobody would ever deliver: the queue refuses that, and
 * its message says what to call first. */
int
virConnectDomainEventRegisterAny(virConnectPtr conn, virDomainPtr dom,
                                 int eventID,
                                 virConnectDomainEventGenericCallback cb,
                                 void *opaque, virFreeCallback freecb)
{
    const EventCallback wanted = {dom, eventID, cb, opaque, freecb, false};
    g_autoptr(GError) error = NULL;
    int id = -1;

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(cb);
    API_CLAIM(!dom || (domain_object_is(dom) && dom->conn == conn), "dom",
              "a domain of the same connection, or NULL");
    API_CLAIM(eventID >= 0 && eventID <= LAST_EVENT_ID, "eventID",
              "one of virDomainEventID");
    id = event_queue_add(conn->events, &wanted, &error);
    if (id < 0)
        api_failed(&api, error);
    return id;
}

int
virConnectDomainEventDeregisterAny(virConnectPtr conn, int callbackID)
{
    g_autoptr(GError) error = NULL;

    API_ENTER(domains, conn, -1);
    API_NOT_NEGATIVE(callbackID);
    /* Those of other kinds have calls of their own (others.c). */
    API_CLAIM(event_queue_event_of(conn->events, callbackID) <= LAST_EVENT_ID,
              "callbackID", "that of a callback for domains");
    if (event_queue_remove(conn->events, callbackID, &error))
        return 0;
    api_failed(&api, error);
    return -1;
}

/* The oldest call: lifecycle events alone, for all domains, and a callback is
 * known by its address, so there is no id to give back. */
int
virConnectDomainEventRegister(virConnectPtr conn,
                              virConnectDomainEventCallback cb, void *opaque,
                              virFreeCallback freecb)
{
    const EventCallback wanted = {NULL,
                                  VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                  VIR_DOMAIN_EVENT_CALLBACK(cb),
                                  opaque,
                                  freecb,
                                  true};
    g_autoptr(GError) error = NULL;

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(cb);
    if (event_queue_add(conn->events, &wanted, &error) >= 0)
        return 0;
    api_failed(&api, error);
    return -1;
}

int
virConnectDomainEventDeregister(virConnectPtr conn,
                                virConnectDomainEventCallback cb)
{
    g_autoptr(GError) error = NULL;

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(cb);
    if (event_queue_remove_call(conn->events, VIR_DOMAIN_EVENT_CALLBACK(cb),
                                &error))
        return 0;
    api_failed(&api, error);
    return -1;
}

/* It has no result to tell a failure by, so the thread's error is the only
 * place for one. */
void
virEventRegisterImpl(virEventAddHandleFunc addHandle,
                     virEventUpdateHandleFunc updateHandle,
                     virEventRemoveHandleFunc removeHandle,
                     virEventAddTimeoutFunc addTimeout,
                     virEventUpdateTimeoutFunc updateTimeout,
                     virEventRemoveTimeoutFunc removeTimeout)
{
    const EventLoop loop = {addHandle,  updateHandle,  removeHandle,
                            addTimeout, updateTimeout, removeTimeout};

    error_reset();
    /* A half loop would fail much later, and far from here. */
    if (!addHandle || !updateHandle || !removeHandle || !addTimeout ||
        !updateTimeout || !removeTimeout) {
        error_raise_text(VIR_FROM_EVENT, VIR_ERR_INVALID_ARG,
                         "cannot register the event loop: %s needs all six of "
                         "its functions",
                         __func__);
    } else if (!event_loop_register(&loop)) {
        error_raise_text(VIR_FROM_EVENT, VIR_ERR_OPERATION_INVALID,
                         "cannot register the event loop: another one is "
                         "registered, and stays");
    }
}

int
virEventRegisterDefaultImpl(void)
{
    error_reset();
    (void)event_loop_register_default(); /* the first one stays */
    return 0;
}

/* One round of the loop.  It belongs to the thread that calls this, and
 * callbacks run here with no lock held. */
int
virEventRunDefaultImpl(void)
{
    g_autoptr(GError) error = NULL;

    error_reset();
    if (event_loop_run_default(&error))
        return 0;
    error_raise(VIR_FROM_EVENT, error);
    return -1;
}

/* These six pass on to whichever loop is registered, the program's own or ours:
 * for programs that put their own files beside ours.  They reset no error,
 * since they are called from callbacks, too. */
int
virEventAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque,
                  virFreeCallback ff)
{
    return cb ? event_loop_add_handle(fd, events, cb, opaque, ff) : -1;
}

void
virEventUpdateHandle(int watch, int events)
{
    event_loop_update_handle(watch, events);
}

int
virEventRemoveHandle(int watch)
{
    return event_loop_remove_handle(watch);
}

int
virEventAddTimeout(int timeout, virEventTimeoutCallback cb, void *opaque,
                   virFreeCallback ff)
{
    return cb ? event_loop_add_timeout(timeout, cb, opaque, ff) : -1;
}

void
virEventUpdateTimeout(int timer, int timeout)
{
    event_loop_update_timeout(timer, timeout);
}

int
virEventRemoveTimeout(int timer)
{
    return event_loop_remove_timeout(timer);
}
