/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/save/restore.h"

#include "base/error.h"
#include "base/fd.h"
#include "model/block/disk_chain.h"
#include "qemu/save/stream.h"
#include "xml/domain_xml.h"

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

/* As @new, but with the disks where those of @old are, and the rest spelled in
 * one way. */
static char *
text_without_places(const DomainDef *old, const DomainDef *new)
{
    g_autoptr(DomainDef) copy = domain_def_copy(new);

    for (guint i = 0; i < copy->disks->len; i++) {
        DiskDef *disk = g_ptr_array_index(copy->disks, i);
        const DiskDef *then = domain_def_find_disk(old, disk->target);

        if (then && !disk_def_is_empty(then) && !disk_def_is_empty(disk))
            disk_chain_follow(disk, then);
    }
    return domain_xml_format(copy, DOMAIN_FORMAT_INACTIVE);
}

DomainDef *
restore_change(const char *xml, const char *dxml, GError **error)
{
    g_autoptr(DomainDef) old = domain_xml_parse(xml, error);
    g_autoptr(DomainDef) new = old ? domain_xml_parse(dxml, error) : NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    if (!new)
        return NULL;
    /* By their text, which has everything that the guest could see: a field that
     * is added to the model later is compared without anybody thinking of it. */
    before = text_without_places(old, old);
    after = text_without_places(old, new);
    if (g_str_equal(before, after))
        return g_steal_pointer(&new);
    fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
         "the given definition is of another machine than the saved '%s': only "
         "where its disks are may differ",
         old->name);
    return NULL;
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
    plan->machine = dxml ? restore_change(plan->image->xml, dxml, error)
                         : domain_xml_parse(plan->image->xml, error);
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

/* What was asked for at the restore counts more than what was at the save, and
 * that more than what the guest did then. */
bool
restore_wish(unsigned flags, bool was_running)
{
    if (flags & VIR_DOMAIN_SAVE_RUNNING)
        return true;
    return flags & VIR_DOMAIN_SAVE_PAUSED ? false : was_running;
}
