/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first, the third and the fifth phase: what may go, goes, and is gone. */
#include "base/error.h"
#include "base/fd.h"
#include "driver/migrate_offline.h"
#include "memory/fault.h"
#include "memory/migrate/migrate_calls.h"
#include "memory/migrate/stream.h"
#include "memory/migrate/verdict.h"
#include "memory/save/write.h"
#include "memory/snapshot.h"
#include "model/memory/migrate_place.h"
#include "model/snapshot_tree.h"
#include "xml/domain/arrival_xml.h"
#include "xml/domain_xml.h"
#include "xml/record/migration_xml.h"

#include <string.h>

#define WHAT "migrate the domain"

/* A guest that writes faster than we send is stopped for the rest after so many
 * rounds. */
enum { ROUNDS_MAX = 8, US_PER_MS = 1000 };

/* ---- begin ---- */

/* The first that is found of each kind is named: one is enough. */
bool
memory_migrate_holds(const MemoryDomain *vm, const char *what, GError **error)
{
    const GPtrArray *records = checkpoint_tree_records(vm->checkpoints);
    const Job *job = job_table_any(vm->jobs);
    MigrationHolds holds = {.name = vm->name,
                            .snapshot = memory_snapshots_first(vm->snapshots),
                            .has_managed_save = vm->saved != NULL,
                            .job = job ? job->id : 0};

    if (records->len) {
        const CheckpointRecord *record = g_ptr_array_index(records, 0);

        holds.checkpoint = record->def->name;
    }
    return migration_check_holds(&holds, what, error);
}

/* Asked twice, by begin and by perform: the lock is free in between, and what was
 * idle then may have a job now. */
static bool
check_source(const MemoryDomain *vm, unsigned flags, GError **error)
{
    bool is_active = memory_domain_is_active(vm);

    return migration_check_flags(flags, vm->name, is_active, error) &&
           memory_migrate_holds(vm, WHAT, error) &&
           (!is_active || migration_check_state(vm->name, vm->state, error));
}

/* With its passwords, which the machine needs there as well; it goes to whoever
 * may begin a migration, and to nobody else. */
static char *
machine_xml(const DomainDef *def)
{
    return domain_xml_format(def,
                             DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE);
}

/* There are no files, and so no inodes: an image is what is called so.  A hash, so
 * that the cookie says the same of both drivers. */
uint64_t
memory_migrate_image(const char *path)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof(digest);
    uint64_t number = 0;

    g_checksum_update(sum, (const guchar *)path, -1);
    g_checksum_get_digest(sum, digest, &length);
    memcpy(&number, digest, sizeof(number));
    return GUINT64_FROM_LE(number);
}

/* For the other side to compare; a drive without a medium has nothing that could
 * be another. */
static void
tell_disks(const MemoryDomain *vm, MigrationCookie *cookie)
{
    const DomainDef *def = memory_domain_def(vm);

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        const MemoryDisk *content = memory_disks_find(vm->disks, disk->target);
        MigrationDisk *told = NULL;

        if (!content)
            continue;
        told = migration_cookie_add(cookie, disk->target);
        told->inode = memory_migrate_image(disk->path);
        told->size = memory_disk_size(content);
    }
}

/* The definition goes along only where it is asked for: it may hold
 * passwords. */
static MigrationCookie *
make_cookie(const MemoryDomain *vm, const char *xml, unsigned flags,
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
    tell_disks(vm, cookie);
    if (flags & VIR_MIGRATE_PERSIST_DEST && vm->config)
        cookie->definition = machine_xml(vm->config);
    return g_steal_pointer(&cookie);
}

/* Leaves nothing behind, so a caller that stops here need tell nobody. */
char *
memory_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                     char **ret_cookie, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    g_autofree char *xml = NULL;
    g_autoptr(MigrationCookie) cookie = NULL;
    char *sent = NULL;

    if (!vm || !check_source(vm, step->flags, error))
        return NULL;
    xml = machine_xml(memory_domain_def(vm));
    cookie = make_cookie(vm, xml, step->flags, error);
    sent = cookie ? arrival_document(xml, step->xml, error) : NULL;
    if (sent)
        *ret_cookie = migration_cookie_format(cookie);
    return sent;
}

/* ---- perform ---- */

