/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The event loop: where callbacks run.
 *
 * Events reach a program only from its event loop, never from inside another
 * call and never from a thread of the library's own.  A program either plugs in
 * the loop that it has, virEventRegisterImpl(), or takes the library's,
 *
 *     virEventRegisterDefaultImpl();
 *     ... open connections, register callbacks ...
 *     while (running)
 *         virEventRunDefaultImpl();
 *
 * in either case before it registers the first callback.  The first loop that
 * is registered stays for the life of the process.
 *
 * Names and meaning are libvirt's.  A call about handles and timeouts that fails
 * sets no error, only its result.
 */
#pragma once

#include <libvirt/libvirt-common.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virEventHandleType: what a descriptor is ready for.  Errors and hang-ups are
 * reported also when they were not asked for.  Since: 0.1.0 */
typedef enum {
    VIR_EVENT_HANDLE_READABLE = (1 << 0),
    VIR_EVENT_HANDLE_WRITABLE = (1 << 1),
    VIR_EVENT_HANDLE_ERROR = (1 << 2),
    VIR_EVENT_HANDLE_HANGUP = (1 << 3),
} virEventHandleType;

/**
 * virEventHandleCallback:
 * @watch: the handle's number
 * @fd: its descriptor
 * @events: bitwise-OR of virEventHandleType
 * @opaque: what was registered with it
 *
 * Since: 0.1.0
 */
typedef void (*virEventHandleCallback)(int watch, int fd, int events,
                                       void *opaque);

/** virEventAddHandleFunc: see virEventAddHandle().  Since: 0.1.0 */
typedef int (*virEventAddHandleFunc)(int fd, int event,
                                     virEventHandleCallback cb, void *opaque,
                                     virFreeCallback ff);

/** virEventUpdateHandleFunc: see virEventUpdateHandle().  Since: 0.1.0 */
typedef void (*virEventUpdateHandleFunc)(int watch, int event);

/** virEventRemoveHandleFunc: see virEventRemoveHandle().  Since: 0.1.0 */
typedef int (*virEventRemoveHandleFunc)(int watch);

/**
 * virEventTimeoutCallback:
 * @timer: the timeout's number
 * @opaque: what was registered with it
 *
 * Since: 0.1.0
 */
typedef void (*virEventTimeoutCallback)(int timer, void *opaque);

/** virEventAddTimeoutFunc: see virEventAddTimeout().  Since: 0.1.0 */
typedef int (*virEventAddTimeoutFunc)(int timeout, virEventTimeoutCallback cb,
                                      void *opaque, virFreeCallback ff);

/** virEventUpdateTimeoutFunc: see virEventUpdateTimeout().  Since: 0.1.0 */
typedef void (*virEventUpdateTimeoutFunc)(int timer, int timeout);

/** virEventRemoveTimeoutFunc: see virEventRemoveTimeout().  Since: 0.1.0 */
typedef int (*virEventRemoveTimeoutFunc)(int timer);

/**
 * virEventRegisterImpl:
 * @addHandle: see virEventAddHandle(), and so on for the others
 * @updateHandle: none of the six may be NULL
 * @removeHandle: must not call the free function itself, but let the loop do it
 *                later
 * @addTimeout: may be called from any thread, like the others
 * @updateTimeout: may be called from inside a callback, like the others
 * @removeTimeout: as @removeHandle
 *
 * Plugs in the program's own event loop.  A second registration is ignored, and
 * leaves VIR_ERR_OPERATION_INVALID behind.
 *
 * Since: 0.1.0
 */
void virEventRegisterImpl(virEventAddHandleFunc addHandle,
                          virEventUpdateHandleFunc updateHandle,
                          virEventRemoveHandleFunc removeHandle,
                          virEventAddTimeoutFunc addTimeout,
                          virEventUpdateTimeoutFunc updateTimeout,
                          virEventRemoveTimeoutFunc removeTimeout);

/**
 * virEventRegisterDefaultImpl:
 *
 * Takes the library's own event loop, which virEventRunDefaultImpl() runs.  It
 * does nothing if a loop is registered already.
 *
 * Returns: 0
 *
 * Since: 0.1.0
 */
int virEventRegisterDefaultImpl(void);

/**
 * virEventRunDefaultImpl:
 *
 * Waits until something happens, runs the callbacks for it, and returns: to be
 * called again and again from one thread.  A timeout bounds the wait.
 *
 * Returns: 0, or -1 with VIR_ERR_INTERNAL_ERROR if the default loop is not the
 * one that is registered
 *
 * Since: 0.1.0
 */
int virEventRunDefaultImpl(void);

/**
 * virEventAddHandle:
 * @fd: a descriptor, which must stay open until the handle is removed
 * @events: bitwise-OR of virEventHandleType; 0: nothing for now
 * @cb: called from the loop each time @fd is ready
 * @opaque: handed to @cb
 * @ff: (nullable): frees @opaque after the handle was removed, from the loop
 *
 * Returns: a number for the handle (> 0), or -1 (no event loop, or a bad
 * argument)
 *
 * Since: 0.1.0
 */
int virEventAddHandle(int fd, int events, virEventHandleCallback cb,
                      void *opaque, virFreeCallback ff);

/**
 * virEventUpdateHandle:
 * @watch: from virEventAddHandle()
 * @events: what to wait for from now on
 *
 * Since: 0.1.0
 */
void virEventUpdateHandle(int watch, int events);

/**
 * virEventRemoveHandle:
 * @watch: from virEventAddHandle()
 *
 * The callback is not called again, unless it runs in another thread right now;
 * a callback may remove itself.
 *
 * Returns: 0, or -1 if there is no such handle
 *
 * Since: 0.1.0
 */
int virEventRemoveHandle(int watch);

/**
 * virEventAddTimeout:
 * @timeout: milliseconds; 0: each time round the loop; -1: not for now
 * @cb: called from the loop, again and again
 * @opaque: handed to @cb
 * @ff: (nullable): frees @opaque after the timeout was removed, from the loop
 *
 * Returns: a number for the timeout (> 0), or -1 (no event loop, or a bad
 * argument)
 *
 * Since: 0.1.0
 */
int virEventAddTimeout(int timeout, virEventTimeoutCallback cb, void *opaque,
                       virFreeCallback ff);

/**
 * virEventUpdateTimeout:
 * @timer: from virEventAddTimeout()
 * @timeout: milliseconds from now on; 0 and -1 as there
 *
 * Since: 0.1.0
 */
void virEventUpdateTimeout(int timer, int timeout);

/**
 * virEventRemoveTimeout:
 * @timer: from virEventAddTimeout()
 *
 * As virEventRemoveHandle().
 *
 * Returns: 0, or -1 if there is no such timeout
 *
 * Since: 0.1.0
 */
int virEventRemoveTimeout(int timer);

#ifdef __cplusplus
}
#endif
