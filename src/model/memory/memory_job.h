/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job that writes the machine's memory out: a save, a dump, a snapshot; or to
 * another QEMU, a migration (model/memory/migration.h).
 *
 * It says beforehand what becomes of the machine once the file is whole, so
 * that whoever finds it so, in this process or in another, goes on from there.
 * Until then the file has another name beside the one that was asked for: what
 * is called so is always whole.
 */
#pragma once

#include "model/memory/migration.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    MEMORY_JOB_IMAGE,  /* what a start can go on from (docs/format/save.md) */
    MEMORY_JOB_STREAM, /* QEMU's own stream of the machine's state */
    MEMORY_JOB_CORE,   /* the guest's memory alone, for a debugger */
    MEMORY_JOB_INSIDE, /* within the disks' images, and no file */
    MEMORY_JOB_MOVE,   /* to another QEMU, or from one */
} MemoryJobKind;

/* When the file is whole. */
typedef enum {
    MEMORY_THEN_GO_ON, /* the guest, if it ran */
    MEMORY_THEN_SAVED, /* QEMU ends */
    MEMORY_THEN_RESET, /* the guest begins anew */
    MEMORY_THEN_CRASH, /* QEMU ends, as after a crash */
    MEMORY_THEN_HALT,  /* QEMU ends, and the snapshot is what is left */
} MemoryJobThen;

typedef struct {
    MemoryJobKind kind;
    MemoryJobThen then;
    char *path;        /* where the whole file is to be; NULL: INSIDE, or kept
                        * in the process; MOVE: the URI */
    char *snapshot;    /* nullable: whose memory it is, by name */
    bool spares_cache; /* BYPASS_CACHE: nothing of it stays there */
    uint64_t total;    /* bytes of memory; as last seen */
    uint64_t processed;
    uint64_t remaining;
    Migration *migration; /* of a MOVE, and of no other */
} MemoryJob;

MemoryJob *memory_job_new(MemoryJobKind kind, MemoryJobThen then,
                          const char *path);
void memory_job_free(MemoryJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryJob, memory_job_free)

/** memory_job_partial: the name of the file of job @id until it is whole. */
char *memory_job_partial(const MemoryJob *job, int id);

/* "image", "stream", "core", "inside", "move"; "go-on", "saved", "reset",
 * "crash", "halt". */
const char *memory_job_kind_name(MemoryJobKind kind);
const char *memory_job_then_name(MemoryJobThen then);
