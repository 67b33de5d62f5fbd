/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Definitions: made, replaced, renamed and taken away. */
#include "qemu/domain/domain_define.h"

#include "base/error.h"
#include "base/flags.h"
#include "model/domain/domain_rules.h"
#include "model/domain_devices.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/domain/domain_record.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/caller_rules.h"
#include "qemu/process/launch.h"
#include "qemu/recover.h"
#include "qemu/save/managed.h"
#include "qemu/save/save_job.h"
#include "qemu/session.h"
#include "qemu/watcher.h"
#include "xml/domain_xml.h"

#include <string.h>
#include <unistd.h>

#define NVRAM_FILE "nvram"

/* What outlives a definition: the second if it was asked, the first as long as
 * an interval without a name is in it. */
static const char *const kept[] = {"checkpoints", NVRAM_FILE, NULL};
static const char *const kept_always[] = {"checkpoints", NULL};

bool
domain_define_check_name(QemuSession *session, const char *name,
                         const unsigned char *uuid, GError **error)
{
    g_autoptr(GError) problem = NULL;
    const QemuDomain *other = qemu_session_find_name(session, name, &problem);

    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    return domain_rules_check_free(name, uuid, other ? other->uuid : NULL,
                                   error);
}

/* A folder without a definition may hold what an undefine that died did not get
 * to remove.  None of it belongs to the new domain but UEFI variables, which
 * stay only if that was asked. */
QemuDomain *
domain_define_make_folder(QemuSession *session, const unsigned char *uuid,
                          GError **error)
{
    g_autoptr(QemuDomain) vm = domain_record_new(session, uuid);

    vm->folder = qemu_root_open_folder(session->root, uuid, NULL, true, error);
    if (vm->folder < 0)
        return NULL;
    /* The same of a machine whose starter died before it was on record. */
    launch_end_stray(vm->folder);
    if (!qemu_root_remove_folder(session->root, uuid, kept, error))
        return NULL;
    /* The folder was removed and made anew, so its descriptor is as well. */
    domain_record_close(vm);
    vm->folder = qemu_root_open_folder(session->root, uuid, NULL, true, error);
    return vm->folder < 0 ? NULL : g_steal_pointer(&vm);
}

/* On failure the folder counts as absent, whatever of it was made. */
static QemuDomain *
define_new(QemuSession *session, DomainDef **def, GError **error)
{
    g_autoptr(QemuDomain) vm =
        domain_define_make_folder(session, (*def)->uuid, error);

    if (!vm)
        return NULL;
    vm->name = g_strdup((*def)->name);
    /* config.xml is what makes the folder a domain: until it is there a death
     * leaves nothing that counts. */
    if (!qemu_domain_touch(vm, error) ||
        !domain_record_define(vm, *def, error)) {
        (void)qemu_root_remove_folder(session->root, vm->uuid, kept,
                                      NULL); /* counts as absent anyway */
        return NULL;
    }
    /* Taken over by the record that was just written. */
    *def = NULL;
    qemu_session_add(session, vm);
    watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
                 VIR_DOMAIN_EVENT_DEFINED_ADDED);
    return g_steal_pointer(&vm);
}

bool
domain_define_put(QemuDomain *vm, DomainDef *def, GError **error)
{
    bool is_new = !vm->config;

    if (!qemu_domain_touch(vm, error) || !domain_record_define(vm, def, error))
        return false;
    watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
                 is_new ? VIR_DOMAIN_EVENT_DEFINED_ADDED
                        : VIR_DOMAIN_EVENT_DEFINED_UPDATED);
    return true;
}

/* The running machine is not touched: a definition counts from the next
 * start. */
static bool
define_again(QemuDomain *vm, DomainDef **def, GError **error)
{
    if (!domain_rules_check_kept(vm->uuid, vm->name, (*def)->name, error) ||
        !domain_record_open(vm, error) || !domain_define_put(vm, *def, error))
        return false;
    *def = NULL;
    return true;
}

