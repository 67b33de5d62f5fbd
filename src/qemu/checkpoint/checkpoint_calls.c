/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that only read checkpoints. */
#include "base/error.h"
#include "base/flags.h"
#include "driver/checkpoint_query.h"
#include "qemu/checkpoint/checkpoint_steps.h"
#include "xml/checkpoint_xml.h"

/* The checkpoints as they are now: another process may have changed them.  NULL
 * with @error set, by the call's begin or by the reading. */
static const CheckpointTree *
load_tree(QemuCall *call, GError **error)
{
    const CheckpointSet *set =
        call ? checkpoint_store_load(qemu_call_domain(call), error) : NULL;

    return set ? set->tree : NULL;
}

static bool
check_measurable(const QemuDomain *vm, GError **error)
{
    if (qemu_domain_is_active(vm))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot tell sizes: domain '%s' does not run, and only QEMU "
                "counts its bitmaps; start it first",
                vm->name);
}

char *
qemu_checkpoint_xml(virDomainCheckpointPtr checkpoint, unsigned flags,
                    GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(CheckpointDef) def = NULL;
    const CheckpointTree *tree = NULL;
    const CheckpointRecord *record = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(flags, CHECKPOINT_QUERY_XML_FLAGS,
                     "the XML of a checkpoint", error))
        return NULL;
    /* Not the reading kind of call: a checkpoint whose job ended meanwhile is
     * sealed or gone first, and the answer is about what is left. */
    call = qemu_call_begin(checkpoint->domain, error);
    if (!call)
        return NULL;
    vm = qemu_call_domain(call);
    tree = load_tree(call, error);
    record = tree ? checkpoint_tree_get(tree, checkpoint->name, error) : NULL;
    if (!record)
        return NULL;
    /* Parent and sizes are added for the caller's eyes; the record is not
     * touched. */
    def = checkpoint_tree_shown(tree, record);
    if (flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE &&
        (!check_measurable(vm, error) || !checkpoint_measure(vm, def, error)))
        return NULL;
    return checkpoint_xml_format(def, flags);
}

int
qemu_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                     virDomainCheckpointPtr **ret_checkpoints, unsigned flags,
                     GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const CheckpointTree *tree = NULL;

    if (!flags_check(flags, CHECKPOINT_QUERY_LIST_FLAGS,
                     "a list of checkpoints", error))
        return -1;
    call = qemu_call_begin(domain, error);
    tree = load_tree(call, error);
    return tree ? checkpoint_query_list(domain, tree, from, flags,
                                        ret_checkpoints, error)
                : -1;
}

virDomainCheckpointPtr
qemu_checkpoint_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const CheckpointTree *tree = load_tree(call, error);

    return tree ? checkpoint_query_lookup(domain, tree, name, error) : NULL;
}

virDomainCheckpointPtr
qemu_checkpoint_parent(virDomainCheckpointPtr checkpoint, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(checkpoint->domain, error);
    const CheckpointTree *tree = load_tree(call, error);

    return tree ? checkpoint_query_parent(checkpoint, tree, error) : NULL;
}
