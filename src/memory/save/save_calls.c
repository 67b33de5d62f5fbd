/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saves and dumps: begun under the host's lock, written without it. */
#include "memory/save/save_calls.h"

#include "base/error.h"
#include "memory/save/write.h"
#include "model/domain/domain_rules.h"
#include "model/save/save_file.h"
#include "xml/domain/saved_xml.h"

/* Everything that can be refused comes before the job.  @plan: with what the
 * caller gave; its text is ours from here on, and goes with us. */
static MemoryWrite *
begin(virDomainPtr domain, const char *function, SavePlan *plan, unsigned flags,
      GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_enter(domain, function, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    bool is_managed = plan->kind == MEMORY_JOB_IMAGE && !plan->path;
    g_autofree char *xml = NULL;

    if (!vm || !save_plan_check(plan, vm->name, vm->state, vm->jobs, error) ||
        (is_managed &&
         !save_plan_check_managed(vm->name, vm->config != NULL, error)) ||
        (plan->path && !save_file_check(plan->path, error)))
        return NULL;
    if (plan->kind == MEMORY_JOB_IMAGE) {
        xml = saved_xml_make(vm->live, plan->xml, error);
        if (!xml)
            return NULL;
        plan->xml = xml;
        plan->runs_again =
            domain_rules_runs_restored(flags, vm->state == VIR_DOMAIN_RUNNING);
    }
    return memory_write_begin(vm, plan, error);
}

/* The lock is free meanwhile; what it came to is asked for at the end, since
 * somebody may have ended it. */
static bool
carry_out(virDomainPtr domain, MemoryWrite *writing, GError **error)
{
    const MemorySession *session = domain->conn->session;
    g_autoptr(GError) problem = NULL;
    bool is_done = false;

    (void)memory_write_copy(writing, &problem);
    memory_host_lock(session->host);
    is_done = memory_write_conclude(domain, writing, problem, error);
    memory_host_unlock(session->host);
    return is_done;
}

int
memory_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                   unsigned flags, GError **error)
{
    SavePlan plan;
    g_autoptr(MemoryWrite) writing = NULL;

    if (!save_plan_save(&plan, path, dxml, flags, error))
        return -1;
    writing = begin(domain, __func__, &plan, flags, error);
    if (!writing || !carry_out(domain, writing, error))
        return -1;
    domain_object_set_id(domain, -1);
    return 0;
}

/* An ELF core of memory that nobody wrote to is all there is to write; the
 * compressed forms of it are for memory that is large. */
int
memory_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                   unsigned flags, GError **error)
{
    SavePlan plan;
    g_autoptr(MemoryWrite) writing = NULL;

    if (!save_plan_dump(&plan, path, format, flags, error))
        return -1;
    if (format != VIR_DOMAIN_CORE_DUMP_FORMAT_RAW) {
        fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
             "the memory driver writes no cores of format '%s'; leave the "
             "format out",
             plan.format);
        return -1;
    }
    writing = begin(domain, __func__, &plan, flags, error);
    if (!writing || !carry_out(domain, writing, error))
        return -1;
    if (plan.then == MEMORY_THEN_CRASH)
        domain_object_set_id(domain, -1);
    return 0;
}
