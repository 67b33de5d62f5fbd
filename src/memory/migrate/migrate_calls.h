/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that move from one host of this driver to another: the driver's
 * members (driver/driver.h), and what the rest of it asks.
 *
 * The phases are those of the QEMU driver, and so are the refusals.  Nothing
 * passes from one to the next but texts, and the machine itself goes over a
 * socket: the two hosts may be in two processes.
 *
 *     source                           destination
 *     begin    checked
 *                                      prepare  listens        job RUNNING
 *     perform  the disks go over       job RUNNING
 *              the guest stands        moved
 *                                      finish   verdict        job ENDED
 *     confirm  the run ends            job ENDED
 *
 * In migrate_out.c: the source; in migrate_in.c: the destination; in
 * migrate_end.c: whoever is not led any more.
 */
#pragma once

#include "driver/driver.h"
#include "memory/domain.h"

char *memory_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                           char **ret_cookie, GError **error);
int memory_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                           char **ret_uri, char **ret_cookie, GError **error);
int memory_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                           GError **error);
virDomainPtr memory_migrate_finish(virConnectPtr conn,
                                   const MigrationStep *step, bool is_cancelled,
                                   GError **error);
int memory_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                           bool is_cancelled, GError **error);
int memory_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                          GError **error);

/* Without the host's lock: a destination may have to be asked. */

/** memory_migrate_leave: nobody leads the migration @id of the domain @uuid any
 * more, if it is still under way. */
void memory_migrate_leave(MemoryHost *host, const unsigned char *uuid,
                          const char *id);
/** memory_migrate_end_led: @session closes. */
void memory_migrate_end_led(const MemorySession *session);

/* With the host's lock. */

/** memory_migrate_job: the live job of the migration @id; NULL: none. */
Job *memory_migrate_job(const MemoryDomain *vm, const char *id);

/** memory_migrate_holds: nothing that belongs to @vm keeps it where it is; @what
 * is not done.  migration_check_holds(). */
bool memory_migrate_holds(const MemoryDomain *vm, const char *what,
                          GError **error);

/** memory_migrate_image: a number of the image @path: that of a file's inode
 * where there are files. */
uint64_t memory_migrate_image(const char *path);

/** memory_migrate_give_back: the destination throws @vm away, which may be
 * freed. */
void memory_migrate_give_back(MemoryDomain *vm, JobOutcome outcome,
                              const char *why);

/** memory_migrate_look_at_disks: a disk has failed: whoever moves with
 * ABORT_ON_ERROR stays here. */
void memory_migrate_look_at_disks(MemoryDomain *vm);

/** memory_migrate_check_write: the guest can write: what it wrote now would come
 * along.  VIR_ERR_OPERATION_INVALID. */
bool memory_migrate_check_write(const MemoryDomain *vm, GError **error);
