/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that make a machine run. */
#include "qemu/domain/domain_create.h"

#include "base/error.h"
#include "base/flags.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/domain/domain_define.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/process/caller_rules.h"
#include "qemu/save/managed.h"
#include "qemu/save/save_job.h"
#include "qemu/session.h"
#include "qemu/snapshot/snapshot_hold.h"
#include "qemu/watcher.h"
#include "xml/domain_xml.h"

#define CREATE_FLAGS                                          \
    (VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY | \
     VIR_DOMAIN_START_VALIDATE | VIR_DOMAIN_START_RESET_NVRAM)
#define START_FLAGS \
    (CREATE_FLAGS | VIR_DOMAIN_START_BYPASS_CACHE | VIR_DOMAIN_START_FORCE_BOOT)

/* libvirt's code for a start of what runs. */
static bool
check_off(const QemuDomain *vm, GError **error)
{
    if (!qemu_domain_is_active(vm))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' runs already, with id %d", vm->name, vm->id);
}

/* A saved state is what the machine is; without it the guest's disks look as
 * after a power cut, so only who says so gets that. */
static bool
start_defined(QemuDomain *vm, unsigned flags, GError **error)
{
    const DomainStart how = {.flags = flags};

    if (flags & VIR_DOMAIN_START_FORCE_BOOT && !managed_save_remove(vm, error))
        return false;
    return managed_save_is_there(vm) ? managed_save_start(vm, flags, error)
                                     : domain_start(vm, &how, error);
}

/* A domain that runs is refused; one whose start died has been ended by the
 * call's begin. */
int
qemu_domain_create(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(flags, START_FLAGS, "the start of a domain", error))
        return -1;
    call = qemu_call_begin(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    /* Off, and with a job of its memory: the guest may run at the other end of a
     * migration, and must not run twice. */
    if (!check_off(vm, error) ||
        !save_job_refuse(vm, "start the domain", error) ||
        !snapshot_hold_check_start(vm, error) ||
        !start_defined(vm, flags, error))
        return -1;
    /* The caller's handle tells the id of this run from now on. */
    domain_object_set_id(domain, vm->id);
    return 0;
}

/* What a call's begin does with a domain that is there.  False with @error; a
 * transient one that is found dead is gone: *@vm is NULL then. */
static bool
look_after(QemuSession *session, QemuDomain **vm, GError **error)
{
    if (!domain_record_open(*vm, error))
        return false;
    watcher_compare(*vm);
    if (!domain_end_notice(*vm, error) || !qemu_domain_take_up(*vm, error))
        return false;
    if (qemu_domain_def(*vm)) {
        return check_off(*vm, error) &&
               save_job_refuse(*vm, "start the domain", error);
    }
    qemu_session_forget(session, g_steal_pointer(vm));
    return true;
}

/* Nothing of it is on disk until its run is: its folder counts as absent, and a
 * death in here leaves no domain. */
static QemuDomain *
add_transient(QemuSession *session, const DomainDef *machine, GError **error)
{
    QemuDomain *vm = domain_define_make_folder(session, machine->uuid, error);

    if (!vm)
        return NULL;
    vm->name = g_strdup(machine->name);
    qemu_session_add(session, vm);
    return vm;
}

/* With its name as in @machine: another one would rename it behind its back. */
static bool
check_same_name(const QemuDomain *vm, const DomainDef *machine, GError **error)
{
    char text[DOMAIN_UUID_TEXT_SIZE];

    if (g_str_equal(vm->name, machine->name))
        return true;
    uuid_format(vm->uuid, text);
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "UUID %s belongs to domain '%s', and not to '%s'", text,
                vm->name, machine->name);
}

/* A start that fails has been taken back; what is left of one that was never there
 * before is its folder. */
static bool
run(QemuDomain *vm, const DomainStart *how, GError **error)
{
    if (check_same_name(vm, how->machine, error) &&
        (!how->check || how->check(vm, how->data, error)) &&
        domain_start(vm, how, error))
        return true;
    /* One that never was has left its folder, which counts as absent. */
    if (!qemu_domain_def(vm)) {
        (void)qemu_root_remove_folder(vm->root, vm->uuid, NULL, NULL);
        qemu_domain_distrust(vm);
    }
    return false;
}

/* With the session locked. */
static virDomainPtr
run_locked(virConnectPtr conn, const DomainStart *how, GError **error)
{
    QemuSession *session = conn->session;
    const DomainDef *machine = how->machine;
    GError *problem = NULL;
    QemuDomain *vm = NULL;
    virDomainPtr domain = NULL;
    bool is_off = true;

    session->events = conn->events;
    if (!domain_define_check_name(session, machine->name, machine->uuid, error))
        return NULL;
    vm = qemu_session_find_uuid(session, machine->uuid, &problem);
    if (problem) {
        g_propagate_error(error, problem);
        return NULL;
    }
    if (vm)
        is_off = look_after(session, &vm, error);
    if (!vm && is_off)
        vm = add_transient(session, machine, error);
    if (vm && is_off && run(vm, how, error))
        domain = domain_object_new(conn, vm->name, vm->uuid, vm->id);
    /* In any case: it takes the busy mark away, or leaves it for the next
     * call. */
    if (vm)
        qemu_domain_close(vm);
    return domain;
}

/* Both locks for all of it: between the look for the name and the start nobody
 * else may take it. */
virDomainPtr
domain_create_run(virConnectPtr conn, const DomainStart *how, GError **error)
{
    virDomainPtr domain = NULL;

    if (!domain_define_check_type(how->machine, error) ||
        !qemu_session_lock(conn->session, error))
        return NULL;
    domain = run_locked(conn, how, error);
    qemu_session_unlock(conn->session);
    return domain;
}

/* A document in the place of a definition; all else is as with one. */
virDomainPtr
qemu_domain_create_xml(virConnectPtr conn, const char *xml, unsigned flags,
                       GError **error)
{
    g_autoptr(DomainDef) machine = NULL;
    DomainStart how = {.flags = flags};

    if (!flags_check(flags, CREATE_FLAGS, "the start of a domain", error))
        return NULL;
    machine = flags & VIR_DOMAIN_START_VALIDATE
                  ? domain_xml_parse_strict(xml, error)
                  : domain_xml_parse(xml, error);
    how.machine = machine;
    return machine && caller_rules_domain(machine, error)
               ? domain_create_run(conn, &how, error)
               : NULL;
}
