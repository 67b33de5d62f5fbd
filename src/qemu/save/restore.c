/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/save/restore.h"

#include "base/error.h"
#include "base/fd.h"
#include "qemu/save/stream.h"
#include "xml/domain/saved_xml.h"

#include <string.h>

/* Also of one whose making failed half-way: the descriptor is -1 then. */
void
restore_plan_free(RestorePlan *plan)
{
    if (!plan)
        return;
    save_image_free(plan->image);
    domain_def_free(plan->machine);
    auto_fd_close(plan->file);
    g_free(plan);
}

/* Everything that can be refused about the file, before there is a machine. */
RestorePlan *
restore_plan_new(const char *path, const char *dxml, GError **error)
{
    g_autoptr(RestorePlan) plan = g_new0(RestorePlan, 1);

    plan->file = -1;
    plan->image = save_image_open(path, false, &plan->file, error);
    if (!plan->image)
        return NULL;
    plan->machine = saved_xml_machine(plan->image->xml, dxml, error);
    if (!plan->machine)
        return NULL;
    /* QEMU is to wait for the stream before it does anything with its images. */
    plan->how = (DomainStart){
        .machine = plan->machine,
        .load = restore_load,
        .data = plan,
        .origin = DOMAIN_FROM_SAVE,
        .awaits_memory = true,
        .flags = plan->image->was_running ? 0 : VIR_DOMAIN_START_PAUSED,
    };
    return g_steal_pointer(&plan);
}

/* The file lies in the domain's folder, and still may have been put there by hand
 * from another one. */
bool
restore_check_owner(const RestorePlan *plan, const QemuDomain *vm,
                    GError **error)
{
    if (memcmp(plan->machine->uuid, vm->uuid, sizeof(vm->uuid)) == 0 &&
        g_str_equal(plan->machine->name, vm->name))
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "the saved state that is there for domain '%s' is of domain "
                "'%s'",
                vm->name, plan->machine->name);
}

/* Into a QEMU that was started for it; the guest stands still afterwards. */
bool
restore_load(QemuDomain *vm, const void *data, GError **error)
{
    const RestorePlan *plan = data;
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    return qmp && stream_load(qmp, plan->file, error);
}
