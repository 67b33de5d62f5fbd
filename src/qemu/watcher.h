/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The events of a connection, whoever made things happen.
 *
 * There is no daemon that would know: another process may have started the
 * domain, its guest may have switched itself off, a kill may have hit QEMU.  So
 * while somebody wants events, the connection remembers how it last saw each
 * domain, and tells what became different: what it did itself at once, the rest
 * whenever it looks (each call, and a timer of the event loop).  The timer does
 * not wait for the root's lock: who holds it is at work on a domain, and its
 * release is soon enough.
 *
 * What leaves no trace in a state (an I/O error, a reset, the agent's coming and
 * going) QEMU itself writes down (qemu/events/journal.h), and each connection
 * reads it from where it was.
 *
 * What was seen is protected by the session's lock.
 */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

typedef struct QemuWatcher QemuWatcher;

/** watcher_wanted: Driver.events_wanted.  From the first moment on nothing is
 * missed; what is there already is not told. */
void watcher_wanted(virConnectPtr conn, bool is_wanted);
/** watcher_free: waits for a timer call that is running.  Not under the
 * session's lock.  Accepts NULL. */
void watcher_free(QemuWatcher *watcher);

/** watcher_send: an event that we caused, with @vm as it is now.  @name: of the
 * event, which differs from @vm's when it was renamed. */
void watcher_send(QemuDomain *vm, const char *name, int event, int detail);

/** watcher_has_told: that this run is in @state (virDomainState). */
bool watcher_has_told(const QemuDomain *vm, int state);

/** watcher_send_job: the same for a job that we brought to its end. */
void watcher_send_job(QemuDomain *vm, const Job *job);

/** watcher_compare: tells what became different since @vm was last seen. */
void watcher_compare(QemuDomain *vm);

/** watcher_forget: the domain is gone, and that has been told. */
void watcher_forget(const QemuDomain *vm);
