/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One snapshot: a state of a domain to return to, as its XML describes it. */
#pragma once

#include "model/disk.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A name becomes a file name, with a suffix and a temporary prefix, which ends
 * at 255 bytes. */
enum { SNAPSHOT_NAME_MAX = 200 };

/* Where the state of a disk, or of the memory, is kept. */
typedef enum {
    SNAPSHOT_PLACE_DEFAULT, /* not said; never after alignment */
    SNAPSHOT_PLACE_NO,
    SNAPSHOT_PLACE_INTERNAL, /* inside the qcow2 image itself */
    SNAPSHOT_PLACE_EXTERNAL, /* disk: the image as it is, with an overlay on
                                top from now on; memory: a file */
} SnapshotPlace;

/* What the domain did at that moment; libvirt's words in the XML. */
typedef enum {
    SNAPSHOT_STATE_NONE, /* not known yet */
    SNAPSHOT_STATE_RUNNING,
    SNAPSHOT_STATE_PAUSED,
    SNAPSHOT_STATE_SHUTOFF,
    SNAPSHOT_STATE_DISK_ONLY, /* it ran, and only the disks were taken */
} SnapshotState;

typedef struct {
    char *name; /* disk target; a source path only before alignment */
    SnapshotPlace place;
    /* Of an external one: the overlay. */
    DiskSourceType type;
    ImageFormat format;
    char *path; /* NULL before a default is chosen */
} SnapshotDisk;

typedef struct {
    char *name;            /* NULL before a default is chosen */
    char *description;     /* nullable */
    char *parent;          /* NULL for a root */
    int64_t creation_time; /* seconds; -1 before it is chosen */
    SnapshotState state;
    SnapshotPlace memory;
    char *memory_file;  /* external memory only */
    GPtrArray *disks;   /* of SnapshotDisk; NULL: <disks> was absent */
    char *domain_xml;   /* nullable: the machine at that moment, secrets too */
    char *inactive_xml; /* nullable: its definition, if that was another */
} SnapshotDef;

SnapshotDisk *snapshot_disk_new(const char *name);
void snapshot_disk_free(SnapshotDisk *disk);
SnapshotDef *snapshot_def_new(void);
SnapshotDef *snapshot_def_copy(const SnapshotDef *def);
void snapshot_def_free(SnapshotDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SnapshotDef, snapshot_def_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SnapshotDisk, snapshot_disk_free)

/** snapshot_def_find_disk: by target; NULL if there is none. */
SnapshotDisk *snapshot_def_find_disk(const SnapshotDef *def,
                                     const char *target);

/** snapshot_def_is_external: something of it stands in a file of its own. */
bool snapshot_def_is_external(const SnapshotDef *def);
/** snapshot_def_has_disk: some disk of it is kept at @place. */
bool snapshot_def_has_disk(const SnapshotDef *def, SnapshotPlace place);

/** snapshot_name_check: refuses what could leave a folder, is empty, too long,
 * or not printable.  VIR_ERR_XML_DETAIL, as libvirt has it. */
bool snapshot_name_check(const char *name, GError **error);

/** snapshot_overlay_path: (transfer full): "/images/web.qcow2" of snapshot "one":
 * "/images/web.one". */
char *snapshot_overlay_path(const char *image, const char *name);
