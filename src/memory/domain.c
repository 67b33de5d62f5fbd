/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/domain.h"

#include "base/error.h"
#include "driver/event_queue.h"
#include "memory/block/blockjob.h"
#include "memory/block/chain.h"
#include "memory/block/tell.h"
#include "memory/block/threshold.h"
#include "memory/fault.h"
#include "memory/guest/agent.h"
#include "memory/migrate/limits.h"
#include "memory/save/managed.h"
#include "memory/save/write.h"
#include "memory/snapshot.h"
#include "model/device/device_alias.h"
#include "model/domain/domain_rules.h"
#include "xml/domain_xml.h"
#include "xml/host/test_xml.h"

#include <string.h>

struct MemoryCall {
    MemoryHost *host; /* locked; not a reference: the connection's session has
                         one for as long as the call lasts */
    MemoryDomain *domain;
};

/* Seen by others when the host's lock is given up, so a caller has until then
 * to make it whole. */
MemoryDomain *
memory_domain_new(MemoryHost *host, const char *name, const unsigned char *uuid)
{
    MemoryDomain *vm = g_new0(MemoryDomain, 1);

    vm->host = host;
    vm->name = g_strdup(name);
    memcpy(vm->uuid, uuid, DOMAIN_UUID_SIZE);
    vm->id = -1;
    vm->state = VIR_DOMAIN_SHUTOFF;
    vm->reason = VIR_DOMAIN_SHUTOFF_UNKNOWN;
    vm->disks = memory_disks_new();
    vm->checkpoints = checkpoint_tree_new();
    vm->snapshots = memory_snapshots_new();
    vm->jobs = job_table_new();
    vm->blockjobs = memory_blockjobs_new();
    vm->thresholds = memory_thresholds_new();
    vm->faults =
        g_ptr_array_new_with_free_func((GDestroyNotify)test_fault_free);
    g_ptr_array_add(host->domains, vm);
    return vm;
}

void
memory_domain_free(MemoryDomain *vm)
{
    if (!vm)
        return;
    g_assert(!vm->backup); /* its job was ended */
    g_assert(!vm->writing);
    g_assert(!vm->arrival);
    g_ptr_array_unref(vm->faults);
    g_ptr_array_unref(vm->blockjobs);
    g_ptr_array_unref(vm->thresholds);
    job_table_free(vm->jobs);
    memory_saved_free(vm->saved);
    memory_snapshots_free(vm->snapshots);
    checkpoint_tree_free(vm->checkpoints);
    memory_disks_free(vm->disks);
    domain_text_unref(vm->text);
    domain_def_free(vm->live);
    domain_def_free(vm->config);
    g_free(vm->name);
    g_free(vm);
}

/* @vm is gone afterwards; no handle holds it, they look it up anew. */
void
memory_domain_remove(MemoryDomain *vm)
{
    g_ptr_array_remove(vm->host->domains, vm);
    memory_domain_free(vm);
}

const DomainDef *
memory_domain_def(const MemoryDomain *vm)
{
    return vm->live ? vm->live : vm->config;
}

/* A definition that waits for the next start changes no disk. */
static void
note_definition(MemoryDomain *vm)
{
    const DomainDef *def = memory_domain_def(vm);

    g_clear_pointer(&vm->text, domain_text_unref);
    if (def)
        memory_disks_fit(vm->disks, def);
}

void
memory_domain_set_config(MemoryDomain *vm, DomainDef *def)
{
    domain_def_free(vm->config);
    vm->config = def;
    note_definition(vm);
}

void
memory_domain_set_live(MemoryDomain *vm, DomainDef *def)
{
    domain_def_free(vm->live);
    vm->live = def;
    note_definition(vm);
}

/* Made when somebody asks and kept until the definition changes: ten thousand
 * checkpoints of one definition share it. */
DomainText *
memory_domain_text(MemoryDomain *vm)
{
    if (!vm->text) {
        vm->text = domain_text_new(
            domain_xml_format(memory_domain_def(vm),
                              DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE));
    }
    return vm->text;
}

bool
memory_domain_is_active(const MemoryDomain *vm)
{
    return vm->live != NULL;
}

bool
memory_domain_require_active(const MemoryDomain *vm, int code, const char *what,
                             GError **error)
{
    if (memory_domain_is_active(vm))
        return true;
    return fail(error, code,
                "cannot %s: domain '%s' does not run; start it first", what,
                vm->name);
}

/* As a start reads the images' headers.  A disk that is new with this start is
 * one image. */
static void
complete_chains(MemoryDomain *vm, DomainDef *live)
{
    for (guint i = 0; i < live->disks->len; i++) {
        DiskDef *disk = g_ptr_array_index(live->disks, i);
        MemoryDisk *content = memory_disks_find(vm->disks, disk->target);

        if (content) {
            memory_chain_complete(memory_disk_chain(content), disk);
            *memory_disk_figures(content) = (MemoryDiskFigures){0};
        }
        if (!disk_def_is_empty(disk))
            disk_chain_state(disk);
        disk_def_number_nodes(disk);
    }
}

