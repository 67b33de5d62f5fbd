/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The second and the fourth phase: a machine is awaited, and is here. */
#include "base/error.h"
#include "driver/migrate_offline.h"
#include "memory/fault.h"
#include "memory/guest/agent.h"
#include "memory/migrate/arrival.h"
#include "memory/migrate/migrate_calls.h"
#include "memory/migrate/verdict.h"
#include "memory/run/domain_create.h"
#include "model/domain/domain_rules.h"
#include "xml/domain/arrival_xml.h"
#include "xml/domain_xml.h"
#include "xml/record/migration_xml.h"

#include <string.h>

enum { US_PER_MS = 1000 };

/* ---- prepare ---- */

/* Of the machine as it is to be here: another document may have given its images
 * other names, and what they hold would be the wrong thing under those. */
static bool
check_disks(const ArrivalWish *wish, const DomainDef *machine, GError **error)
{
    for (guint i = 0; i < machine->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(machine->disks, i);
        const MigrationDisk *there =
            migration_cookie_find(wish->cookie, disk->target);

        if (disk_def_is_empty(disk) || !there || disk_def_is_fixed(disk) ||
            wish->flags & VIR_MIGRATE_UNSAFE)
            continue;
        if (!migration_check_image(there->inode ==
                                       memory_migrate_image(disk->path),
                                   disk->path, disk->target, error))
            return false;
    }
    return true;
}

/* The job is the domain's from the moment at which somebody can connect. */
static bool
record(MemoryDomain *vm, const ArrivalWish *wish, MemoryArrival *arrival,
       GError **error)
{
    Job *job =
        job_table_add(vm->jobs, VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN, error);

    if (!job)
        return false;
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->memory =
        memory_job_new(MEMORY_JOB_MOVE, MEMORY_THEN_GO_ON, arrival->uri);
    job->memory->migration = migration_new(wish->cookie->id, true);
    job->memory->migration->flags = wish->flags;
    job->memory->migration->defines = arrival->definition && !vm->config;
    job->state = JOB_RUNNING;
    vm->arrival = memory_arrival_ref(arrival);
    return true;
}

/* One lock for all of it: between the look for the name and the start nobody else
 * may take it. */
static bool
prepare_run(virConnectPtr conn, const ArrivalWish *wish,
            const DomainDef *machine, MemoryArrival *arrival, GError **error)
{
    MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);
    bool is_new = false;
    MemoryDomain *vm =
        memory_domain_find_or_add(session->host, machine, &is_new, error);

    /* A new one has nothing that could refuse, so nothing is left of it. */
    if (!vm ||
        (!is_new &&
         !memory_migrate_holds(vm, "migrate the domain here", error)) ||
        !record(vm, wish, arrival, error))
        return false;
    arrival->leader = session;
    memory_domain_start(vm, domain_def_copy(machine), DOMAIN_FROM_ELSEWHERE,
                        true);
    memory_verdict_await(wish->cookie->id);
    memory_arrival_begin(arrival);
    return true;
}

/* A definition alone: it is made in the end, and here only looked at. */
static bool
prepare_offline(virConnectPtr conn, const DomainDef *machine, GError **error)
{
    const MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);
    const MemoryDomain *vm =
        memory_host_find_uuid(session->host, machine->uuid);
    const MemoryDomain *namesake =
        memory_host_find_name(session->host, machine->name);

    return domain_rules_check_free(machine->name, machine->uuid,
                                   namesake ? namesake->uuid : NULL, error) &&
           (!vm ||
            domain_rules_check_kept(vm->uuid, vm->name, machine->name, error));
}

/* In a folder of ours, where nobody else gets in; over a port only where somebody
 * has said which. */
