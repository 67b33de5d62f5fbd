/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that is awaited: where it is to come in, and what has come.
 *
 * A thread listens, takes one connection, and reads the machine's state from it
 * (memory/migrate/stream.h); it knows no host and no domain.  The domain has a
 * reference from prepare to the end of the migration, and the thread has one.
 */
#pragma once

#include "memory/domain.h"
#include "memory/save/state.h"
#include "model/memory/migrate_place.h"

typedef struct MemoryArrival {
    gint refs; /* atomic */
    /* Under the host's lock. */
    const MemorySession *leader; /* whose end is this migration's */
    DomainDef *definition;       /* nullable: to be defined in the end */
    /* Written before the thread begins. */
    char *uri;    /* where to connect */
    char *folder; /* nullable: made for the socket; goes with it */
    char *path;   /* nullable: of the socket */
    int listener;
    int stop; /* an eventfd: the thread is to end */

    Lock lock; /* taken after the host's; the fields below */
    pthread_cond_t is_over;
    bool is_done;
    bool is_stopped;
    int socket;         /* the connection; -1: none */
    MemoryState *state; /* when all of it has come */
    GError *problem;    /* why it has not */
} MemoryArrival;

/** memory_arrival_listen: at @uri (nullable: in a folder of our own, which is to
 * be reached on this host).  VIR_ERR_INVALID_ARG, VIR_ERR_SYSTEM_ERROR,
 * VIR_ERR_OPERATION_FAILED.  Nobody is taken in before memory_arrival_begin(). */
MemoryArrival *memory_arrival_listen(const char *uri, GError **error);
/** memory_arrival_begin: who connects is read from. */
void memory_arrival_begin(MemoryArrival *arrival);

MemoryArrival *memory_arrival_ref(MemoryArrival *arrival);
/** memory_arrival_unref: the last but the thread's stops it. */
void memory_arrival_unref(MemoryArrival *arrival);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryArrival, memory_arrival_unref)

/** memory_arrival_stop: it is not waited for any more. */
void memory_arrival_stop(MemoryArrival *arrival);

/** memory_arrival_wait: without the host's lock: all of it is there.
 * VIR_ERR_OPERATION_FAILED if not, or not soon. */
bool memory_arrival_wait(MemoryArrival *arrival, GError **error);

/** memory_arrival_end: with the host's lock: @job, which brings @vm here, ends
 * so, and the domain awaits nothing any more. */
void memory_arrival_end(MemoryDomain *vm, Job *job, JobOutcome outcome,
                        const char *why);