/* What the call that performs knows from one round to the next. */
typedef struct {
    virDomainPtr domain;
    MemoryWrite *writing;
    MemoryState *known; /* what the destination has after the latest round;
                         * NULL: the first one is on its way, which has all */
    unsigned rounds;
} Move;

/* Of the table, and once more for whoever sends without the lock. */
static void
describe(const MemoryDomain *vm, const MigrationCookie *cookie,
         const MigrationStep *step, Job *job)
{
    Migration *migration = migration_new(cookie->id, false);

    migration->flags = step->flags;
    migration->peer = g_strdup(cookie->peer);
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->holds_guest = vm->state == VIR_DOMAIN_RUNNING;
    job->memory = memory_job_new(MEMORY_JOB_MOVE, MEMORY_THEN_GO_ON, step->uri);
    job->memory->migration = migration;
    job->state = JOB_RUNNING;
}

/* The guest's memory counts although nobody has written to it: a program that
 * shows how far it is finds the same figures as with QEMU, which sees that it is
 * zeroes and sends none of it. */
static MemoryWrite *
begin_write(MemoryDomain *vm, const MigrationCookie *cookie,
            const MigrationStep *step, int *socket, GError **error)
{
    Job *job =
        job_table_add(vm->jobs, VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT, error);
    Job *copy = NULL;
    MemoryWrite *writing = NULL;

    if (!job)
        return NULL;
    describe(vm, cookie, step, job);
    copy = job_new(job->id, job->operation);
    describe(vm, cookie, step, copy);
    writing = memory_write_new(vm, copy);
    writing->file = fd_steal(socket);
    writing->state = memory_state_take(vm, true);
    writing->total = writing->memory + memory_state_size(writing->state);
    memory_write_set_speed(writing, step->bandwidth > 0 ? step->bandwidth
                                                        : vm->limits.speed);
    memory_fault_arm_write(vm, writing);
    vm->writing = memory_write_ref(writing);
    return writing;
}

/* Connected to before the lock is taken, which may take time; that nobody listens
 * leaves no trace. */
static MemoryWrite *
begin_move(virDomainPtr domain, const MigrationCookie *cookie,
           const MigrationStep *step, GError **error)
{
    g_autoptr(MigratePlace) place = migrate_place_parse(step->uri, error);
    g_auto(AutoFd) socket = place ? migrate_place_connect(place, error) : -1;
    g_autoptr(MemoryCall) call =
        socket >= 0 ? memory_call_enter(domain, "memory_migrate_perform", error)
                    : NULL;
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    g_autofree char *xml = NULL;
    g_autofree char *stamp = NULL;
    MemoryWrite *writing = NULL;

    if (!vm || !check_source(vm, step->flags, error))
        return NULL;
    xml = machine_xml(memory_domain_def(vm));
    stamp = migration_stamp(xml, vm->id, vm->state);
    if (!migration_check_stamp(cookie, stamp, vm->name, error))
        return NULL;
    writing = begin_write(vm, cookie, step, &socket, error);
    if (writing)
        writing->leader = domain->conn->session;
    return writing;
}

/* With the host's lock: what the guest wrote while the last round was on its way;
 * if that was nothing, or will never be nothing, it writes no more. */
static void
plan_round(Move *move, MemoryDomain *vm)
{
    MemoryWrite *writing = move->writing;
    MemoryState *now = memory_state_take(vm, true);
    MemoryState *changed =
        memory_state_changed(move->known ? move->known : writing->state, now);

    writing->is_last = changed->disks->len == 0 || ++move->rounds >= ROUNDS_MAX;
    memory_state_free(move->known);
    move->known = now;
    memory_state_free(writing->state);
    writing->state = changed;
    {
        LOCK_SCOPE(&writing->lock);

        writing->total += memory_state_size(changed);
    }
}

/* The domain that is still ours to move; NULL if somebody has ended its job. */
static MemoryDomain *
find_moving(const Move *move)
{
    const MemorySession *session = move->domain->conn->session;
    MemoryDomain *vm = memory_host_find_uuid(session->host, move->domain->uuid);

    return vm && vm->writing == move->writing ? vm : NULL;
}

/* False: nothing is to be sent any more, for a reason that its job has. */
static bool
next_round(Move *move)
{
    const MemorySession *session = move->domain->conn->session;
    MemoryDomain *vm = NULL;

    memory_host_lock(session->host);
    vm = find_moving(move);
    if (vm) {
        memory_migrate_look_at_disks(vm);
        vm = find_moving(move);
    }
    if (vm)
        plan_round(move, vm);
    memory_host_unlock(session->host);
    return vm != NULL;
}

