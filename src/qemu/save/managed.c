/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/save/managed.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "model/domain/domain_rules.h"
#include "qemu/save/restore.h"

#include <fcntl.h>
#include <unistd.h>

#define USED_FILE "managed.used"

/* In the domain's folder, which goes with the domain: an image that nobody can
 * start from any more is not left behind. */
char *
managed_save_path(const QemuDomain *vm)
{
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);

    return g_build_filename(folder, MANAGED_SAVE_FILE, NULL);
}

/* By the folder's descriptor; a link does not count as the file it leads to. */
static bool
is_there(const QemuDomain *vm, const char *name)
{
    return faccessat(vm->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Only the one that can be started from: one that is used up is nobody's state. */
bool
managed_save_is_there(const QemuDomain *vm)
{
    return is_there(vm, MANAGED_SAVE_FILE);
}

/* The state is in QEMU: from here on the file is that of a guest that may have
 * gone on. */
static bool
use(QemuDomain *vm, const void *data, GError **error)
{
    return restore_load(vm, data, error) &&
           atomic_file_rename(vm->folder, MANAGED_SAVE_FILE, USED_FILE, error);
}

/* The plan is made first, so that an image which cannot be read leaves the domain
 * as it is, off and with its image. */
bool
managed_save_start(QemuDomain *vm, unsigned flags, GError **error)
{
    g_autofree char *path = managed_save_path(vm);
    g_autoptr(RestorePlan) plan = restore_plan_new(path, NULL, error);

    if (!plan) {
        g_prefix_error(
            error,
            "cannot go on from the saved state of domain '%s'; start "
            "it anew with --force-boot: ",
            vm->name);
        return false;
    }
    if (!restore_check_owner(plan, vm, error))
        return false;
    plan->how.load = use;
    plan->how.flags |=
        flags & (VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_RESET_NVRAM |
                 VIR_DOMAIN_START_AUTODESTROY);
    /* A start that fails has ended as one whose guest never ran, and the state
     * has its name back by that (managed_save_recover()). */
    if (!domain_start(vm, &plan->how, error))
        return false;
    if (!atomic_file_remove(vm->folder, USED_FILE, NULL))
        qemu_domain_distrust(vm); /* the next call tries again */
    return true;
}

/* Given up by somebody who wants the machine from nothing. */
bool
managed_save_remove(QemuDomain *vm, GError **error)
{
    return !managed_save_is_there(vm) ||
           (qemu_domain_touch(vm, error) &&
            atomic_file_remove(vm->folder, MANAGED_SAVE_FILE, error));
}

/* The guest that was to go on, and was not let go by who died. */
static bool
let_go(QemuDomain *vm, GError **error)
{
    QmpClient *qmp = NULL;

    if (vm->state != VIR_DOMAIN_RUNNING ||
        vm->reason != VIR_DOMAIN_RUNNING_RESTORED)
        return true;
    qmp = qemu_domain_monitor(vm, error);
    return qmp && qmp_client_run(qmp, "cont", NULL, error);
}

bool
managed_save_recover(QemuDomain *vm, GError **error)
{
    bool is_active = qemu_domain_is_active(vm);

    /* Nobody was at it, as nearly always. */
    if (!is_there(vm, USED_FILE))
        return true;
    if (!qemu_domain_touch(vm, error))
        return false;
    /* "Failed" is said of a run whose guest never had its turn. */
    if (!is_active && vm->reason == VIR_DOMAIN_SHUTOFF_FAILED) {
        return atomic_file_rename(vm->folder, USED_FILE, MANAGED_SAVE_FILE,
                                  error);
    }
    return (!is_active || let_go(vm, error)) &&
           atomic_file_remove(vm->folder, USED_FILE, error);
}

/* For everything that would change the disks that the image belongs to, or the
 * domain that finds it. */
bool
managed_save_refuse(const QemuDomain *vm, const char *what, GError **error)
{
    return domain_rules_check_managed(vm->name, managed_save_is_there(vm), what,
                                      error);
}
