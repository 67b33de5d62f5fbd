/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One open connection of the embedded driver.
 *
 * It caches the records it has read for as long as nobody else writes to the
 * root.  A call holds @lock (against the other threads of this connection) and
 * the root's lock (against everybody else) from its begin to its end.
 */
#pragma once

#include "base/lock.h"
#include "qemu/domain.h"
#include "qemu/process/qemu_user.h"
#include "qemu/root.h"

typedef struct QemuWatcher QemuWatcher; /* qemu/watcher.h */

struct QemuSession {
    Lock lock;                 /* held for a call; protects what follows */
    QemuRoot *root;            /* constant */
    QemuUser user;             /* constant: who a machine's QEMU runs as */
    GHashTable *networks;      /* constant: which bridge each is (networks.h) */
    char *backup_certificates; /* constant; NULL: libvirt's places */
    bool is_readonly;          /* constant */
    GHashTable *records;       /* UUID text -> QemuDomain, owned */
    bool is_listed;            /* @records holds every domain of the root */
    GError *unreadable;        /* why a record of the listing was not read */
    EventQueue *events;   /* the connection's; NULL before the first call */
    QemuWatcher *watcher; /* NULL while no events are wanted */
    GPtrArray *owned;     /* runs that end with us (run_owner.h); NULL: none */
};

/** qemu_session_open: serves qemu:///embed?root=DIR[&lock_timeout=SECONDS]
 * [&user=NAME[&group=NAME]][&networks=NAME:BRIDGE,...]. */
void *qemu_session_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
                        GError **error);
void qemu_session_close(void *opened);

/** qemu_session_lock: both locks; records that others changed are forgotten. */
bool qemu_session_lock(QemuSession *session, GError **error);
/** qemu_session_try_lock: false if another thread holds the session, or another
 * process the root for all of @patience_us. */
bool qemu_session_try_lock(QemuSession *session, gint64 patience_us);
void qemu_session_unlock(QemuSession *session);

/* Under the lock.  NULL without @error when there is no such domain. */
QemuDomain *qemu_session_find_uuid(QemuSession *session,
                                   const unsigned char *uuid, GError **error);
/** qemu_session_recall: what is in memory already; reads nothing.  Under the
 * session's own lock. */
QemuDomain *qemu_session_recall(QemuSession *session,
                                const unsigned char *uuid);
QemuDomain *qemu_session_find_name(QemuSession *session, const char *name,
                                   GError **error);
QemuDomain *qemu_session_find_id(QemuSession *session, int id, GError **error);

/** qemu_session_list: (transfer container): of QemuDomain, by name. */
GPtrArray *qemu_session_list(QemuSession *session, GError **error);

/** qemu_session_add: takes @vm over. */
void qemu_session_add(QemuSession *session, QemuDomain *vm);
/** qemu_session_forget: frees @vm; a later call reads it anew. */
void qemu_session_forget(QemuSession *session, QemuDomain *vm);
