/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/save/managed.h"

#include "base/error.h"
#include "base/flags.h"
#include "memory/save/write.h"
#include "model/save/save_plan.h"
#include "xml/domain/saved_xml.h"
#include "xml/domain_xml.h"

/* As text, which is what a definition that is to replace it is held against. */
struct MemorySaved {
    char *xml; /* of the run, with its passwords */
    bool was_running;
    unsigned frozen; /* file systems: the guest knows nothing of its pause */
};

MemorySaved *
memory_saved_new(const char *xml, bool was_running, unsigned frozen)
{
    MemorySaved *saved = g_new0(MemorySaved, 1);

    saved->xml = g_strdup(xml);
    saved->was_running = was_running;
    saved->frozen = frozen;
    return saved;
}

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
    memory_write_note(vm, VIR_DOMAIN_JOB_OPERATION_RESTORE);
    memory_saved_free(saved);
    return true;
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

char *
memory_managed_save_xml(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const MemorySaved *saved = NULL;

    if (!flags_check(flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE,
                     "a saved domain's XML", error))
        return NULL;
    call = memory_call_begin(domain, error);
    saved = get_saved(call, error);
    return saved ? saved_xml_show(saved->xml, flags, error) : NULL;
}

/* Held against what is saved, not against what is defined: the state is that
 * machine's and no other's.  Refused, the image stays as it was. */
int
memory_managed_save_define(virDomainPtr domain, const char *dxml,
                           unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    g_autofree char *moved = NULL;
    MemorySaved *saved = NULL;

    if (!flags_check(flags, SAVE_PLAN_CHANGE_FLAGS,
                     "a change of a saved domain", error))
        return -1;
    call = memory_call_begin(domain, error);
    saved = get_saved(call, error);
    moved = saved ? saved_xml_move(saved->xml, dxml, error) : NULL;
    if (!moved)
        return -1;
    g_free(saved->xml);
    saved->xml = g_steal_pointer(&moved);
    saved->was_running = domain_rules_runs_restored(flags, saved->was_running);
    return 0;
}
