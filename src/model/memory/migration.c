/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/memory/migration.h"

#include "base/error.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* The flags, and who leads it, are filled in by whoever makes the record. */
Migration *
migration_new(const char *id, bool is_incoming)
{
    Migration *migration = g_new0(Migration, 1);

    migration->id = g_strdup(id);
    migration->is_incoming = is_incoming;
    return migration;
}

/* Forgetting it decides nothing: verdicts are files. */
void
migration_free(Migration *migration)
{
    if (!migration)
        return;
    g_free(migration->id);
    g_free(migration->peer);
    g_free(migration);
}

/* The cookie owns its disks, and they their names. */
static void
disk_free(gpointer data)
{
    MigrationDisk *disk = data;

    g_free(disk->target);
    g_free(disk);
}

/* Of no machine yet: what it says is the driver's to fill in. */
MigrationCookie *
migration_cookie_new(void)
{
    MigrationCookie *cookie = g_new0(MigrationCookie, 1);

    cookie->disks = g_ptr_array_new_with_free_func(disk_free);
    return cookie;
}

/* Accepts one that was half read. */
void
migration_cookie_free(MigrationCookie *cookie)
{
    if (!cookie)
        return;
    g_free(cookie->id);
    g_free(cookie->host);
    g_free(cookie->stamp);
    g_free(cookie->peer);
    g_free(cookie->definition);
    g_ptr_array_unref(cookie->disks);
    g_free(cookie);
}

/* Owned by @cookie; the figures are the caller's to fill in. */
MigrationDisk *
migration_cookie_add(MigrationCookie *cookie, const char *target)
{
    MigrationDisk *disk = g_new0(MigrationDisk, 1);

    disk->target = g_strdup(target);
    g_ptr_array_add(cookie->disks, disk);
    return disk;
}

/* A machine has a handful of disks, so a walk is enough. */
const MigrationDisk *
migration_cookie_find(const MigrationCookie *cookie, const char *target)
{
    for (guint i = 0; i < cookie->disks->len; i++) {
        const MigrationDisk *disk = g_ptr_array_index(cookie->disks, i);

        if (strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

/* The same migration, and who we are.  What the machine has here is the
 * destination's to keep; only a definition that is all there is has to come back
 * with finish. */
void
migration_cookie_answer(MigrationCookie *cookie, const char *uri,
                        const char *definition)
{
    g_free(cookie->peer);
    cookie->peer = g_strdup(uri);
    g_free(cookie->definition);
    cookie->definition = cookie->is_offline ? g_strdup(definition) : NULL;
    g_ptr_array_set_size(cookie->disks, 0);
}

/* The id of the run is in it: a machine that was restarted has the same XML,
 * and another memory. */
char *
migration_stamp(const char *xml, int id, int state)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    g_checksum_update(sum, (const guchar *)xml, -1);
    g_checksum_update(sum, (const guchar *)&id, sizeof(id));
    g_checksum_update(sum, (const guchar *)&state, sizeof(state));
    return g_strdup(g_checksum_get_string(sum));
}

/* The other side has made a machine of what begin said, and the lock was free
 * since. */
bool
migration_check_stamp(const MigrationCookie *cookie, const char *stamp,
                      const char *name, GError **error)
{
    if (g_str_equal(stamp, cookie->stamp))
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "domain '%s' was changed, paused or resumed after its "
                "migration began; begin it anew",
                name);
}

/* A flag that libvirt knows and nobody here carries out would be a wish that
 * is not heard: each is refused by its name. */
static const char *
missing_flag(unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *name;
    } missing[] = {
        {VIR_MIGRATE_TUNNELLED, "TUNNELLED"},
        {VIR_MIGRATE_NON_SHARED_DISK, "NON_SHARED_DISK"},
        {VIR_MIGRATE_NON_SHARED_INC, "NON_SHARED_INC"},
        {VIR_MIGRATE_COMPRESSED, "COMPRESSED"},
        {VIR_MIGRATE_AUTO_CONVERGE, "AUTO_CONVERGE"},
        {VIR_MIGRATE_RDMA_PIN_ALL, "RDMA_PIN_ALL"},
        {VIR_MIGRATE_POSTCOPY, "POSTCOPY"},
        {VIR_MIGRATE_TLS, "TLS"},
        {VIR_MIGRATE_PARALLEL, "PARALLEL"},
        {VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES,
         "NON_SHARED_SYNCHRONOUS_WRITES"},
        {VIR_MIGRATE_POSTCOPY_RESUME, "POSTCOPY_RESUME"},
        {VIR_MIGRATE_ZEROCOPY, "ZEROCOPY"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(missing); i++) {
        if (flags & missing[i].flag)
            return missing[i].name;
    }
    return NULL;
}

/* OFFLINE is about a definition alone: one that runs has to be moved with its
 * memory, and one that nobody keeps there would be lost. */
static bool
check_offline(unsigned flags, const char *name, bool is_active, GError **error)
{
    if (is_active && flags & VIR_MIGRATE_OFFLINE) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' runs: an offline migration would leave its "
                    "memory behind; migrate it live",
                    name);
    }
    if (!is_active && !(flags & VIR_MIGRATE_OFFLINE)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot migrate domain '%s': it does not run; move its "
                    "definition with the flag OFFLINE",
                    name);
    }
    if (flags & VIR_MIGRATE_OFFLINE && !(flags & VIR_MIGRATE_PERSIST_DEST)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "an offline migration of domain '%s' needs the flag "
                    "PERSIST_DEST: without it nothing would be left of it",
                    name);
    }
    return true;
}