/* With the session locked. */
static virDomainPtr
define_locked(virConnectPtr conn, DomainDef **def, GError **error)
{
    QemuSession *session = conn->session;
    GError *problem = NULL;
    QemuDomain *vm = NULL;
    bool is_done = true;
    virDomainPtr domain = NULL;

    session->events = conn->events;
    if (!domain_define_check_name(session, (*def)->name, (*def)->uuid, error))
        return NULL;
    vm = qemu_session_find_uuid(session, (*def)->uuid, &problem);
    /* A record that cannot be read is not replaced: it may be the domain of
     * that UUID. */
    if (problem) {
        g_propagate_error(error, problem);
        return NULL;
    }
    if (vm) {
        is_done = define_again(vm, def, error);
    } else {
        vm = define_new(session, def, error);
    }
    if (!vm)
        return NULL;
    if (is_done)
        domain = domain_object_new(conn, vm->name, vm->uuid, vm->id);
    /* In both cases, also after a failure: it takes the busy mark away, or
     * leaves it for the next call. */
    qemu_domain_close(vm);
    return domain;
}

bool
domain_define_check_type(const DomainDef *def, GError **error)
{
    if (!g_str_equal(def->type, "test"))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "domain '%s' is of type 'test', which the memory driver "
                "(test:///default) has; use 'kvm' or 'qemu'",
                def->name);
}

/* The reading is done before the lock, the rest under it. */
virDomainPtr
qemu_domain_define_xml(virConnectPtr conn, const char *xml, unsigned flags,
                       GError **error)
{
    g_autoptr(DomainDef) def = NULL;
    virDomainPtr domain = NULL;

    /* The reader refuses what it does not understand, asked or not. */
    if (!flags_check(flags, VIR_DOMAIN_DEFINE_VALIDATE, "a definition", error))
        return NULL;
    /* Read before the lock is taken: a large document keeps nobody waiting. */
    def = flags & VIR_DOMAIN_DEFINE_VALIDATE
              ? domain_xml_parse_strict(xml, error)
              : domain_xml_parse(xml, error);
    if (!def || !domain_define_check_type(def, error) ||
        !caller_rules_domain(def, error) ||
        !qemu_session_lock(conn->session, error))
        return NULL;
    domain = define_locked(conn, &def, error);
    qemu_session_unlock(conn->session);
    return domain;
}

/* What must be given up expressly.  A running domain gives nothing up yet. */
static bool
check_undefine(QemuDomain *vm, unsigned flags, GError **error)
{
    const unsigned nvram_flags =
        VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM;

    if (!domain_rules_check_undefine(vm->name, vm->config != NULL, error))
        return false;
    /* What runs keeps its checkpoints and variables; it only becomes
     * transient. */
    if (qemu_domain_is_active(vm))
        return true;
    /* Off, and yet with a job: it may run somewhere else. */
    if (!save_job_refuse(vm, "undefine the domain", error))
        return false;
    if (!(flags & VIR_DOMAIN_UNDEFINE_MANAGED_SAVE) &&
        !managed_save_refuse(vm, "undefine the domain", error))
        return false;
    if (!(flags & VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) &&
        !domain_refuse_checkpoints(vm, error))
        return false;
    if (!(flags & VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA) &&
        !domain_refuse_snapshots(vm, error))
        return false;
    if (!(flags & nvram_flags) &&
        faccessat(vm->folder, NVRAM_FILE, F_OK, 0) == 0) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' has UEFI variables; say whether they are to "
                    "be removed (NVRAM) or kept (KEEP_NVRAM)",
                    vm->name);
    }
    return true;
}

