/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One backup, as its XML describes it: which disks, where to, since when.
 *
 * A document may leave out nearly everything.  backup_def_align() holds it
 * against the domain and fills in the rest by fixed rules, so that what a job
 * really does is always visible in its XML: one entry a disk of the domain,
 * the requested ones first, each with its mode, its file and its export name.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    BACKUP_MODE_PUSH, /* QEMU writes images */
    BACKUP_MODE_PULL, /* a client reads over NBD */
} BackupMode;

typedef enum {
    BACKUP_TRANSPORT_TCP,
    BACKUP_TRANSPORT_UNIX,
} BackupTransport;

typedef struct {
    BackupTransport transport;
    char *name;    /* host; NULL for a Unix socket, and until aligned */
    unsigned port; /* 0: one is picked */
    char *socket;  /* absolute path; NULL for TCP */
    char *tls;     /* nullable: the word as it came */
} BackupServer;

typedef enum {
    BACKUP_DISK_UNSET, /* only until aligned */
    BACKUP_DISK_FULL,
    BACKUP_DISK_INCREMENTAL,
} BackupDiskMode;

/* What a pull's export gives of the blocks that an increment need not hold. */
typedef enum {
    BACKUP_EXPOSE_ALL,   /* the whole disk as it was at the cut */
    BACKUP_EXPOSE_DIRTY, /* zeroes: the export is the differential alone */
} BackupExpose;

typedef struct {
    char *name;          /* disk target; a source path only until aligned */
    bool is_chosen;      /* backup='yes' */
    DiskSourceType type; /* of the store; NONE until aligned */
    BackupDiskMode mode;
    char *incremental;   /* checkpoint; non-NULL exactly when INCREMENTAL */
    char *exportname;    /* pull; non-NULL once aligned, "" is a name */
    char *exportbitmap;  /* pull and incremental; non-NULL once aligned */
    BackupExpose expose; /* pull; DIRTY only when INCREMENTAL */
    /* Target (push) or scratch (pull): a path; of a network target the URI, by
     * which messages speak of it.  NULL: generate. */
    char *store;
    BackupServer *host; /* push; non-NULL exactly for a network target */
    char *target_name;  /* push; the NBD export on it; "" is a name */
    bool is_shallow;    /* push and full: of a chain the top image alone */
    bool is_generated;  /* we chose the path in store, not the document */
    ImageFormat format; /* of the store: qcow2 unless the document says raw */
    unsigned index;     /* shown and never read (model/block/backup_image.h);
                         * 0: the store has no number */
} BackupDisk;

typedef struct {
    int id; /* 0: not begun */
    BackupMode mode;
    char *incremental;    /* nullable: for every disk that says nothing */
    BackupServer *server; /* non-NULL exactly for pull */
    GPtrArray *disks;     /* of BackupDisk; NULL: <disks> was absent */
} BackupDef;

BackupDisk *backup_disk_new(const char *name);
void backup_disk_free(BackupDisk *disk);
void backup_server_free(BackupServer *server);
/** backup_server_is_encrypted: whether it is to be reached over TLS alone. */
bool backup_server_is_encrypted(const BackupServer *server);
BackupDef *backup_def_new(void);
void backup_def_free(BackupDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BackupDisk, backup_disk_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BackupServer, backup_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BackupDef, backup_def_free)

/** backup_disk_set_network: the target is the NBD export @name on @host, which
 * is taken over, as @name is. */
void backup_disk_set_network(BackupDisk *disk, BackupServer *host, char *name);

/** backup_def_find_disk: by target; NULL if there is none. */
BackupDisk *backup_def_find_disk(const BackupDef *def, const char *target);

/** backup_disk_check_increment: that what an increment of @disk (aligned, of a
 * backup of @mode) leaves out is known to be there: in a raw file, a device or an
 * NBD export "unchanged" and "now zero" look alike, so they are the caller's own
 * (@is_reused) and hold the former backup.  VIR_ERR_CONFIG_UNSUPPORTED. */
bool backup_disk_check_increment(const BackupDisk *disk, BackupMode mode,
                                 bool is_reused, GError **error);

/** backup_suffix: (transfer full): libvirt's rule: files are called after the
 * @checkpoint if there is one, else after the second. */
char *backup_suffix(const char *checkpoint);

/** backup_def_align: fills in what @def left open and refuses what cannot be
 * done with the disks of @domain.  @suffix ends generated file names.  Looks at
 * nothing but its arguments.  On failure @def may be half filled in.
 * Errors: VIR_ERR_CONFIG_UNSUPPORTED (67); VIR_ERR_INVALID_ARG (8) for a file
 * that is a disk of the domain or is named twice. */
bool backup_def_align(BackupDef *def, const DomainDef *domain,
                      const char *suffix, GError **error);