/* The same for all drivers, so that a program finds out on any of them. */
bool
migration_check_flags(unsigned flags, const char *name, bool is_active,
                      GError **error)
{
    const unsigned known = (VIR_MIGRATE_ZEROCOPY << 1) - 1;
    const char *missing = missing_flag(flags);

    if (flags & ~known) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "unsupported flags (0x%x) for a migration", flags & ~known);
    }
    /* By name, since the number says nothing to whoever typed an option. */
    if (missing) {
        return fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
                    "the migration flag %s is not supported; both sides need "
                    "the same images, and get the memory over one plain stream",
                    missing);
    }
    return check_offline(flags, name, is_active, error);
}

/* Its memory would come to an end there that it has had here. */
bool
migration_check_state(const char *name, int state, GError **error)
{
    if (state != VIR_DOMAIN_SHUTDOWN && state != VIR_DOMAIN_CRASHED)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot migrate the domain: '%s' has switched itself off, or "
                "panicked",
                name);
}

/* A copy would take the writes of a guest that believes in another one. */
bool
migration_check_image(bool is_same, const char *path, const char *target,
                      GError **error)
{
    if (is_same)
        return true;
    return fail(error, VIR_ERR_MIGRATE_UNSAFE,
                "'%s' of disk '%s' is another file at the destination; if you "
                "know that it is the same, say so with the flag UNSAFE",
                path, target);
}

/* Their bitmaps and records would have to go along; until they do, they are
 * worth more than the move. */
bool
migration_check_holds(const MigrationHolds *holds, const char *what,
                      GError **error)
{
    if (holds->job) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: job %d of domain '%s' is running; end or "
                    "abort it first",
                    what, holds->job, holds->name);
    }
    if (holds->checkpoint) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: domain '%s' has checkpoints ('%s'), which do "
                    "not move with it; delete them first",
                    what, holds->name, holds->checkpoint);
    }
    if (holds->snapshot) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: domain '%s' has snapshots ('%s'), which do "
                    "not move with it; delete them first",
                    what, holds->name, holds->snapshot);
    }
    if (holds->has_managed_save) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: domain '%s' has a managed save image, which "
                    "does not move with it; start it, or remove the image",
                    what, holds->name);
    }
    return true;
}

/* What changes the machine on one side would be lost with it, or missing at the
 * other.  Who comes can be given up only where it comes from. */
bool
migration_refuse(const Migration *migration, int id, const char *name,
                 const char *what, GError **error)
{
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot %s: job %d moves domain '%s' %s; wait for its end%s",
                what, id, name, migration->is_incoming ? "here" : "away",
                migration->is_incoming ? "" : ", or abort it");
}

/* libvirt has it so, too: who leads the migration may give up the source, and
 * the destination can be destroyed.  Once everything is there only the
 * destination can decide, and it may be doing so now. */
bool
migration_check_cancel(const Migration *migration, int id, const char *name,
                       GError **error)
{
    if (migration->is_incoming) {
        return fail(
            error, VIR_ERR_OPERATION_INVALID,
            "job %d brings domain '%s' here, which is given up where it "
            "comes from; or destroy the domain",
            id, name);
    }
    if (!migration->is_moved)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "job %d of domain '%s' has moved everything, and cannot be "
                "given up any more; destroy the domain at the destination",
                id, name);
}

/* For the call that waited for it at the source. */
bool
migration_fail(const char *name, bool is_cancelled, const char *why,
               GError **error)
{
    return fail(
        error,
        is_cancelled ? VIR_ERR_OPERATION_ABORTED : VIR_ERR_OPERATION_FAILED,
        "the migration of domain '%s' %s: %s", name,
        is_cancelled ? "was given up" : "failed", why ? why : "unknown reason");
}
