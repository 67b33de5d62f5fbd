/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that only read checkpoints. */
#include "base/flags.h"
#include "driver/checkpoint_query.h"
#include "memory/checkpoint.h"
#include "xml/checkpoint_xml.h"

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
    bool is_sized = flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE;
    g_autoptr(MemoryCall) call = NULL;
    g_autoptr(CheckpointDef) def = NULL;
    const CheckpointRecord *record = NULL;
    const MemoryDomain *vm = NULL;

    if (!flags_check(flags, CHECKPOINT_QUERY_XML_FLAGS,
                     "the XML of a checkpoint", error))
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
    def = checkpoint_tree_shown(vm->checkpoints, record);
    if (is_sized)
        measure(vm, record, def);
    return checkpoint_xml_format(def, flags);
}

int
memory_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                       virDomainCheckpointPtr **ret_checkpoints, unsigned flags,
                       GError **error)
{
    g_autoptr(MemoryCall) call = NULL;

    if (!flags_check(flags, CHECKPOINT_QUERY_LIST_FLAGS,
                     "a list of checkpoints", error))
        return -1;
    call = memory_call_begin(domain, error);
    return call ? checkpoint_query_list(domain,
                                        memory_call_domain(call)->checkpoints,
                                        from, flags, ret_checkpoints, error)
                : -1;
}

virDomainCheckpointPtr
memory_checkpoint_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? checkpoint_query_lookup(domain,
                                          memory_call_domain(call)->checkpoints,
                                          name, error)
                : NULL;
}

virDomainCheckpointPtr
memory_checkpoint_parent(virDomainCheckpointPtr checkpoint, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(checkpoint->domain, error);

    return call ? checkpoint_query_parent(
                      checkpoint, memory_call_domain(call)->checkpoints, error)
                : NULL;
}
