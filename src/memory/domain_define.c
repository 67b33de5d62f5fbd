/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Definitions: made, replaced, renamed and taken away. */
#include "base/error.h"
#include "base/flags.h"
#include "memory/block/tell.h"
#include "memory/domain.h"
#include "memory/domain_calls.h"
#include "memory/run/domain_create.h"
#include "memory/save/managed.h"
#include "memory/snapshot.h"
#include "model/domain/domain_rules.h"
#include "model/save/save_plan.h"
#include "xml/domain/metadata_xml.h"
#include "xml/domain_xml.h"

/* The name must be free, or belong to the domain with the same UUID. */
static bool
check_name(const MemoryHost *host, const char *name, const unsigned char *uuid,
           GError **error)
{
    const MemoryDomain *other = memory_host_find_name(host, name);

    return domain_rules_check_free(name, uuid, other ? other->uuid : NULL,
                                   error);
}

/* Without the lock: a document may be long, and says nothing yet about the
 * host. */
static DomainDef *
read_document(const char *xml, unsigned flags, GError **error)
{
    g_autoptr(DomainDef) def = flags & VIR_DOMAIN_DEFINE_VALIDATE
                                   ? domain_xml_parse_strict(xml, error)
                                   : domain_xml_parse(xml, error);

    return def && memory_domain_check_document(def, error)
               ? g_steal_pointer(&def)
               : NULL;
}

virDomainPtr
memory_domain_define_xml(virConnectPtr conn, const char *xml, unsigned flags,
                         GError **error)
{
    const MemorySession *session = conn->session;
    g_autoptr(DomainDef) def = NULL;
    MemoryDomain *vm = NULL;
    bool is_new = false;

    if (!flags_check(flags, VIR_DOMAIN_DEFINE_VALIDATE, "a definition", error))
        return NULL;
    def = read_document(xml, flags, error);
    if (!def)
        return NULL;
    {
        LOCK_SCOPE(&session->host->lock);

        vm = memory_host_find_uuid(session->host, def->uuid);
        if (!check_name(session->host, def->name, def->uuid, error) ||
            (vm &&
             !domain_rules_check_kept(vm->uuid, vm->name, def->name, error)))
            return NULL;
        is_new = !vm;
        if (is_new)
            vm = memory_domain_new(session->host, def->name, def->uuid);
        memory_domain_set_config(vm, g_steal_pointer(&def));
        memory_domain_event(vm, VIR_DOMAIN_EVENT_DEFINED,
                            is_new ? VIR_DOMAIN_EVENT_DEFINED_ADDED
                                   : VIR_DOMAIN_EVENT_DEFINED_UPDATED);
        return domain_object_new(conn, vm->name, vm->uuid, vm->id);
    }
}

/* What must be given up expressly.  A running domain gives nothing up yet. */
static bool
check_undefine(const MemoryDomain *vm, unsigned flags, GError **error)
{
    g_autoptr(GPtrArray) checkpoints = NULL;

    if (!domain_rules_check_undefine(vm->name, vm->config != NULL, error))
        return false;
    if (memory_domain_is_active(vm))
        return true;
    if (!(flags & VIR_DOMAIN_UNDEFINE_MANAGED_SAVE) &&
        !memory_saved_refuse(vm, "undefine the domain", error))
        return false;
    checkpoints = checkpoint_tree_list(vm->checkpoints, NULL, 0);
    return (flags & VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA ||
            domain_rules_check_left(vm->name, checkpoints->len, "checkpoints",
                                    error)) &&
           (flags & VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA ||
            domain_rules_check_left(vm->name,
                                    memory_snapshots_count(vm->snapshots),
                                    "snapshots", error));
}

