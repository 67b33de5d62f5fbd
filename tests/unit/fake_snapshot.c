/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_snapshot.h"

virDomainSnapshotPtr
fake_snapshot_create(virDomainPtr domain, const char *xml,
                     const char *checkpoint_xml_text, unsigned flags,
                     GError **error)
{
    return fake_record(error, "snapshot_create %s %s flags=0x%x", xml,
                       checkpoint_xml_text ? checkpoint_xml_text : "-", flags)
               ? snapshot_object_new(domain, "snap")
               : NULL;
}

char *
fake_snapshot_xml(virDomainSnapshotPtr snapshot, unsigned flags, GError **error)
{
    (void)snapshot;
    return fake_record(error, "snapshot_xml flags=0x%x", flags)
               ? g_strdup("<domainsnapshot/>")
               : NULL;
}

int
fake_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                   virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                   GError **error)
{
    if (!fake_record(error, "snapshot_list from=%s flags=0x%x",
                     from ? from->name : "all", flags))
        return -1;
    *ret_snapshots = g_new0(virDomainSnapshotPtr, 3);
    (*ret_snapshots)[0] = snapshot_object_new(domain, "snap");
    (*ret_snapshots)[1] = snapshot_object_new(domain, "other");
    return 2;
}

virDomainSnapshotPtr
fake_snapshot_lookup(virDomainPtr domain, const char *name, GError **error)
{
    return fake_record(error, "snapshot_lookup %s", name)
               ? snapshot_object_new(domain, name)
               : NULL;
}

virDomainSnapshotPtr
fake_snapshot_parent(virDomainSnapshotPtr snapshot, GError **error)
{
    return fake_record(error, "snapshot_parent")
               ? snapshot_object_new(snapshot->domain, "root")
               : NULL;
}

int
fake_snapshot_current(virDomainPtr domain, virDomainSnapshotPtr *ret_current,
                      GError **error)
{
    if (!fake_record(error, "snapshot_current"))
        return -1;
    if (!fake.current_snapshot)
        return 0;
    *ret_current = snapshot_object_new(domain, fake.current_snapshot);
    return 1;
}

int
fake_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error)
{
    (void)snapshot;
    return fake_record(error, "snapshot_has_metadata") ? fake.result : -1;
}

#define DEFINE_OF_SNAPSHOT(name)                                            \
    int fake_##name(virDomainSnapshotPtr snapshot, unsigned flags,          \
                    GError **error)                                         \
    {                                                                       \
        (void)snapshot;                                                     \
        return fake_record(error, #name " flags=0x%x", flags) ? fake.result \
                                                              : -1;         \
    }

DEFINE_OF_SNAPSHOT(snapshot_revert)
DEFINE_OF_SNAPSHOT(snapshot_delete)
