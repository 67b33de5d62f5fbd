/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that only read snapshots. */
#include "base/error.h"
#include "base/flags.h"
#include "qemu/snapshot.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/snapshot_xml.h"

/* 0 for "cannot be read", too; then @error is set. */
unsigned
snapshot_count(QemuDomain *vm, GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    g_autoptr(GPtrArray) list = tree ? snapshot_tree_list(tree, NULL, 0) : NULL;

    return list ? list->len : 0;
}

/* What is in memory may be older than the files: another process held the root
 * since. */
void
snapshot_forget(QemuDomain *vm)
{
    snapshot_tree_free(vm->snapshots);
    vm->snapshots = NULL;
}

/* (borrowed) The record of that name as it is now; the handle may be stale.
 * One that is pending is none yet. */
static SnapshotRecord *
get_record(QemuDomain *vm, const char *name, GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);

    return tree ? snapshot_tree_get(tree, name, error) : NULL;
}

char *
qemu_snapshot_xml(virDomainSnapshotPtr snapshot, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const SnapshotRecord *record = NULL;

    if (!flags_check(flags, VIR_DOMAIN_SNAPSHOT_XML_SECURE,
                     "the XML of a snapshot", error))
        return NULL;
    call = qemu_call_begin(snapshot->domain, error);
    record =
        call ? get_record(qemu_call_domain(call), snapshot->name, error) : NULL;
    if (!record)
        return NULL;
    return snapshot_xml_format(record->def,
                               flags & VIR_DOMAIN_SNAPSHOT_XML_SECURE
                                   ? SNAPSHOT_FORMAT_SECURE
                                   : (SnapshotFormatFlags)0);
}

/* NULL-terminated, as the public calls return it. */
static virDomainSnapshotPtr *
make_handles(virDomainPtr domain, const GPtrArray *list)
{
    virDomainSnapshotPtr *handles = g_new0(virDomainSnapshotPtr, list->len + 1);

    for (guint i = 0; i < list->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(list, i);

        /* A handle holds a name and a reference to the domain's, nothing of the
         * tree, which may be read anew in the next call. */
        handles[i] = snapshot_object_new(domain, record->def->name);
    }
    return handles;
}

static bool
check_list_flags(unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_SNAPSHOT_LIST_ROOTS | VIR_DOMAIN_SNAPSHOT_LIST_METADATA |
        VIR_DOMAIN_SNAPSHOT_LIST_LEAVES | VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES |
        VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA |
        VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE | VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE |
        VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY | VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL |
        VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL |
        VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL;

    return flags_check(flags, known, "a list of snapshots", error);
}

int
qemu_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                   virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                   GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(GPtrArray) list = NULL;
    const SnapshotRecord *top = NULL;
    const SnapshotTree *tree = NULL;

    if (!check_list_flags(flags, error))
        return -1;
    call = qemu_call_begin(domain, error);
    tree = call ? snapshot_store_load(qemu_call_domain(call), error) : NULL;
    if (!tree)
        return -1;
    if (from) {
        top = snapshot_tree_get(tree, from->name, error);
        if (!top)
            return -1;
    }
    /* Always in topological order.
     *
     * @flags with ROOTS mean DESCENDANTS in a call below another snapshot: the
     * two are one bit in libvirt. */
    list = snapshot_tree_list(tree, top, flags);
    /* NULL when only the number is asked for. */
    if (ret_snapshots)
        *ret_snapshots = make_handles(domain, list);
    return (int)list->len;
}

virDomainSnapshotPtr
qemu_snapshot_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);

    if (!call || !get_record(qemu_call_domain(call), name, error))
        return NULL;
    return snapshot_object_new(domain, name);
}

virDomainSnapshotPtr
qemu_snapshot_parent(virDomainSnapshotPtr snapshot, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(snapshot->domain, error);
    const SnapshotRecord *record = NULL;
    const SnapshotRecord *parent = NULL;

    if (!call)
        return NULL;
    record = get_record(qemu_call_domain(call), snapshot->name, error);
    if (!record)
        return NULL;
    parent = snapshot_tree_parent(qemu_call_domain(call)->snapshots, record);
    if (parent)
        return snapshot_object_new(snapshot->domain, parent->def->name);
    /* libvirt's code for "a root" as well as for "no such snapshot"; programs
     * take it for the end of the way up. */
    fail(error, VIR_ERR_NO_DOMAIN_SNAPSHOT,
         "snapshot '%s' has no parent: it is a root", snapshot->name);
    return NULL;
}

int
qemu_snapshot_current(virDomainPtr domain, virDomainSnapshotPtr *ret_current,
                      GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const SnapshotTree *tree =
        call ? snapshot_store_load(qemu_call_domain(call), error) : NULL;
    const SnapshotRecord *current = NULL;

    if (!tree)
        return -1;
    current = snapshot_tree_current(tree);
    *ret_current =
        current ? snapshot_object_new(domain, current->def->name) : NULL;
    return current ? 1 : 0;
}

/* One without metadata is known to nobody, so there is no handle of it. */
int
qemu_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(snapshot->domain, error);

    return call && get_record(qemu_call_domain(call), snapshot->name, error)
               ? 1
               : -1;
}
