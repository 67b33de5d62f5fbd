/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One checkpoint: a named moment of a domain, as its XML describes it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *name;      /* disk target; a source path only before alignment */
    bool is_tracked; /* checkpoint='bitmap' */
    char *bitmap;    /* NULL unless tracked */
    bool has_size;   /* size below is known: XML_SIZE */
    uint64_t size;   /* bytes written since the checkpoint */
} CheckpointDisk;

typedef struct {
    char *name;            /* NULL before a default is chosen */
    char *description;     /* nullable */
    char *parent;          /* NULL for a root */
    int64_t creation_time; /* seconds; -1 before it is chosen */
    GPtrArray *disks;      /* of CheckpointDisk; NULL: <disks> was absent */
    char *domain_xml; /* nullable: inactive <domain> at creation, secrets too */
} CheckpointDef;

CheckpointDisk *checkpoint_disk_new(const char *name);
void checkpoint_disk_free(CheckpointDisk *disk);
CheckpointDef *checkpoint_def_new(void);
void checkpoint_def_free(CheckpointDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckpointDef, checkpoint_def_free)

/** checkpoint_def_find_disk: by target; NULL if there is none. */
CheckpointDisk *checkpoint_def_find_disk(const CheckpointDef *def,
                                         const char *target);
