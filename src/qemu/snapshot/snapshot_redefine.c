/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Describing a snapshot again: after its metadata was lost or deleted, or to
 * change its description.  Nothing but the record changes. */
#include "model/snapshot/snapshot_redefine.h"
#include "base/error.h"
#include "qemu/process/caller_rules.h"
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
update(QemuDomain *vm, SnapshotRecord *record, SnapshotDef *def, GError **error)
{
    snapshot_redefine_update(record, def);
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

    if (!def || !caller_rules_snapshot(def, error))
        return NULL;
    /* @def is given away below, and may be freed there. */
    name = g_strdup(def->name);
    if (!check_domain(vm, def, error) ||
        !snapshot_redefine_check(tree, def, qemu_domain_def(vm), error) ||
        !store(vm, g_steal_pointer(&def), error))
        return NULL;
    if (is_current && !snapshot_store_set_current(vm, name, error))
        return NULL;
    return g_steal_pointer(&name);
}
