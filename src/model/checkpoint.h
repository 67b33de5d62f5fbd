/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One checkpoint: a named moment of a domain, as its XML describes it. */
#pragma once

#include "model/domain/domain_text.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A name becomes a file name, with a suffix and a temporary prefix, which ends
 * at 255 bytes. */
enum { CHECKPOINT_NAME_MAX = 200 };

typedef struct {
    char *name;      /* disk target; a source path only before alignment */
    bool is_tracked; /* checkpoint='bitmap' */
    /* checkpoint='auto': is_tracked holds what is hoped for until alignment
     * decides.  It is a wish, not a state: no output shows it. */
    bool is_auto;
    char *bitmap;  /* NULL unless tracked */
    bool has_size; /* size below is known: XML_SIZE */
    uint64_t size; /* bytes written since the checkpoint */
} CheckpointDisk;

typedef struct {
    char *name;            /* NULL before a default is chosen */
    char *description;     /* nullable */
    char *parent;          /* NULL for a root */
    int64_t creation_time; /* seconds; -1 before it is chosen */
    GPtrArray *disks;      /* of CheckpointDisk; NULL: <disks> was absent */
    DomainText *domain;    /* nullable: as it was at creation */
} CheckpointDef;

CheckpointDisk *checkpoint_disk_new(const char *name);
void checkpoint_disk_free(CheckpointDisk *disk);
/** checkpoint_disk_leave_out: an 'auto' that turns out to be a 'no'. */
void checkpoint_disk_leave_out(CheckpointDisk *disk);
CheckpointDef *checkpoint_def_new(void);
CheckpointDef *checkpoint_def_copy(const CheckpointDef *def);
void checkpoint_def_free(CheckpointDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckpointDef, checkpoint_def_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckpointDisk, checkpoint_disk_free)

/** checkpoint_def_find_disk: by target; NULL if there is none. */
CheckpointDisk *checkpoint_def_find_disk(const CheckpointDef *def,
                                         const char *target);

/** checkpoint_name_check: [A-Za-z0-9_-][A-Za-z0-9_.-]*, so that the name is a
 * file name, and leaves every name with another character to private bitmaps.
 * VIR_ERR_XML_ERROR if it could leave a folder or is too long,
 * VIR_ERR_XML_INVALID_SCHEMA for anything else. */
bool checkpoint_name_check(const char *name, GError **error);
