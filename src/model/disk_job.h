/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job that moves the images of one disk about: a pull, a commit or a copy.
 *
 * It says beforehand what becomes of the disk when it ends well: which images
 * leave the chain, and which one, if any, comes on top.  So whoever finds it
 * ended, in this process or in another, knows what to write down.
 */
#pragma once

#include "model/disk.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What somebody asked of a job that runs.  It is on record before QEMU hears
 * it: how the job ended cannot be told from QEMU's word alone. */
typedef enum {
    DISK_JOB_GO_ON,
    DISK_JOB_CANCEL, /* it leaves the chain as it is */
    DISK_JOB_PIVOT,  /* copy, active commit: the guest goes over */
} DiskJobWish;

typedef struct {
    int type;           /* virDomainBlockJobType */
    char *disk;         /* target */
    char *source;       /* path of the top image when it began */
    GPtrArray *leaving; /* of ImageLayer, from the top down */
    ImageLayer *target; /* what a pivot makes the top; NULL if there is none */
    ImageLayer *base;   /* commit below the top: what it writes to; else NULL */
    bool is_created;    /* copy: the file of @target is ours */
    bool deletes;       /* the files of @leaving go, too */
    bool is_ready;      /* copy, active commit: in step; was told */
    bool keeps_target;  /* a copy that was given up when it was in step */
    DiskJobWish wish;
    uint64_t bandwidth; /* bytes/s; 0: no limit */
} DiskJob;

DiskJob *disk_job_new(int type, const DiskDef *disk);
void disk_job_free(DiskJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiskJob, disk_job_free)

/** disk_job_add_leaving: @layer is copied. */
void disk_job_add_leaving(DiskJob *job, const ImageLayer *layer);

/** disk_job_is_stepping: it gets in step with the guest and waits to be ended,
 * and does not end by itself. */
bool disk_job_is_stepping(const DiskJob *job);

/** disk_job_told_path: (transfer none) (nullable): by which events name the disk
 * whose job has come to @status (virConnectDomainEventBlockJobStatus). */
const char *disk_job_told_path(const DiskJob *job, int status);

/** disk_job_type_name: "pull", "copy", "commit", "active-commit". */
const char *disk_job_type_name(int type);
/** disk_job_type_parse: -1 for any other word. */
int disk_job_type_parse(const char *name);

/* "none", "cancel", "pivot". */
const char *disk_job_wish_name(DiskJobWish wish);
