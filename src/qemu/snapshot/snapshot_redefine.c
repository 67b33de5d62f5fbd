/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Describing a snapshot again: after its metadata was lost or deleted, or to
 * change its description.  Nothing but the record changes. */
#include "base/error.h"
#include "model/snapshot_align.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/checkpoint_xml.h"
#include "xml/snapshot_xml.h"

#include <string.h>

static bool
check_domain(const QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    /* libvirt's documents of old have none: then the name that it is called on
     * is all there is. */
    if (!def->domain_xml)
        return true;
    if (!checkpoint_xml_domain_uuid(def->domain_xml, uuid, error))
        return false;
    if (memcmp(uuid, vm->uuid, sizeof(uuid)) == 0)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "snapshot '%s' is of another domain: the uuid in its <domain> "
                "is not that of '%s'",
                def->name, vm->name);
}

static bool
check_parent(const SnapshotTree *tree, const SnapshotDef *def, GError **error)
{
    const SnapshotRecord *record = snapshot_tree_find(tree, def->name);
    const SnapshotRecord *parent = NULL;

    if (!def->parent)
        return true;
    if (g_str_equal(def->parent, def->name)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "snapshot '%s' cannot be its own parent", def->name);
    }
    parent = snapshot_tree_find(tree, def->parent);
    if (!parent || !snapshot_record_is_visible(parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "snapshot '%s' names parent '%s', which is not there; "
                    "redefine parents before their children",
                    def->name, def->parent);
    }
    /* A ring would hang whoever walks up to the root. */
    if (record && snapshot_tree_is_above(tree, record, parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "snapshot '%s' cannot descend from '%s', which descends "
                    "from it",
                    def->name, def->parent);
    }
    return true;
}

/* A document that makes another kind of thing of it would have a return, or a
 * deletion, look in the wrong place. */
static bool
check_same(const SnapshotRecord *record, const SnapshotDef *def, GError **error)
{
    const SnapshotDef *old = record->def;

    if (record->step != SNAPSHOT_SEALED) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "snapshot '%s' is being made or deleted; redefine it after "
                    "that",
                    def->name);
    }
    if (old->state == def->state && old->memory == def->memory &&
        snapshot_def_is_external(old) == snapshot_def_is_external(def))
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "snapshot '%s' is on record with another state, or as another "
                "kind; delete its metadata first",
                def->name);
}

/* The tree knows the record by its name's own bytes: these stay. */
static bool
update(QemuDomain *vm, SnapshotRecord *record, SnapshotDef *def, GError **error)
{
    SnapshotDef *old = record->def;

    /* A document without the machine keeps the one on record: without it there
     * would be no return. */
    if (!def->domain_xml)
        def->domain_xml = g_strdup(old->domain_xml);
    if (!def->inactive_xml)
        def->inactive_xml = g_strdup(old->inactive_xml);
    g_free(def->name);
    def->name = g_steal_pointer(&old->name);
    record->def = def;
    snapshot_def_free(old);
    /* If that fails the store distrusts what is in memory, and the next call
     * reads the old record again. */
    return snapshot_store_write(vm, record, error);
}

static bool
add(QemuDomain *vm, SnapshotDef *def, GError **error)
{
    g_autoptr(SnapshotRecord) record = snapshot_record_new(def);

    if (!snapshot_store_write(vm, record, error))
        return false;
    snapshot_tree_add(vm->snapshots, g_steal_pointer(&record));
    return true;
}

static bool
store(QemuDomain *vm, SnapshotDef *def, GError **error)
{
    SnapshotRecord *record = snapshot_tree_find(vm->snapshots, def->name);

    return record ? update(vm, record, def, error) : add(vm, def, error);
}

char *
snapshot_redefine(QemuDomain *vm, const char *xml, bool is_current,
                  GError **error)
{
    SnapshotTree *tree = snapshot_store_load(vm, error);
    g_autoptr(SnapshotDef) def =
        tree ? snapshot_xml_parse(xml, true, error) : NULL;
    g_autofree char *name = NULL;
    const SnapshotRecord *record = NULL;

    if (!def)
        return NULL;
    /* @def is given away below, and may be freed there. */
    name = g_strdup(def->name);
    record = snapshot_tree_find(tree, name);
    if (!check_domain(vm, def, error) || !check_parent(tree, def, error) ||
        !snapshot_align_redefined(def, qemu_domain_def(vm), error) ||
        (record && !check_same(record, def, error)) ||
        !store(vm, g_steal_pointer(&def), error))
        return NULL;
    if (is_current && !snapshot_store_set_current(vm, name, error))
        return NULL;
    return g_steal_pointer(&name);
}
