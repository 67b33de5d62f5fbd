/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one event loop of the process: the program's own, or ours.
 *
 * A program that has a loop plugs it in with virEventRegisterImpl(); others
 * take the default, which runs on a GLib main context of its own (so that
 * virEventRunDefaultImpl() never runs the program's GLib sources) and one
 * iteration at a time, in whichever thread calls for it.
 *
 * What the default loop promises, and what a plugged-in one should:
 *   - any function may be called from any thread, and from inside a callback;
 *   - after a removal the callback is not called again (a call that is running
 *     in the loop's thread at that moment may still finish);
 *   - the free function of a removed watch runs later and from the loop, so a
 *     callback may remove itself and go on using its data.
 *
 * Without a registered loop the functions do nothing, and adding returns -1.
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt-event.h>
#include <stdbool.h>

typedef struct {
    virEventAddHandleFunc add_handle;
    virEventUpdateHandleFunc update_handle;
    virEventRemoveHandleFunc remove_handle;
    virEventAddTimeoutFunc add_timeout;
    virEventUpdateTimeoutFunc update_timeout;
    virEventRemoveTimeoutFunc remove_timeout;
} EventLoop;

/** event_loop_register: @loop is copied.  The first registration stays: what
 * was added to a loop could not be moved to another.
 * Returns: whether it was the first. */
bool event_loop_register(const EventLoop *loop);

/** event_loop_register_default: as event_loop_register(), with ours. */
bool event_loop_register_default(void);

bool event_loop_is_registered(void);

/** event_loop_run_default: waits until something happens, and handles it.
 * VIR_ERR_INTERNAL_ERROR if the default loop is not the registered one. */
bool event_loop_run_default(GError **error);

/* As the public calls: ids from 1, -1 on failure; @interval_ms -1 pauses a
 * timeout, 0 means each time round. */
int event_loop_add_handle(int fd, int events, virEventHandleCallback callback,
                          void *opaque, virFreeCallback free_opaque);
void event_loop_update_handle(int watch, int events);
int event_loop_remove_handle(int watch);
int event_loop_add_timeout(int interval_ms, virEventTimeoutCallback callback,
                           void *opaque, virFreeCallback free_opaque);
void event_loop_update_timeout(int timer, int interval_ms);
int event_loop_remove_timeout(int timer);