/* The definition goes first: from then on the folder counts as absent. */
static bool
undefine_inactive(QemuDomain *vm, unsigned flags, GError **error)
{
    const char *const *keep =
        flags & VIR_DOMAIN_UNDEFINE_KEEP_NVRAM ? kept : kept_always;
    g_autofree char *name = g_strdup(vm->name);

    /* Forgotten, retired, removed, in this order: each is harmless if the next
     * does not come, and what comes after config.xml is gone nobody needs. */
    if (!domain_forget_checkpoints(vm, error) || !job_store_retire(vm, error) ||
        !domain_record_remove_config(vm, error))
        return false;
    watcher_send(vm, name, VIR_DOMAIN_EVENT_UNDEFINED,
                 VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
    if (!qemu_root_remove_folder(vm->root, vm->uuid, keep, NULL))
        g_debug("what is left of '%s' goes when its UUID is used again", name);
    vm->is_distrusted = true;
    return true;
}

/* What runs goes on and is transient from now on; its checkpoints go with it
 * when it ends. */
static bool
undefine_active(QemuDomain *vm, GError **error)
{
    /* First: a mark without a definition would start nothing, and read as if it
     * did. */
    if (!domain_record_set_autostart(vm, false, error) ||
        !domain_record_remove_config(vm, error))
        return false;
    watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_UNDEFINED,
                 VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
    return true;
}

bool
domain_define_remove(QemuDomain *vm, unsigned flags, GError **error)
{
    if (!qemu_domain_touch(vm, error))
        return false;
    if (qemu_domain_is_active(vm) ? undefine_active(vm, error)
                                  : undefine_inactive(vm, flags, error))
        return true;
    qemu_domain_distrust(vm);
    return false;
}

/* What must not be lost is refused first, see check_undefine(). */
int
qemu_domain_undefine(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(flags, DOMAIN_RULES_UNDEFINE_FLAGS,
                     "the end of a definition", error))
        return -1;
    call = qemu_call_begin(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    return check_undefine(vm, flags, error) &&
                   domain_define_remove(vm, flags, error)
               ? 0
               : -1;
}

/* One file written: the folder is called after the UUID, so nothing moves. */
static bool
rename_config(QemuDomain *vm, const char *new_name, GError **error)
{
    g_autoptr(DomainDef) def = domain_def_copy(vm->config);
    g_autofree char *former = g_strdup(vm->name);

    g_free(def->name);
    def->name = g_strdup(new_name);
    if (!qemu_domain_touch(vm, error) ||
        !domain_record_save_config(vm, def, error))
        return false;
    /* save_config() has taken it over. */
    def = NULL;
    watcher_send(vm, former, VIR_DOMAIN_EVENT_UNDEFINED,
                 VIR_DOMAIN_EVENT_UNDEFINED_RENAMED);
    watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
                 VIR_DOMAIN_EVENT_DEFINED_RENAMED);
    return true;
}

/* Off only, since the name is in QEMU and in the status of a run. */
int
qemu_domain_rename(virDomainPtr domain, const char *new_name, unsigned flags,
                   GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(flags, 0, "a new name", error) ||
        !domain_name_check(new_name, error))
        return -1;
    call = qemu_call_begin(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    if (!domain_rules_check_rename(vm->name, qemu_domain_is_active(vm),
                                   new_name, error) ||
        !managed_save_refuse(vm, "rename the domain", error) ||
        !domain_define_check_name(vm->session, new_name, vm->uuid, error) ||
        !rename_config(vm, new_name, error))
        return -1;
    return 0;
}

/* The mark is for whoever starts machines with the host; this driver has no
 * moment at which it could. */
int
qemu_domain_set_autostart(virDomainPtr domain, int autostart, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm ||
        !domain_rules_check_autostart(vm->name, vm->config != NULL, error))
        return -1;
    /* Nothing to write, so the other processes' caches stay good. */
    if (vm->is_autostart == (autostart != 0))
        return 0;
    if (!qemu_domain_touch(vm, error) ||
        !domain_record_set_autostart(vm, autostart != 0, error))
        return -1;
    return 0;
}
