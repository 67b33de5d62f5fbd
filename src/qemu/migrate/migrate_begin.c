/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first phase of a migration, at the source: everything that can be
 * refused there is, and nothing is touched. */
#include "base/error.h"
#include "model/checkpoint_tree.h"
#include "model/domain_devices.h"
#include "model/job.h"
#include "model/memory/migrate_place.h"
#include "model/snapshot_tree.h"
#include "qemu/checkpoint/checkpoint_store.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/migrate_calls.h"
#include "qemu/migrate/migrate_source.h"
#include "qemu/save/managed.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/domain/arrival_xml.h"
#include "xml/domain_xml.h"
#include "xml/record/migration_xml.h"

#include <string.h>
#include <sys/stat.h>

#define WHAT "migrate the domain"

/* Also those without a name: their bitmaps are in the images, where nobody
 * would know them. */
bool
migrate_source_holds(QemuDomain *vm, const char *what, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    const CheckpointSet *set = jobs ? checkpoint_store_load(vm, error) : NULL;
    const SnapshotTree *snapshots = set ? snapshot_store_load(vm, error) : NULL;
    const GPtrArray *records = NULL;
    MigrationHolds holds = {.name = vm->name};
    const Job *job = NULL;

    if (!snapshots)
        return false;
    /* The first that is found of each kind is named: one is enough. */
    job = job_table_any(jobs);
    holds.job = job ? job->id : 0;
    records = checkpoint_tree_records(set->tree);
    if (records->len) {
        const CheckpointRecord *record = g_ptr_array_index(records, 0);

        holds.checkpoint = record->def->name;
    }
    records = snapshot_tree_records(snapshots);
    if (records->len) {
        const SnapshotRecord *record = g_ptr_array_index(records, 0);

        holds.snapshot = record->def->name;
    }
    holds.has_managed_save = managed_save_is_there(vm);
    return migration_check_holds(&holds, what, error);
}

/* Asked twice, by begin and by perform: the lock is free in between, and
 * what was idle then may have a job now. */
bool
migrate_source_check(QemuDomain *vm, unsigned flags, GError **error)
{
    if (!migration_check_flags(flags, vm->name, qemu_domain_is_active(vm),
                               error) ||
        !migrate_source_holds(vm, WHAT, error))
        return false;
    if (!qemu_domain_is_active(vm))
        return true;
    (void)domain_state_refresh(vm);
    return migration_check_state(vm->name, vm->state, error);
}

/* A file for UEFI variables that has its place in our folder is made anew at
 * the other side: QEMU brings what is in it along. */
char *
migrate_source_xml(const QemuDomain *vm, const DomainDef *def, GError **error)
{
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);
    DomainMachine *machine = copy->machine;

    if (machine->nvram && g_str_has_prefix(machine->nvram, folder)) {
        if (!machine->nvram_template) {
            fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                 "cannot " WHAT ": the UEFI variables of '%s' have neither a "
                 "template nor a place that both sides know",
                 vm->name);
            return NULL;
        }
        g_clear_pointer(&machine->nvram, g_free);
    }
    return domain_xml_format(copy,
                             DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE);
}

/* What cannot be looked at is not told: the other side looks, too. */
static void
tell_disks(const DomainDef *def, MigrationCookie *cookie)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        MigrationDisk *told = NULL;
        struct stat status;

        if (disk_def_is_empty(disk) || stat(disk->path, &status) < 0)
            continue;
        told = migration_cookie_add(cookie, disk->target);
        told->inode = status.st_ino;
        told->device = status.st_dev;
        told->size = (uint64_t)status.st_size;
    }
}

/* The definition goes along only where it is asked for: it may hold
 * passwords. */
static MigrationCookie *
make_cookie(const QemuDomain *vm, const char *xml, unsigned flags,
            GError **error)
{
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();

    cookie->host = migrate_place_host(error);
    if (!cookie->host)
        return NULL;
    cookie->id = g_uuid_string_random();
    memcpy(cookie->uuid, vm->uuid, sizeof(cookie->uuid));
    cookie->stamp = migration_stamp(xml, vm->id, vm->state);
    cookie->is_offline = flags & VIR_MIGRATE_OFFLINE;
    tell_disks(qemu_domain_def(vm), cookie);
    if (flags & VIR_MIGRATE_PERSIST_DEST && vm->config) {
        cookie->definition = migrate_source_xml(vm, vm->config, error);
        if (!cookie->definition)
            return NULL;
    }
    return g_steal_pointer(&cookie);
}

/* @dxml: nullable: another document of the same machine. */
static char *
begin(QemuDomain *vm, const MigrationStep *step, char **ret_cookie,
      GError **error)
{
    g_autofree char *xml = NULL;
    g_autoptr(MigrationCookie) cookie = NULL;
    char *moved = NULL;

    if (!migrate_source_check(vm, step->flags, error))
        return NULL;
    xml = migrate_source_xml(vm, qemu_domain_def(vm), error);
    cookie = xml ? make_cookie(vm, xml, step->flags, error) : NULL;
    if (!cookie)
        return NULL;
    moved = arrival_document(xml, step->xml, error);
    if (moved)
        *ret_cookie = migration_cookie_format(cookie);
    return moved;
}

/* Leaves nothing behind, so a caller that stops here need tell nobody. */
char *
qemu_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                   char **ret_cookie, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);

    return call ? begin(qemu_call_domain(call), step, ret_cookie, error) : NULL;
}
