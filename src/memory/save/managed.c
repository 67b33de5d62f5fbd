/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/save/managed.h"

#include "base/error.h"
#include "base/flags.h"
#include "model/block/disk_job_plan.h"
#include "xml/domain/domain_moved.h"
#include "xml/domain_xml.h"

#define SAVE_FLAGS                                            \
    (VIR_DOMAIN_SAVE_BYPASS_CACHE | VIR_DOMAIN_SAVE_RUNNING | \
     VIR_DOMAIN_SAVE_PAUSED)
#define CHANGE_FLAGS (VIR_DOMAIN_SAVE_RUNNING | VIR_DOMAIN_SAVE_PAUSED)

/* As text, which is what a definition that is to replace it is held against. */
struct MemorySaved {
    char *xml; /* of the run, with its passwords */
    bool was_running;
    unsigned frozen; /* file systems: the guest knows nothing of its pause */
};

/* With the domain, with its start, or given up: by whoever holds the lock. */
void
memory_saved_free(MemorySaved *saved)
{
    if (!saved)
        return;
    g_free(saved->xml);
    g_free(saved);
}

/* Asked before anything else of a call is done, so that what is refused has
 * changed nothing. */
bool
memory_saved_refuse(const MemoryDomain *vm, const char *what, GError **error)
{
    return domain_rules_check_managed(vm->name, vm->saved != NULL, what, error);
}

/* The text was made by this process and is read before anything is changed, so
 * a failure leaves the domain off, with its image. */
bool
memory_saved_start(MemoryDomain *vm, bool is_paused, GError **error)
{
    DomainDef *live = domain_xml_parse(vm->saved->xml, error);
    MemorySaved *saved = NULL;

    if (!live)
        return false;
    saved = g_steal_pointer(&vm->saved);
    /* Who says that a disk is elsewhere has moved what it holds. */
    memory_disks_relocate(vm->disks, live);
    memory_domain_start(vm, live, DOMAIN_FROM_SAVE,
                        is_paused || !saved->was_running);
    /* After the start, which has a fresh guest with nothing frozen. */
    vm->frozen = saved->frozen;
    memory_saved_free(saved);
    return true;
}

/* ---- saving ---- */

/* As the QEMU driver has it, where a save gives up the images that jobs work
 * on.  A transient domain's state would be gone with the domain. */
static bool
check_save(const MemoryDomain *vm, GError **error)
{
    const char *what = "save the domain";
    const Job *job = job_table_live(vm->jobs);

    if (!memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID, what,
                                      error))
        return false;
    if (!vm->config) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' is transient, and a managed save image "
                    "would be gone with it",
                    what, vm->name);
    }
    if (vm->state == VIR_DOMAIN_SHUTDOWN) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' has switched itself off", what, vm->name);
    }
    if (!job)
        return disk_job_refuse(vm->name, vm->jobs, NULL, what, error);
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot %s: backup %d of domain '%s' is running; end it first",
                what, job->id, vm->name);
}

/* (transfer full): what the image says the machine is. */
static char *
image_xml(const MemoryDomain *vm, const char *dxml, GError **error)
{
    const unsigned format = DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;
    g_autofree char *xml = domain_xml_format(vm->live, format);
    g_autoptr(DomainDef) moved = NULL;

    if (!dxml)
        return g_steal_pointer(&xml);
    moved = domain_moved_parse(xml, dxml, error);
    return moved ? domain_xml_format(moved, format) : NULL;
}

/* Done at once, and so without a job that anybody could look at. */
int
memory_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                   unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    g_autofree char *xml = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, SAVE_FLAGS, "a save", error))
        return -1;
    if (path) {
        fail(error, VIR_ERR_NO_SUPPORT,
             "cannot save domain '%s' to '%s': the memory driver has no memory "
             "to write; use a managed save",
             domain->name, path);
        return -1;
    }
    call = memory_call_begin(domain, error);
    if (!call || !check_save(memory_call_domain(call), error))
        return -1;
    vm = memory_call_domain(call);
    xml = image_xml(vm, dxml, error);
    if (!xml)
        return -1;
    /* From here on nothing can fail.  The note comes before the end of the run,
     * which it is about: how it stood is not known afterwards. */
    memory_saved_free(vm->saved);
    vm->saved = g_new0(MemorySaved, 1);
    vm->saved->xml = g_steal_pointer(&xml);
    vm->saved->was_running =
        domain_rules_runs_restored(flags, vm->state == VIR_DOMAIN_RUNNING);
    vm->saved->frozen = vm->frozen;
    memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_SAVED);
    return 0;
}

/* ---- the image that a domain keeps itself ---- */

/* A reader may ask; nothing is looked at but whether there is a note. */
int
memory_managed_save_has(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? memory_call_domain(call)->saved != NULL : -1;
}

/* Not an error if there is none, so that it can be repeated. */
int
memory_managed_save_remove(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    if (!call)
        return -1;
    g_clear_pointer(&memory_call_domain(call)->saved, memory_saved_free);
    return 0;
}

/* The domain's image; NULL with VIR_ERR_OPERATION_INVALID. */
static MemorySaved *
get_saved(MemoryCall *call, GError **error)
{
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm)
        return NULL;
    if (!vm->saved) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' has no managed save image", vm->name);
    }
    return vm->saved;
}

/* Passwords are in the text; whether they may be shown the interface has
 * decided. */
char *
memory_managed_save_xml(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    g_autoptr(DomainDef) machine = NULL;
    const MemorySaved *saved = NULL;
    unsigned format = DOMAIN_FORMAT_INACTIVE;

    if (!flags_check(flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE,
                     "a saved domain's XML", error))
        return NULL;
    call = memory_call_begin(domain, error);
    saved = get_saved(call, error);
    machine = saved ? domain_xml_parse(saved->xml, error) : NULL;
    if (flags & VIR_DOMAIN_SAVE_IMAGE_XML_SECURE)
        format |= DOMAIN_FORMAT_SECURE;
    return machine ? domain_xml_format(machine, format) : NULL;
}

/* Held against what is saved, not against what is defined: the state is that
 * machine's and no other's.  Refused, the image stays as it was. */
int
memory_managed_save_define(virDomainPtr domain, const char *dxml,
                           unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    g_autoptr(DomainDef) moved = NULL;
    MemorySaved *saved = NULL;

    if (!flags_check(flags, CHANGE_FLAGS, "a change of a saved domain", error))
        return -1;
    call = memory_call_begin(domain, error);
    saved = get_saved(call, error);
    moved = saved ? domain_moved_parse(saved->xml, dxml, error) : NULL;
    if (!moved)
        return -1;
    g_free(saved->xml);
    saved->xml =
        domain_xml_format(moved, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE);
    saved->was_running = domain_rules_runs_restored(flags, saved->was_running);
    return 0;
}
