/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/save/save_calls.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/flags.h"
#include "qemu/domain/domain_create.h"
#include "qemu/process/caller_rules.h"
#include "qemu/save/managed.h"
#include "qemu/save/restore.h"
#include "qemu/save/save_job.h"
#include "xml/domain/saved_xml.h"
#include "xml/domain_xml.h"

/* ---- saving ---- */

/* @plan: with what the caller gave.  *@ret_path: (transfer full): where it goes.  Returns the job's id, or -1. */
static int
begin_save(virDomainPtr domain, SavePlan *plan, unsigned flags, char **ret_path,
           int *ret_file, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    g_autofree char *path = NULL;
    g_autofree char *xml = NULL;
    const Job *job = NULL;

    if (!vm)
        return -1;
    if (!plan->path &&
        !save_plan_check_managed(vm->name, vm->config != NULL, error))
        return -1;
    path = plan->path ? g_strdup(plan->path) : managed_save_path(vm);
    plan->path = path;
    if (!save_job_check(vm, plan, error))
        return -1;
    xml = saved_xml_make(vm->live, plan->xml, error);
    if (!xml)
        return -1;
    plan->xml = xml;
    plan->runs_again =
        domain_rules_runs_restored(flags, vm->state == VIR_DOMAIN_RUNNING);
    job = save_job_begin(vm, plan, ret_file, error);
    if (!job)
        return -1;
    *ret_path = g_steal_pointer(&path);
    return job->id;
}

/* The lock is held for the begin, and for each look at how it goes; in between
 * others may ask, abort, and see it through should we die. */
int
qemu_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                 unsigned flags, GError **error)
{
    SavePlan plan;
    g_autofree char *place = NULL;
    g_auto(AutoFd) file = -1;
    int id = -1;

    if (!save_plan_save(&plan, path, dxml, flags, error) ||
        !caller_may_name(CALLER_BACKUPS, path, error))
        return -1;
    id = begin_save(domain, &plan, flags, &place, &file, error);
    if (id < 0)
        return -1;
    return save_job_await(domain, id, place, file, error) ? 0 : -1;
}

/* ---- restoring ---- */

int
qemu_domain_restore(virConnectPtr conn, const char *path, const char *dxml,
                    unsigned flags, GError **error)
{
    g_autoptr(RestorePlan) plan = NULL;
    virDomainPtr domain = NULL;

    if (!flags_check(flags, SAVE_PLAN_RESTORE_FLAGS, "a restore", error) ||
        !caller_may_name(CALLER_BACKUPS, path, error))
        return -1;
    plan = restore_plan_new(path, dxml, error);
    /* The file is whoever's that could write it, and so is the machine in it. */
    if (!plan || !caller_rules_domain(plan->machine, error))
        return -1;
    plan->how.flags =
        domain_rules_runs_restored(flags, plan->image->was_running)
            ? 0
            : VIR_DOMAIN_START_PAUSED;
    if (flags & VIR_DOMAIN_SAVE_RESET_NVRAM)
        plan->how.flags |= VIR_DOMAIN_START_RESET_NVRAM;
    domain = domain_create_run(conn, &plan->how, error);
    if (!domain)
        return -1;
    /* The call has no place for it; whoever wants one looks the name up. */
    domain_object_unref(domain);
    return 0;
}

/* ---- images ---- */

/* Neither needs the root's lock: a file of the caller's own is no part of it. */
char *
qemu_save_image_xml(virConnectPtr conn, const char *path, unsigned flags,
                    GError **error)
{
    (void)conn;
    return caller_may_name(CALLER_BACKUPS, path, error)
               ? saved_xml_show_file(path, flags, error)
               : NULL;
}

int
qemu_save_image_define(virConnectPtr conn, const char *path, const char *dxml,
                       unsigned flags, GError **error)
{
    (void)conn;
    return caller_may_name(CALLER_BACKUPS, path, error) &&
                   saved_xml_change_file(path, dxml, flags, error)
               ? 0
               : -1;
}

/* ---- the image that a domain keeps itself ---- */

/* The domain's next start takes it as it is, whoever asks for that. */
static bool
may_define(const char *dxml, GError **error)
{
    g_autoptr(DomainDef) machine = NULL;

    if (!caller_is_bound() || !dxml)
        return true;
    machine = domain_xml_parse(dxml, error);
    return machine && caller_rules_domain(machine, error);
}

/* The file's presence is the answer; whether it is whole shows when it is
 * started from, and an image under this name is. */
int
qemu_managed_save_has(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);

    return call ? managed_save_is_there(qemu_call_domain(call)) : -1;
}

/* Not an error if there is none, so that it can be repeated. */
int
qemu_managed_save_remove(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);

    return call && managed_save_remove(qemu_call_domain(call), error) ? 0 : -1;
}

/* The domain has one; and its path.  Under the lock to the end of the call, so
 * that nobody starts from it meanwhile. */
static char *
get_managed(QemuCall *call, GError **error)
{
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return NULL;
    if (managed_save_is_there(vm))
        return managed_save_path(vm);
    fail(error, VIR_ERR_OPERATION_INVALID,
         "domain '%s' has no managed save image", vm->name);
    return NULL;
}

/* Passwords are in the file; whether they may be shown the interface has
 * decided. */
char *
qemu_managed_save_xml(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    g_autofree char *path = NULL;

    /* Before anything is looked at, as everywhere. */
    if (!flags_check(flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE,
                     "a saved domain's XML", error))
        return NULL;
    call = qemu_call_begin(domain, error);
    path = get_managed(call, error);
    return path ? saved_xml_show_file(path, flags, error) : NULL;
}

int
qemu_managed_save_define(virDomainPtr domain, const char *dxml, unsigned flags,
                         GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    g_autofree char *path = NULL;

    if (!flags_check(flags, SAVE_PLAN_CHANGE_FLAGS,
                     "a change of a saved domain", error))
        return -1;
    call = qemu_call_begin(domain, error);
    path = get_managed(call, error);
    return path && may_define(dxml, error) &&
                   saved_xml_change_file(path, dxml, flags, error)
               ? 0
               : -1;
}
