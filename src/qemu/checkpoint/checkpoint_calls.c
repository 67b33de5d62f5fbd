/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that only read checkpoints. */
#include "base/error.h"
#include "base/flags.h"
#include "qemu/checkpoint/checkpoint_steps.h"
#include "xml/checkpoint_xml.h"

/* The record of @checkpoint as it is now; the handle may be stale. */
static CheckpointRecord *
get_record(QemuDomain *vm, const char *name, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);

    return set ? checkpoint_tree_get(set->tree, name, error) : NULL;
}

/* The XML layer has bits of its own, so that it need not know libvirt's, and a
 * bit that it does not know never reaches it. */
static CheckpointFormatFlags
format_flags(unsigned flags)
{
    unsigned format = 0;

    if (flags & VIR_DOMAIN_CHECKPOINT_XML_SECURE)
        format |= CHECKPOINT_FORMAT_SECURE;
    if (flags & VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN)
        format |= CHECKPOINT_FORMAT_NO_DOMAIN;
    if (flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE)
        format |= CHECKPOINT_FORMAT_SIZE;
    return (CheckpointFormatFlags)format;
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

/* As users see it: the parent is one they can name. */
static CheckpointDef *
copy_shown(const CheckpointTree *tree, const CheckpointRecord *record)
{
    const CheckpointRecord *parent = checkpoint_tree_parent(tree, record);
    CheckpointDef *def = checkpoint_def_copy(record->def);

    g_free(def->parent);
    def->parent = parent ? g_strdup(parent->def->name) : NULL;
    return def;
}

char *
qemu_checkpoint_xml(virDomainCheckpointPtr checkpoint, unsigned flags,
                    GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_XML_SECURE |
                           VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN |
                           VIR_DOMAIN_CHECKPOINT_XML_SIZE;
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(CheckpointDef) def = NULL;
    const CheckpointRecord *record;
    QemuDomain *vm;

    if (!flags_check(flags, known, "the XML of a checkpoint", error))
        return NULL;
    /* Not the reading kind of call: a checkpoint whose job ended meanwhile is
     * sealed or gone first, and the answer is about what is left. */
    call = qemu_call_begin(checkpoint->domain, error);
    if (!call)
        return NULL;
    vm = qemu_call_domain(call);
    record = get_record(vm, checkpoint->name, error);
    if (!record)
        return NULL;
    /* Parent and sizes are added for the caller's eyes; the record is not
     * touched. */
    def = copy_shown(vm->checkpoints->tree, record);
    if (flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE &&
        (!check_measurable(vm, error) || !checkpoint_measure(vm, def, error)))
        return NULL;
    return checkpoint_xml_format(def, format_flags(flags));
}

/* NULL-terminated, as the public calls return it. */
static virDomainCheckpointPtr *
make_handles(virDomainPtr domain, const GPtrArray *list)
{
    virDomainCheckpointPtr *handles =
        g_new0(virDomainCheckpointPtr, list->len + 1);

    for (guint i = 0; i < list->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(list, i);

        /* Each holds a reference of the domain's handle; the array's last entry
         * stays NULL. */
        handles[i] = checkpoint_object_new(domain, record->def->name);
    }
    return handles;
}

int
qemu_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                     virDomainCheckpointPtr **ret_checkpoints, unsigned flags,
                     GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_LIST_ROOTS |
                           VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL |
                           VIR_DOMAIN_CHECKPOINT_LIST_LEAVES |
                           VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES;
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(GPtrArray) list = NULL;
    const CheckpointRecord *top = NULL;
    const CheckpointSet *set;

    if (!flags_check(flags, known, "a list of checkpoints", error))
        return -1;
    /* A failure leaves @set NULL with @error set, whichever of the two it
     * was. */
    call = qemu_call_begin(domain, error);
    set = call ? checkpoint_store_load(qemu_call_domain(call), error) : NULL;
    if (!set)
        return -1;
    /* The handle may be older than a deletion; its name is looked up now. */
    if (from) {
        top = checkpoint_tree_get(set->tree, from->name, error);
        if (!top)
            return -1;
    }
    /* Always in topological order. */
    list = checkpoint_tree_list(set->tree, top, flags);
    if (ret_checkpoints)
        *ret_checkpoints = make_handles(domain, list);
    return (int)list->len;
}

/* The name goes through a hash table and never to a file: whatever it holds, it
 * finds a record or nothing. */
virDomainCheckpointPtr
qemu_checkpoint_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);

    if (!call || !get_record(qemu_call_domain(call), name, error))
        return NULL;
    return checkpoint_object_new(domain, name);
}

virDomainCheckpointPtr
qemu_checkpoint_parent(virDomainCheckpointPtr checkpoint, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(checkpoint->domain, error);
    const CheckpointRecord *record;
    const CheckpointRecord *parent;

    if (!call)
        return NULL;
    record = get_record(qemu_call_domain(call), checkpoint->name, error);
    if (!record)
        return NULL;
    parent = checkpoint_tree_parent(qemu_call_domain(call)->checkpoints->tree,
                                    record);
    if (parent)
        return checkpoint_object_new(checkpoint->domain, parent->def->name);
    /* libvirt's code for the parent of a root; a client tells it from a failure
     * by asking for the roots first. */
    fail(error, VIR_ERR_NO_DOMAIN_CHECKPOINT,
         "checkpoint '%s' has no parent: it is a root", checkpoint->name);
    return NULL;
}
