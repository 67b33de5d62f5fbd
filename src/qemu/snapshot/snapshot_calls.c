/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that only read snapshots. */
#include "base/flags.h"
#include "driver/snapshot_query.h"
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

/* The snapshots as they are now: another process may have changed them.  NULL
 * with @error set, by the call's begin or by the reading. */
static const SnapshotTree *
load_tree(QemuCall *call, GError **error)
{
    return call ? snapshot_store_load(qemu_call_domain(call), error) : NULL;
}

/* (borrowed) The record of that name as it is now; the handle may be stale.
 * One that is pending is none yet. */
static SnapshotRecord *
get_record(QemuCall *call, const char *name, GError **error)
{
    const SnapshotTree *tree = load_tree(call, error);

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
    record = get_record(call, snapshot->name, error);
    if (!record)
        return NULL;
    return snapshot_xml_format(record->def,
                               flags & VIR_DOMAIN_SNAPSHOT_XML_SECURE
                                   ? SNAPSHOT_FORMAT_SECURE
                                   : (SnapshotFormatFlags)0);
}

int
qemu_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                   virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                   GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const SnapshotTree *tree = NULL;

    if (!flags_check(flags, SNAPSHOT_QUERY_LIST_FLAGS, "a list of snapshots",
                     error))
        return -1;
    call = qemu_call_begin(domain, error);
    tree = load_tree(call, error);
    return tree ? snapshot_query_list(domain, tree, from, flags, ret_snapshots,
                                      error)
                : -1;
}

virDomainSnapshotPtr
qemu_snapshot_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const SnapshotTree *tree = load_tree(call, error);

    return tree ? snapshot_query_lookup(domain, tree, name, error) : NULL;
}

virDomainSnapshotPtr
qemu_snapshot_parent(virDomainSnapshotPtr snapshot, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(snapshot->domain, error);
    const SnapshotTree *tree = load_tree(call, error);

    return tree ? snapshot_query_parent(snapshot, tree, error) : NULL;
}

int
qemu_snapshot_current(virDomainPtr domain, virDomainSnapshotPtr *ret_current,
                      GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const SnapshotTree *tree = load_tree(call, error);

    return tree ? snapshot_query_current(domain, tree, ret_current) : -1;
}

int
qemu_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(snapshot->domain, error);

    return get_record(call, snapshot->name, error) ? 1 : -1;
}
