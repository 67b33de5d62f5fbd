/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Describing a checkpoint again: the rules are model/checkpoint_redefine.h;
 * here QEMU is looked at, and the record written down. */
#include "model/checkpoint_redefine.h"
#include "base/error.h"
#include "qemu/checkpoint/checkpoint_steps.h"
#include "xml/checkpoint_xml.h"

static bool
check_domain(const QemuDomain *vm, const CheckpointDef *def, GError **error)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    if (!def->domain)
        return true;
    return checkpoint_xml_domain_uuid(def->domain->text, uuid, error) &&
           checkpoint_redefine_check_domain(def, qemu_domain_def(vm), uuid,
                                            error);
}

static CheckpointRecord *
read_document(QemuDomain *vm, const char *xml, GError **error)
{
    g_autoptr(CheckpointDef) def = checkpoint_xml_parse(xml, true, error);

    if (!def || !check_domain(vm, def, error))
        return NULL;
    return checkpoint_redefine_plan(vm->checkpoints->tree,
                                    g_steal_pointer(&def), qemu_domain_def(vm),
                                    error);
}

char *
checkpoint_redefine(QemuDomain *vm, const char *xml, bool is_validated,
                    GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    const BitmapStates *states = NULL;
    g_autoptr(CheckpointRecord) described = NULL;
    const CheckpointRecord *record = NULL;

    if (is_validated && !qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "cannot validate a checkpoint: domain '%s' does not run, and only "
             "QEMU knows its bitmaps; start it first",
             vm->name);
        return NULL;
    }
    described = set ? read_document(vm, xml, error) : NULL;
    if (!described)
        return NULL;
    /* A fresh look also without VALIDATE: whether a bitmap that is claimed is
     * there decides what its record claims from now on. */
    if (qemu_domain_is_active(vm)) {
        states = checkpoint_look(vm, error);
        if (!states)
            return NULL;
    }
    if (is_validated &&
        !checkpoint_redefine_validate(set->tree, states, described, error))
        return NULL;
    record = checkpoint_redefine_apply(set->tree, states,
                                       g_steal_pointer(&described));
    /* On failure memory is ahead of the disk; the store distrusts itself
     * then. */
    return checkpoint_store_write(vm, record, error)
               ? g_strdup(record->def->name)
               : NULL;
}
