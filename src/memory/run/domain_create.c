/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/run/domain_create.h"

#include "base/error.h"
#include "base/flags.h"
#include "memory/save/managed.h"
#include "memory/save/write.h"
#include "xml/domain_xml.h"
#include "xml/host/test_xml.h"

#define CREATE_FLAGS                                          \
    (VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY | \
     VIR_DOMAIN_START_VALIDATE | VIR_DOMAIN_START_RESET_NVRAM)
#define START_FLAGS \
    (CREATE_FLAGS | VIR_DOMAIN_START_BYPASS_CACHE | VIR_DOMAIN_START_FORCE_BOOT)

/* Without the lock: a document says nothing yet about the host. */
bool
memory_domain_check_document(const DomainDef *def, GError **error)
{
    if (!test_xml_check(def, error))
        return false;
    if (g_str_equal(def->type, "test"))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "domain '%s' is of type '%s'; the memory driver has domains of "
                "type 'test' only",
                def->name, def->type);
}

/* libvirt's code for a start of what runs. */
static bool
check_off(const MemoryDomain *vm, GError **error)
{
    if (!memory_domain_is_active(vm))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' runs already, with id %d", vm->name, vm->id);
}

/* ---- what is defined ---- */

/* A saved state is what the machine is; without it the guest's disks look as
 * after a power cut, so only who says so gets that. */
static bool
start_defined(MemoryDomain *vm, unsigned flags, GError **error)
{
    bool is_paused = flags & VIR_DOMAIN_START_PAUSED;

    /* Given up only now, when nothing refuses the start any more. */
    if (flags & VIR_DOMAIN_START_FORCE_BOOT) {
        g_clear_pointer(&vm->saved, memory_saved_free);
    }
    if (vm->saved)
        return memory_saved_start(vm, is_paused, error);
    memory_domain_start(vm, domain_def_copy(vm->config), DOMAIN_FROM_NOTHING,
                        is_paused);
    return true;
}

/* Whatever is off has a definition, else it would be gone.  The caller's handle
 * tells the id of this run from now on.  AUTODESTROY is of this run alone: the
 * next start of a defined domain is nobody's. */
int
memory_domain_create(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, START_FLAGS, "the start of a domain", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    if (!vm || !check_off(vm, error) || !start_defined(vm, flags, error))
        return -1;
    if (flags & VIR_DOMAIN_START_AUTODESTROY)
        vm->owner = domain->conn->session;
    domain_object_set_id(domain, vm->id);
    return 0;
}

/* ---- what is described ---- */

/* Under its name and no other: a start is no rename. */
MemoryDomain *
memory_domain_find_or_add(MemoryHost *host, const DomainDef *machine,
                          bool *ret_is_new, GError **error)
{
    const MemoryDomain *namesake = memory_host_find_name(host, machine->name);
    MemoryDomain *vm = memory_host_find_uuid(host, machine->uuid);

    if (!domain_rules_check_free(machine->name, machine->uuid,
                                 namesake ? namesake->uuid : NULL, error))
        return NULL;
    if (vm &&
        (!check_off(vm, error) ||
         !domain_rules_check_kept(vm->uuid, vm->name, machine->name, error)))
        return NULL;
    *ret_is_new = !vm;
    return vm ? vm : memory_domain_new(host, machine->name, machine->uuid);
}

/* Disks of a domain that is there are as they are, as files on a host would be;
 * those of one that was gone are only in what was saved. */
static void
run(MemoryDomain *vm, const DomainDef *machine, const MemoryStart *how,
    bool is_new)
{
    DomainDef *live = domain_def_copy(machine);

    if (how->state)
        memory_disks_relocate(vm->disks, live);
    memory_domain_start(vm, live, how->origin, how->is_paused);
    if (!how->state)
        return;
    if (is_new)
        memory_state_fill(how->state, vm);
    /* After the start, which has a fresh guest with nothing frozen. */
    vm->frozen = how->state->frozen;
    memory_write_note(vm, VIR_DOMAIN_JOB_OPERATION_RESTORE);
}

/* One lock for all of it: between the look for the name and the start nobody
 * else may take it. */
virDomainPtr
memory_domain_run(virConnectPtr conn, const DomainDef *machine,
                  const MemoryStart *how, GError **error)
{
    MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);
    bool is_new = false;
    MemoryDomain *vm =
        memory_domain_find_or_add(session->host, machine, &is_new, error);

    if (!vm)
        return NULL;
    run(vm, machine, how, is_new);
    if (how->ends_with_session)
        vm->owner = session;
    return domain_object_new(conn, vm->name, vm->uuid, vm->id);
}

/* The same flags as of one that is defined, where they have a meaning. */
virDomainPtr
memory_domain_create_xml(virConnectPtr conn, const char *xml, unsigned flags,
                         GError **error)
{
    g_autoptr(DomainDef) machine = NULL;
    const MemoryStart how = {
        .origin = DOMAIN_FROM_NOTHING,
        .is_paused = flags & VIR_DOMAIN_START_PAUSED,
        .ends_with_session = flags & VIR_DOMAIN_START_AUTODESTROY,
    };

    if (!flags_check(flags, CREATE_FLAGS, "the start of a domain", error))
        return NULL;
    machine = flags & VIR_DOMAIN_START_VALIDATE
                  ? domain_xml_parse_strict(xml, error)
                  : domain_xml_parse(xml, error);
    return machine && memory_domain_check_document(machine, error)
               ? memory_domain_run(conn, machine, &how, error)
               : NULL;
}

/* From the end, since a transient one leaves the list. */
void
memory_domain_end_owned(const MemorySession *session)
{
    const GPtrArray *domains = session->host->domains;

    for (guint i = domains->len; i > 0; i--) {
        MemoryDomain *vm = g_ptr_array_index(domains, i - 1);

        if (vm->owner == session)
            memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_DESTROYED);
    }
}