static MemoryArrival *
listen_for(const ArrivalWish *wish, const char *uri, GError **error)
{
    g_autofree char *host = migrate_place_host(error);

    if (!host)
        return NULL;
    if (uri || g_str_equal(host, wish->cookie->host))
        return memory_arrival_listen(uri, error);
    fail(error, VIR_ERR_INVALID_ARG,
         "the domain comes from another host: say where it can be reached "
         "(tcp://host:port)");
    return NULL;
}

/* By which URI a source of another process asks us.  A daemon names itself by its
 * machines, and these are not among them; and a host of test:///FILE nobody else
 * finds, so that such a source has no answer. */
static char *
name_peer(virConnectPtr conn, const MigrationStep *step)
{
    const char *rest = step->known_as ? step->known_as : "";
    const char *path = strstr(rest, "/system");

    if (!path || !g_str_has_prefix(rest, "qemu") ||
        !g_str_equal(conn->uri, "test:///default"))
        return g_strdup(conn->uri);
    rest += strlen("qemu");
    return g_strdup_printf("test%.*s/default%s", (int)(path - rest), rest,
                           path + strlen("/system"));
}

/* From what costs nothing to what others see. */
static bool
prepare(virConnectPtr conn, const ArrivalWish *wish, const MigrationStep *step,
        MigrationCookie *cookie, char **ret_uri, GError **error)
{
    g_autoptr(DomainDef) machine = arrival_machine(wish, error);
    g_autoptr(DomainDef) definition = NULL;
    g_autoptr(MemoryArrival) arrival = NULL;
    g_autofree char *text = NULL;
    g_autofree char *known_as = name_peer(conn, step);

    if (!machine || !memory_domain_check_document(machine, error) ||
        !check_disks(wish, machine, error) ||
        !arrival_definition(wish, machine, &definition, error) ||
        (definition && !memory_domain_check_document(definition, error)))
        return false;
    if (definition) {
        text = domain_xml_format(definition,
                                 DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE);
    }
    if (cookie->is_offline) {
        migration_cookie_answer(cookie, known_as, text);
        return prepare_offline(conn, machine, error);
    }
    arrival = listen_for(wish, step->uri, error);
    if (!arrival)
        return false;
    arrival->definition = g_steal_pointer(&definition);
    if (!prepare_run(conn, wish, machine, arrival, error))
        return false;
    migration_cookie_answer(cookie, known_as, text);
    *ret_uri = g_strdup(arrival->uri);
    return true;
}

/* All documents are read before the lock is taken. */
int
memory_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                       char **ret_uri, char **ret_cookie, GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    const ArrivalWish wish = {.cookie = cookie,
                              .xml = step->xml,
                              .name = step->name,
                              .persist_xml = step->persist_xml,
                              .flags = step->flags};

    if (!cookie || !prepare(conn, &wish, step, cookie, ret_uri, error))
        return -1;
    *ret_cookie = migration_cookie_format(cookie);
    return 0;
}

/* ---- finish ---- */

/* Once: what was defined is the domain's from then on, and not the arrival's. */
static void
define(MemoryDomain *vm)
{
    bool is_new = !vm->config;

    if (!vm->arrival->definition)
        return;
    memory_domain_set_config(vm, g_steal_pointer(&vm->arrival->definition));
    memory_domain_event(vm, VIR_DOMAIN_EVENT_DEFINED,
                        is_new ? VIR_DOMAIN_EVENT_DEFINED_ADDED
                               : VIR_DOMAIN_EVENT_DEFINED_UPDATED);
}

