/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a connection of the memory driver reaches: a host made up of domains
 * that live in this process and nowhere else.
 *
 *     test:///default     one host for all connections of the process, from
 *                         the first that opens it to the last that closes it
 *     test:///FILE        a host of the connection's own, read from FILE
 *
 * One lock guards everything below a host.  Each call of the driver takes it
 * once, for its whole length (memory_call_begin()), does nothing slow under it,
 * and so sees and leaves a consistent host.  Threads that copy for a push take
 * it only for the moment at which their job ends.
 */
#pragma once

#include "driver/driver.h"
#include "memory/export.h"

typedef struct MemoryDomain MemoryDomain;

typedef struct {
    gint refs;          /* atomic: the sessions, and threads at work */
    Lock lock;          /* everything below, down to each block of each disk */
    GPtrArray *domains; /* of MemoryDomain, owned, in the order of definition */
    GPtrArray *sessions; /* of MemorySession, not owned */
    int last_id;         /* of domains; none is used twice */
    GPtrArray *ended;    /* of MemoryExport, to be ended without the lock */
} MemoryHost;

/* One connection. */
typedef struct {
    MemoryHost *host; /* a reference */
    EventQueue
        *events; /* NULL while nobody registered; under the host's lock */
} MemorySession;

MemoryHost *memory_host_ref(MemoryHost *host);
void memory_host_unref(MemoryHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryHost, memory_host_unref)

/** memory_host_lock/memory_host_unlock: what was put off meanwhile is done when
 * the lock is free. */
void memory_host_lock(MemoryHost *host);
void memory_host_unlock(MemoryHost *host);
/** memory_host_end_later: takes @export (nullable) over; with the lock held. */
void memory_host_end_later(MemoryHost *host, MemoryExport *export);

/* By the caller, who holds the lock; NULL if there is none. */
MemoryDomain *memory_host_find_uuid(const MemoryHost *host,
                                    const unsigned char *uuid);
MemoryDomain *memory_host_find_name(const MemoryHost *host, const char *name);
MemoryDomain *memory_host_find_id(const MemoryHost *host, int id);

/* The driver's members (driver/driver.h). */
bool memory_accepts(const ConnectUri *uri);
void *memory_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
                  GError **error);
void memory_close(void *opened);
void memory_events_wanted(virConnectPtr conn, bool is_wanted);
int memory_connect_version(virConnectPtr conn, unsigned long *ret_version,
                           GError **error);
int memory_node_info(virConnectPtr conn, virNodeInfoPtr ret_info,
                     GError **error);
char *memory_connect_capabilities(virConnectPtr conn, GError **error);
