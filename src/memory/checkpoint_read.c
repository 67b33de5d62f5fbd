/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that only read checkpoints. */
#include "base/error.h"
#include "base/flags.h"
#include "memory/checkpoint.h"
#include "xml/checkpoint_xml.h"

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

/* Bytes written since, on each disk where that is known. */
static void
measure(const MemoryDomain *vm, const CheckpointRecord *record,
        CheckpointDef *def)
{
    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);
        CheckpointDisk *disk = checkpoint_def_find_disk(def, interval->disk);
        g_autoptr(GError) unknown = NULL; /* then there is no size to show */
        g_autoptr(GPtrArray) bitmaps =
            interval_since(vm->checkpoints, memory_disks_states(vm->disks),
                           record, interval->disk, &unknown);
        g_autoptr(MemoryBits) bits = NULL;

        if (!bitmaps || !disk)
            continue;
        bits = memory_disks_union(vm->disks, interval->disk, bitmaps);
        disk->has_size = true;
        disk->size = memory_bits_bytes(bits, memory_disk_size(memory_disks_find(
                                                 vm->disks, interval->disk)));
    }
}

char *
memory_checkpoint_xml(virDomainCheckpointPtr checkpoint, unsigned flags,
                      GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_XML_SECURE |
                           VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN |
                           VIR_DOMAIN_CHECKPOINT_XML_SIZE;
    bool is_sized = flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE;
    g_autoptr(MemoryCall) call = NULL;
    g_autoptr(CheckpointDef) def = NULL;
    const CheckpointRecord *record = NULL;
    const CheckpointRecord *parent = NULL;
    const MemoryDomain *vm = NULL;

    if (!flags_check(flags, known, "the XML of a checkpoint", error))
        return NULL;
    call = memory_call_begin(checkpoint->domain, error);
    if (!call)
        return NULL;
    vm = memory_call_domain(call);
    record = checkpoint_tree_get(vm->checkpoints, checkpoint->name, error);
    if (!record ||
        (is_sized && !memory_domain_require_active(
                         vm, VIR_ERR_OPERATION_INVALID, "tell sizes", error)))
        return NULL;
    /* As users see it: the parent is one they can name. */
    parent = checkpoint_tree_parent(vm->checkpoints, record);
    def = checkpoint_def_copy(record->def);
    g_free(def->parent);
    def->parent = parent ? g_strdup(parent->def->name) : NULL;
    if (is_sized)
        measure(vm, record, def);
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

        handles[i] = checkpoint_object_new(domain, record->def->name);
    }
    return handles;
}

int
memory_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                       virDomainCheckpointPtr **ret_checkpoints, unsigned flags,
                       GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_LIST_ROOTS |
                           VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL |
                           VIR_DOMAIN_CHECKPOINT_LIST_LEAVES |
                           VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES;
    g_autoptr(MemoryCall) call = NULL;
    g_autoptr(GPtrArray) list = NULL;
    const CheckpointRecord *top = NULL;
    const CheckpointTree *tree = NULL;

    if (!flags_check(flags, known, "a list of checkpoints", error))
        return -1;
    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    tree = memory_call_domain(call)->checkpoints;
    if (from) {
        top = checkpoint_tree_get(tree, from->name, error);
        if (!top)
            return -1;
    }
    /* Always in topological order. */
    list = checkpoint_tree_list(tree, top, flags);
    if (ret_checkpoints)
        *ret_checkpoints = make_handles(domain, list);
    return (int)list->len;
}

virDomainCheckpointPtr
memory_checkpoint_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    if (!call || !checkpoint_tree_get(memory_call_domain(call)->checkpoints,
                                      name, error))
        return NULL;
    return checkpoint_object_new(domain, name);
}

virDomainCheckpointPtr
memory_checkpoint_parent(virDomainCheckpointPtr checkpoint, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(checkpoint->domain, error);
    const CheckpointTree *tree =
        call ? memory_call_domain(call)->checkpoints : NULL;
    const CheckpointRecord *record =
        tree ? checkpoint_tree_get(tree, checkpoint->name, error) : NULL;
    const CheckpointRecord *parent =
        record ? checkpoint_tree_parent(tree, record) : NULL;

    if (parent)
        return checkpoint_object_new(checkpoint->domain, parent->def->name);
    if (record) {
        fail(error, VIR_ERR_NO_DOMAIN_CHECKPOINT,
             "checkpoint '%s' has no parent: it is a root", checkpoint->name);
    }
    return NULL;
}
