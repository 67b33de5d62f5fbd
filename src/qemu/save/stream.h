/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a machine through a descriptor: QEMU's migration to and from a
 * file, and the dump of a guest's memory.
 *
 * A descriptor, since the file was claimed by us: a name could be that of
 * another one when QEMU comes to open it.  Both run in QEMU's background;
 * whoever wants to know asks.  Once such a stream is complete QEMU has given
 * its images up, with their bitmaps stored, and takes them back on "cont".
 */
#pragma once

#include "model/memory/memory_job.h"
#include "qemu/qmp/client.h"

typedef enum {
    STREAM_WORKING,
    STREAM_DONE,
    STREAM_FAILED, /* or cancelled */
} StreamState;

typedef struct {
    StreamState state;
    guint64 total; /* bytes of memory */
    guint64 processed;
    guint64 remaining;
    bool is_held;  /* stream_send(): all but the last is there; see there */
    bool is_last;  /* and that is on its way: too late to give it up */
    char *problem; /* nullable: QEMU's words, of one that failed */
} StreamLook;

void stream_look_clear(StreamLook *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StreamLook, stream_look_clear)

/** stream_begin: into @file, from where it stands; @kind CORE: the guest's
 * memory alone, in @format ("elf", "kdump-zlib", ...; NULL else). */
bool stream_begin(QmpClient *qmp, MemoryJobKind kind, const char *format,
                  int file, GError **error);

/** stream_send: to another QEMU, at the other end of @socket, with @bandwidth
 * bytes/s at most.  With the guest standing still for the last of it, QEMU waits
 * for stream_let_go(): until then it can be given up without a trace. */
bool stream_send(QmpClient *qmp, int socket, guint64 bandwidth, GError **error);

/** stream_let_go: of one that is held. */
bool stream_let_go(QmpClient *qmp, GError **error);

/** stream_look: *@ret_look is for stream_look_clear(). */
bool stream_look(QmpClient *qmp, MemoryJobKind kind, StreamLook *ret_look,
                 GError **error);

/** stream_wait: VIR_ERR_OPERATION_FAILED with QEMU's words;
 * VIR_ERR_OPERATION_TIMEOUT when nothing has moved for a minute. */
bool stream_wait(QmpClient *qmp, MemoryJobKind kind, GError **error);

/** stream_stop: QEMU writes no more when this returns true.  A dump cannot be
 * cancelled, and is waited for. */
bool stream_stop(QmpClient *qmp, MemoryJobKind kind, GError **error);

/** stream_take_back: QEMU, whose guest stands still, has its images again if it
 * gave them up at the stream's end. */
bool stream_take_back(QmpClient *qmp, MemoryJobKind kind, GError **error);

/** stream_load: into a QEMU that awaits it (-incoming defer), from where @file
 * stands; until all of it is there. */
bool stream_load(QmpClient *qmp, int file, GError **error);