/* What runs becomes transient, and is gone when it stops. */
int
memory_domain_undefine(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, DOMAIN_RULES_UNDEFINE_FLAGS,
                     "the end of a definition", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    if (!vm ||
        !save_plan_refuse(vm->name, vm->jobs, "undefine the domain", error) ||
        !check_undefine(vm, flags, error))
        return -1;
    memory_domain_event(vm, VIR_DOMAIN_EVENT_UNDEFINED,
                        VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
    if (memory_domain_is_active(vm)) {
        vm->is_autostart = false;
        memory_domain_set_config(vm, NULL);
    } else {
        memory_domain_remove(vm);
    }
    return 0;
}

/* Two events, as libvirt sends them: under the old name the domain is gone,
 * under the new one it is there. */
static void
rename_to(MemoryDomain *vm, const char *new_name)
{
    DomainDef *def = domain_def_copy(vm->config);

    memory_domain_event(vm, VIR_DOMAIN_EVENT_UNDEFINED,
                        VIR_DOMAIN_EVENT_UNDEFINED_RENAMED);
    g_free(def->name);
    def->name = g_strdup(new_name);
    memory_domain_set_config(vm, def);
    g_free(vm->name);
    vm->name = g_strdup(new_name);
    memory_domain_event(vm, VIR_DOMAIN_EVENT_DEFINED,
                        VIR_DOMAIN_EVENT_DEFINED_RENAMED);
}

int
memory_domain_rename(virDomainPtr domain, const char *new_name, unsigned flags,
                     GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, 0, "a new name", error) ||
        !domain_name_check(new_name, error))
        return -1;
    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    vm = memory_call_domain(call);
    if (!domain_rules_check_rename(vm->name, memory_domain_is_active(vm),
                                   new_name, error) ||
        !memory_saved_refuse(vm, "rename the domain", error) ||
        !check_name(vm->host, new_name, vm->uuid, error))
        return -1;
    rename_to(vm, new_name);
    return 0;
}

int
memory_domain_set_autostart(virDomainPtr domain, int autostart, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm ||
        !domain_rules_check_autostart(vm->name, vm->config != NULL, error))
        return -1;
    vm->is_autostart = autostart != 0;
    return 0;
}

/* A copy, since the disks' sizes are noted there too, and what cannot be is
 * refused before anything is another. */
static DomainDef *
with_note(const DomainDef *def, const DomainMetadata *metadata, GError **error)
{
    g_autoptr(DomainDef) copy = domain_def_copy(def);

    return metadata_xml_set(copy, metadata, error) &&
                   memory_domain_check_document(copy, error)
               ? g_steal_pointer(&copy)
               : NULL;
}

/* Both are made before one is put in place, so that what cannot be in one of
 * them changes neither. */
int
memory_domain_set_metadata(virDomainPtr domain, const DomainMetadata *metadata,
                           unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    g_autoptr(DomainDef) live = NULL;
    g_autoptr(DomainDef) config = NULL;
    unsigned impact = 0;

    if (!flags_check(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG,
                     "a note about a domain", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    if (!vm || !domain_rules_impact(vm->name, memory_domain_is_active(vm),
                                    vm->config != NULL, flags, &impact, error))
        return -1;
    if (impact & VIR_DOMAIN_AFFECT_LIVE)
        live = with_note(vm->live, metadata, error);
    if (impact & VIR_DOMAIN_AFFECT_CONFIG)
        config = with_note(vm->config, metadata, error);
    if ((!live && (impact & VIR_DOMAIN_AFFECT_LIVE)) ||
        (!config && (impact & VIR_DOMAIN_AFFECT_CONFIG)))
        return -1;
    if (live)
        memory_domain_set_live(vm, g_steal_pointer(&live));
    if (config)
        memory_domain_set_config(vm, g_steal_pointer(&config));
    memory_tell_metadata(vm, metadata->type, metadata->uri);
    return 0;
}

/* Of the run or of the definition, never of both: they may say different
 * things. */
char *
memory_domain_get_metadata(virDomainPtr domain, int type, const char *uri,
                           unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const MemoryDomain *vm = NULL;
    unsigned impact = 0;

    if (!flags_check(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG,
                     "a note about a domain", error))
        return NULL;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    if (!vm || !domain_rules_impact(vm->name, memory_domain_is_active(vm),
                                    vm->config != NULL, flags, &impact, error))
        return NULL;
    return metadata_xml_get(impact == VIR_DOMAIN_AFFECT_LIVE ? vm->live
                                                             : vm->config,
                            type, uri, error);
}