/* A new id for each run, so that an old one finds nothing. */
void
memory_domain_start(MemoryDomain *vm, DomainDef *live, DomainOrigin origin,
                    bool is_paused)
{
    const DomainOriginWords *words = domain_rules_origin(origin);

    vm->id = ++vm->host->last_id;
    live->id = vm->id;
    device_alias_assign(live);
    complete_chains(vm, live);
    memory_domain_set_live(vm, live);
    vm->state = is_paused ? VIR_DOMAIN_PAUSED : VIR_DOMAIN_RUNNING;
    vm->reason = is_paused ? words->paused : words->running;
    vm->cpu = (MemoryCpu){0};
    memory_limits_reset(vm);
    memory_domain_event(vm, VIR_DOMAIN_EVENT_STARTED, words->started);
    memory_agent_start(vm);
    if (!is_paused) {
        memory_agent_boot(vm);
    } else if (origin != DOMAIN_FROM_ELSEWHERE) {
        /* What has not arrived yet does not stand still either. */
        memory_domain_event(vm, VIR_DOMAIN_EVENT_SUSPENDED, words->suspended);
    }
}

/* Jobs first: they end in the machine that they were begun on.  What crashed
 * fails them, what was asked for cancels them. */
void
memory_domain_stop(MemoryDomain *vm, int reason)
{
    if (reason == VIR_DOMAIN_SHUTOFF_CRASHED) {
        memory_domain_end_jobs(vm, JOB_FAILED,
                               "the machine ended while the job was running");
    } else {
        memory_domain_end_jobs(vm, JOB_CANCELLED, "the domain was destroyed");
    }
    g_ptr_array_set_size(vm->thresholds, 0);
    vm->state = VIR_DOMAIN_SHUTOFF;
    vm->reason = reason;
    vm->id = -1;
    vm->owner = NULL;
    if (vm->config) {
        vm->config->id = -1;
        memory_domain_set_live(vm, NULL);
    }
    memory_domain_event(vm, VIR_DOMAIN_EVENT_STOPPED,
                        domain_rules_stop_detail(reason));
    if (!vm->config)
        memory_domain_remove(vm);
}

/* One that stands still goes on standing still, as with QEMU. */
void
memory_domain_restart(MemoryDomain *vm)
{
    memory_tell_reboot(vm);
    vm->frozen = 0;
    if (vm->state != VIR_DOMAIN_PAUSED) {
        vm->state = VIR_DOMAIN_RUNNING;
        vm->reason = VIR_DOMAIN_RUNNING_BOOTED;
    }
}

/* Backups and jobs on disks alike: none outlives the machine. */
void
memory_domain_end_jobs(MemoryDomain *vm, JobOutcome outcome, const char *why)
{
    Job *job = job_table_live(vm->jobs);

    if (job)
        memory_backup_finish(vm, job, outcome, why);
    memory_blockjobs_end(vm, outcome, why);
    memory_write_abandon(vm, outcome, why);
}

/* The last thing that a caller does with @vm, which may be gone. */
void
memory_domain_settle(MemoryDomain *vm)
{
    if (vm->state == VIR_DOMAIN_SHUTDOWN && !job_table_live(vm->jobs))
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
}

/* Queues have locks of their own, and nothing is delivered from here. */
void
memory_domain_event(const MemoryDomain *vm, int event, int detail)
{
    for (guint i = 0; i < vm->host->sessions->len; i++) {
        const MemorySession *session = g_ptr_array_index(vm->host->sessions, i);

        if (session->events) {
            event_queue_lifecycle(session->events, vm->name, vm->uuid, vm->id,
                                  event, detail);
        }
    }
}

/* The lock is held from here to memory_call_end(), so what a call sees does not
 * change under it, and what it leaves is whole.  Faults that a test has planned
 * come before the call does anything. */
MemoryCall *
memory_call_enter(virDomainPtr domain, const char *function, GError **error)
{
    const char *name = function + strlen("memory_");
    const MemorySession *session = domain->conn->session;
    MemoryDomain *vm = NULL;
    MemoryCall *call = NULL;

    memory_host_lock(session->host);
    vm = memory_host_find_uuid(session->host, domain->uuid);
    if (!vm) {
        memory_host_unlock(session->host);
        fail(error, VIR_ERR_NO_DOMAIN,
             "domain '%s' is no longer there; list the domains that are",
             domain->name);
        return NULL;
    }
    if (!memory_fault_check(vm, name, error)) {
        memory_host_unlock(session->host);
        return NULL;
    }
    call = g_new0(MemoryCall, 1);
    call->host = session->host;
    call->domain = vm;
    return call;
}

MemoryDomain *
memory_call_domain(MemoryCall *call)
{
    return call->domain;
}

void
memory_call_end(MemoryCall *call)
{
    if (!call)
        return;
    memory_host_unlock(call->host);
    g_free(call);
}