/* Without the host's lock.  The flag is ours alone to set, so it may be read. */
static bool
send_round(const Move *move, GError **error)
{
    MemoryWrite *writing = move->writing;

    return memory_state_write(writing->state, writing->file, memory_write_step,
                              writing, error) &&
           memory_stream_put_word(writing->file, writing->is_last, error);
}

/* False without @error: somebody has ended the job while nothing was on its
 * way. */
static bool
send_all(Move *move, GError **error)
{
    MemoryWrite *writing = move->writing;
    bool is_last = false;

    if (!memory_write_skip(writing, writing->memory, error))
        return false;
    while (!is_last) {
        is_last = writing->is_last;
        if (!send_round(move, error) || (!is_last && !next_round(move)))
            return false;
    }
    return true;
}

/* From here on only the destination can say whether the guest may go on here. */
static void
note_moved(MemoryDomain *vm)
{
    Job *job = job_table_memory(vm->jobs);

    job->memory->migration->is_moved = true;
    memory_write_look(vm);
    if (!job->holds_guest)
        return;
    vm->state = VIR_DOMAIN_PAUSED;
    vm->reason = VIR_DOMAIN_PAUSED_MIGRATION;
    memory_domain_event(vm, VIR_DOMAIN_EVENT_SUSPENDED,
                        VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED);
}

/* One that failed has ended here; one that has moved everything lives on until
 * confirm. */
static bool
conclude(const Move *move, const GError *problem, GError **error)
{
    const MemorySession *session = move->domain->conn->session;
    MemoryDomain *vm = NULL;
    bool is_moved = false;

    memory_host_lock(session->host);
    vm = find_moving(move);
    is_moved = vm && !problem;
    if (is_moved) {
        note_moved(vm);
    } else {
        (void)memory_write_conclude(move->domain, move->writing, problem,
                                    error);
    }
    memory_host_unlock(session->host);
    return is_moved;
}

/* Returns when the destination has, or will have, all of it: what the kernel holds
 * of the stream is on its way whatever becomes of us. */
int
memory_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                       GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    g_autoptr(MemoryWrite) writing =
        cookie ? begin_move(domain, cookie, step, error) : NULL;
    Move move = {.domain = domain, .writing = writing};
    g_autoptr(GError) problem = NULL;
    bool is_moved = false;

    if (!writing)
        return -1;
    if (!send_all(&move, &problem) && !problem)
        fail(&problem, VIR_ERR_OPERATION_FAILED, "it was ended");
    is_moved = conclude(&move, problem, error);
    memory_state_free(move.known);
    return is_moved ? 0 : -1;
}

/* ---- confirm ---- */

/* One that is not there any more has come to its end by itself, or its transient
 * domain has.  What never was at the other side is not given up here, whatever
 * the caller believes. */
static void
confirm(MemoryDomain *vm, const char *id, bool is_cancelled)
{
    Job *job = memory_migrate_job(vm, id);
    bool is_there = job && job->memory->migration->is_moved && !is_cancelled;

    if (!job || job->memory->migration->is_incoming)
        return;
    memory_write_finish(vm, job, is_there ? JOB_COMPLETED : JOB_FAILED,
                        is_there ? NULL : "the destination gave it up");
}

/* A domain that is gone has come to its end by itself: there is nothing left to be
 * confirmed. */
int
memory_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                       bool is_cancelled, GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    const MemorySession *session = domain->conn->session;
    g_autoptr(GError) problem = NULL;
    MemoryCall *call = NULL;

    if (!cookie)
        return -1;
    if (cookie->is_offline)
        return migrate_offline_confirm(domain, step, is_cancelled, error);
    call = memory_call_begin(domain, &problem);
    if (call) {
        confirm(memory_call_domain(call), cookie->id, is_cancelled);
        memory_call_end(call);
    } else if (!error_is(problem, VIR_ERR_NO_DOMAIN)) {
        /* Who could not confirm does not lead any more: as one that is gone. */
        memory_migrate_leave(session->host, domain->uuid, cookie->id);
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
    memory_verdict_forget(cookie->id);
    if (!is_cancelled)
        domain_object_set_id(domain, -1);
    return 0;
}
