/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder in which the embedded driver keeps everything.
 *
 *     DIR/  0700 and ours
 *       strandline-root     marks the folder, holds the format version
 *       lock                flock; the holder's pid, and the generation
 *       next-id             the id that the next started domain gets
 *       next-job            the job id that a newly defined domain begins with
 *       domains/UUID/       one folder a domain, named by what never changes
 *         config.xml          the persistent definition
 *         status.xml          while QEMU runs: pid, ids, live definition
 *         ended.xml           how the last run ended
 *         autostart           present when the flag is set
 *         managed.save        its saved state (qemu/save/managed.h)
 *         busy                a call is writing; left behind by one that died
 *         jobs.xml            background jobs, running and ended; next id
 *         checkpoints/NAME.xml   one record a checkpoint (checkpoint_store.h)
 *         snapshots/NAME.xml  one record a snapshot (snapshot_store.h)
 *         migrate.sock migrate.xml   while it comes from another root
 *         qmp.sock agent.sock qemu.log qemu.pid nvram
 *       migrations/ID       a machine came here for good (migrate/verdict.h)
 *       cache/              capabilities of QEMU binaries
 *
 * The lock is held for one call, not for a connection: any number of processes
 * work on one root by turns.  What a connection read before is good for as long
 * as the generation in the lock file stands still; every writer raises it
 * before its first write.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct QemuRoot QemuRoot;

/** qemu_root_open: creates DIR (0700) when absent.  Refuses (55
 * VIR_ERR_OPERATION_INVALID) a folder that is not ours, not 0700, not empty and
 * not marked, or of a later format. */
QemuRoot *qemu_root_open(const char *path, int lock_timeout_ms, GError **error);
void qemu_root_free(QemuRoot *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuRoot, qemu_root_free)

const char *qemu_root_path(const QemuRoot *root);

/** qemu_root_lock: waits up to the timeout, then VIR_ERR_OPERATION_TIMEOUT with
 * the holder's pid.  *@ret_changed: somebody else wrote since our last lock. */
bool qemu_root_lock(QemuRoot *root, bool *ret_changed, GError **error);
/** qemu_root_try_lock: false when somebody else holds it all of @patience_us, in
 * which it is asked for often; 0: false at once. */
bool qemu_root_try_lock(QemuRoot *root, gint64 patience_us, bool *ret_changed);
void qemu_root_unlock(QemuRoot *root);

/** qemu_root_is_still: nobody has written since our last lock, so what was read
 * under it holds; a writer raises the generation before its first write.
 * Without the lock. */
bool qemu_root_is_still(const QemuRoot *root);

/** qemu_root_touch: raises the generation; before the first write of a call.
 * Only under the lock. */
bool qemu_root_touch(QemuRoot *root, GError **error);

/** qemu_root_next_id: a domain id that this root never gave out before.
 * Returns: at least 1, or -1.  Only under the lock. */
int qemu_root_next_id(QemuRoot *root, GError **error);

/** qemu_root_first_job: the id of the first job of a domain that has no record
 * of jobs.  Returns: at least 1, or -1. */
int qemu_root_first_job(QemuRoot *root, GError **error);
/** qemu_root_raise_first_job: before the record of a domain goes: @id and what
 * is below was given out.  Only under the lock. */
bool qemu_root_raise_first_job(QemuRoot *root, int id, GError **error);

/** qemu_root_list: the UUIDs (as text) that have a folder. */
GPtrArray *qemu_root_list(QemuRoot *root, GError **error);

/** qemu_root_open_folder: descriptor of domains/UUID[/sub], created 0700 if
 * @create.  Returns -1 with @error. */
int qemu_root_open_folder(QemuRoot *root, const unsigned char *uuid,
                          const char *sub, bool create, GError **error);
/** qemu_root_folder_path: the path of domains/UUID. */
char *qemu_root_folder_path(const QemuRoot *root, const unsigned char *uuid);
/** qemu_root_remove_folder: domains/UUID and everything in it, but not what is
 * called as in @keep (nullable, NULL-terminated) unless that is an empty
 * folder; the folder stays with it. */
bool qemu_root_remove_folder(QemuRoot *root, const unsigned char *uuid,
                             const char *const *keep, GError **error);

/** qemu_root_open_cache: descriptor of cache/, created if absent; or -1. */
int qemu_root_open_cache(QemuRoot *root, GError **error);
/** qemu_root_open_migrations: the same of migrations/. */
int qemu_root_open_migrations(QemuRoot *root, GError **error);
