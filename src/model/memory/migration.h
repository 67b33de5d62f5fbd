/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that moves from one host, or one state folder, to another.
 *
 * Two QEMUs hold it for a while, and one of them at most may run it.  Who does
 * is decided at one moment in one place: the destination writes a verdict down
 * before it lets the guest go.  Until then the source can go on and the
 * destination is thrown away; from then on it is the other way round.  A source
 * that nobody leads any more asks the destination (docs/design/migration.md).
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The part of a job (model/memory/memory_job.h) that moves its machine. */
typedef struct {
    char *id;         /* the same on both sides, of no other migration */
    bool is_incoming; /* we are the destination */
    bool is_moved;    /* of a source: QEMU has sent everything */
    bool defines;     /* of a destination: it had no definition before */
    unsigned flags;   /* virDomainMigrateFlags */
    char *peer;       /* of a source: the URI of the destination */
    /* The process that leads from one phase to the next: without it nobody
     * will. */
    int64_t leader;
    uint64_t leader_since;
} Migration;

Migration *migration_new(const char *id, bool is_incoming);
void migration_free(Migration *migration);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Migration, migration_free)

/* Where a disk's image is, by which the other side sees whether it is the
 * same. */
typedef struct {
    char *target;
    uint64_t inode;
    uint64_t device;
    uint64_t size; /* bytes of the file */
} MigrationDisk;

/* What one side tells the other: opaque to whoever carries it. */
typedef struct {
    char *id;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    char *host;       /* of whoever wrote it, in this run of its kernel */
    char *stamp;      /* what the machine was when the migration began */
    char *peer;       /* nullable: of a destination: its URI */
    char *definition; /* nullable: what is to be defined there */
    bool is_offline;
    GPtrArray *disks; /* of MigrationDisk */
} MigrationCookie;

MigrationCookie *migration_cookie_new(void);
void migration_cookie_free(MigrationCookie *cookie);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationCookie, migration_cookie_free)

MigrationDisk *migration_cookie_add(MigrationCookie *cookie,
                                    const char *target);
const MigrationDisk *migration_cookie_find(const MigrationCookie *cookie,
                                           const char *target);

/** migration_cookie_answer: what a destination at @uri tells back; @definition:
 * (nullable): of an offline one: what its finish is to define. */
void migration_cookie_answer(MigrationCookie *cookie, const char *uri,
                             const char *definition);

/** migration_stamp: (transfer full): another one when the machine @xml, its run
 * @id or its virDomainState has changed. */
char *migration_stamp(const char *xml, int id, int state);
/** migration_check_stamp: it is still what begin saw.
 * VIR_ERR_OPERATION_FAILED. */
bool migration_check_stamp(const MigrationCookie *cookie, const char *stamp,
                           const char *name, GError **error);

/** migration_check_flags: those that can be had and go together, of a machine
 * that is @is_active.  VIR_ERR_INVALID_ARG for bits that nobody knows,
 * VIR_ERR_ARGUMENT_UNSUPPORTED with the name of one that is not had,
 * VIR_ERR_OPERATION_INVALID. */
bool migration_check_flags(unsigned flags, const char *name, bool is_active,
                           GError **error);

/** migration_check_state: @state (virDomainState) of one that is active is one
 * that can go on somewhere else.  VIR_ERR_OPERATION_INVALID. */
bool migration_check_state(const char *name, int state, GError **error);

/** migration_check_image: @is_same: what the destination has at @path, of the
 * disk @target, is what the source has.  VIR_ERR_MIGRATE_UNSAFE. */
bool migration_check_image(bool is_same, const char *path, const char *target,
                           GError **error);

/* What keeps a machine where it is. */
typedef struct {
    const char *name;
    const char *checkpoint; /* nullable: the name of one */
    const char *snapshot;   /* nullable: the name of one */
    bool has_managed_save;
    int job; /* the id of one that is at work; 0: none */
} MigrationHolds;

/** migration_check_holds: VIR_ERR_OPERATION_INVALID, naming it; @what cannot be
 * done ("migrate the domain"). */
bool migration_check_holds(const MigrationHolds *holds, const char *what,
                           GError **error);

/* Of the migration that the job @id of the domain @name is. */

/** migration_refuse: VIR_ERR_OPERATION_INVALID: @what cannot be done now. */
bool migration_refuse(const Migration *migration, int id, const char *name,
                      const char *what, GError **error);

/** migration_check_cancel: VIR_ERR_OPERATION_INVALID once everything is at the
 * other side, or of an incoming one. */
bool migration_check_cancel(const Migration *migration, int id,
                            const char *name, GError **error);

/** migration_fail: false: VIR_ERR_OPERATION_ABORTED if it was given up, else
 * VIR_ERR_OPERATION_FAILED; @why: nullable. */
bool migration_fail(const char *name, bool is_cancelled, const char *why,
                    GError **error);