/* libvirt has no reason of its own for one that is to stand still. */
static void
let_go(MemoryDomain *vm, bool is_paused)
{
    vm->state = is_paused ? VIR_DOMAIN_PAUSED : VIR_DOMAIN_RUNNING;
    vm->reason =
        is_paused ? VIR_DOMAIN_PAUSED_USER : VIR_DOMAIN_RUNNING_MIGRATED;
    if (is_paused) {
        memory_domain_event(vm, VIR_DOMAIN_EVENT_SUSPENDED,
                            VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
        return;
    }
    memory_domain_event(vm, VIR_DOMAIN_EVENT_RESUMED,
                        VIR_DOMAIN_EVENT_RESUMED_MIGRATED);
    memory_agent_boot(vm);
}

/* A definition that is new comes before the guest runs, and one in the place of
 * another after it, as with QEMU: there the first is a file that may not come to
 * be, and the second can wait. */
static bool
take_over(MemoryDomain *vm, Job *job, GError **error)
{
    const Migration *migration = job->memory->migration;

    if (!memory_verdict_pass(migration->id)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "domain '%s' was given up at the source", vm->name);
    }
    memory_state_fill(vm->arrival->state, vm);
    vm->frozen = vm->arrival->state->frozen;
    if (migration->defines)
        define(vm);
    let_go(vm, migration->flags & VIR_MIGRATE_PAUSED);
    define(vm);
    memory_arrival_end(vm, job, JOB_COMPLETED, NULL);
    return true;
}

/* With the host's lock; @problem: nullable: why it cannot be.  After it the
 * machine is here for good, or gone. */
static virDomainPtr
finish(virConnectPtr conn, MemoryDomain *vm, const char *id,
       const GError *problem, GError **error)
{
    Job *job = memory_migrate_job(vm, id);
    g_autoptr(GError) refusal = NULL;

    if (problem)
        refusal = g_error_copy(problem);
    if (!refusal && memory_fault_check(vm, "migrate_finish", &refusal) &&
        take_over(vm, job, &refusal))
        return domain_object_new(conn, vm->name, vm->uuid, vm->id);
    memory_migrate_give_back(vm,
                             error_is(refusal, VIR_ERR_OPERATION_ABORTED)
                                 ? JOB_CANCELLED
                                 : JOB_FAILED,
                             refusal->message);
    g_propagate_error(error, g_steal_pointer(&refusal));
    return NULL;
}

/* What is awaited of the migration @id; NULL if nothing is any more. */
static MemoryArrival *
find_arrival(const MemorySession *session, const MigrationCookie *cookie)
{
    LOCK_SCOPE(&session->host->lock);
    const MemoryDomain *vm = memory_host_find_uuid(session->host, cookie->uuid);

    return vm && vm->arrival && memory_migrate_job(vm, cookie->id)
               ? memory_arrival_ref(vm->arrival)
               : NULL;
}

/* What is not there cannot be thrown away either. */
static virDomainPtr
finish_awaited(virConnectPtr conn, const MigrationCookie *cookie,
               const MemoryArrival *arrival, const GError *problem,
               GError **error)
{
    const MemorySession *session = conn->session;
    MemoryDomain *vm = NULL;
    virDomainPtr domain = NULL;

    memory_host_lock(session->host);
    vm = memory_host_find_uuid(session->host, cookie->uuid);
    if (vm && arrival && vm->arrival == arrival) {
        domain = finish(conn, vm, cookie->id, problem, error);
    } else {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "the domain is not coming here any more; somebody has ended it, "
             "or its connection was closed");
    }
    memory_host_unlock(session->host);
    return domain;
}

/* The wait is without the lock: whoever sends may need it. */
virDomainPtr
memory_migrate_finish(virConnectPtr conn, const MigrationStep *step,
                      bool is_cancelled, GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    g_autoptr(MemoryArrival) arrival = NULL;
    g_autoptr(GError) problem = NULL;

    if (!cookie)
        return NULL;
    if (cookie->is_offline)
        return migrate_offline_finish(conn, cookie, is_cancelled, error);
    arrival = find_arrival(conn->session, cookie);
    if (is_cancelled) {
        fail(&problem, VIR_ERR_OPERATION_ABORTED,
             "the migration of the domain was given up at the source");
    } else if (arrival && !memory_arrival_wait(arrival, &problem)) {
        g_prefix_error(&problem, "the machine has not arrived: ");
    }
    return finish_awaited(conn, cookie, arrival, problem, error);
}
