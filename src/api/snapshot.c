/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots: <libvirt/libvirt-domain-snapshot.h>.
 *
 * A driver has one call that lists and one that finds the current snapshot;
 * counting, names, HasCurrent and IsCurrent are made of these here, so that
 * they cannot disagree.
 */
#include "api/call.h"
#include "base/error.h"

#include <libvirt/libvirt-domain-snapshot.h>
#include <stdlib.h>
#include <string.h>

/* Up to the NULL at its end; NULL is no list. */
static void
snapshots_free(virDomainSnapshotPtr *snapshots)
{
    for (size_t i = 0; snapshots && snapshots[i]; i++)
        snapshot_object_unref(snapshots[i]);
    g_free(snapshots);
}

/* Hands a driver's list over, or frees it where only the count was asked. */
static int
give(virDomainSnapshotPtr *found, int count,
     virDomainSnapshotPtr **ret_snapshots)
{
    if (ret_snapshots) {
        *ret_snapshots = found;
    } else {
        snapshots_free(found);
    }
    return count;
}

/* The first @room names; takes the list. */
static int
give_names(virDomainSnapshotPtr *found, int count, char **ret_names, int room)
{
    count = MIN(count, room);
    for (int i = 0; i < count; i++)
        ret_names[i] = g_strdup(found[i]->name);
    snapshots_free(found);
    return count;
}

/* What goes together is the public interface (facts of libvirt: a snapshot that
 * is only remembered has nothing to halt, to save or to leave unremembered). */
static bool
creation_flags_agree(const ApiCall *api, unsigned flags)
{
    const unsigned redefine = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE;

    return api_flags_need(api, flags, VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT,
                          redefine) &&
           api_flags_exclusive(api, flags, redefine,
                               VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA) &&
           api_flags_exclusive(api, flags, redefine,
                               VIR_DOMAIN_SNAPSHOT_CREATE_HALT) &&
           api_flags_exclusive(api, flags, redefine,
                               VIR_DOMAIN_SNAPSHOT_CREATE_LIVE) &&
           api_flags_need(api, flags, VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE,
                          VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY);
}

virDomainSnapshotPtr
virDomainSnapshotCreateXML(virDomainPtr domain, const char *xmlDesc,
                           unsigned int flags)
{
    API_ENTER(snapshots, domain, NULL);
    API_NOT_NULL(xmlDesc);
    API_CHECK(creation_flags_agree(&api, flags));
    API_RETURN_POINTER(snapshot_create, domain, xmlDesc, NULL, flags);
}

/* One moment for both: the driver is told of them in one call, or could not
 * make it one. */
virDomainSnapshotPtr
virDomainSnapshotCreateXML2(virDomainPtr domain, const char *xmlDesc,
                            const char *checkpointXml, unsigned int flags)
{
    API_ENTER(snapshots, domain, NULL);
    API_NOT_NULL(xmlDesc);
    API_CHECK(creation_flags_agree(&api, flags));
    API_CLAIM(!checkpointXml || !(flags & VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE),
              "checkpointXml", "NULL together with REDEFINE");
    API_RETURN_POINTER(snapshot_create, domain, xmlDesc, checkpointXml, flags);
}

char *
virDomainSnapshotGetXMLDesc(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    API_ENTER(snapshot, snapshot, NULL);
    API_CHECK(api_allowed(&api, flags));
    API_RETURN_POINTER(snapshot_xml, snapshot, flags);
}

int
virDomainSnapshotNum(virDomainPtr domain, unsigned int flags)
{
    virDomainSnapshotPtr *found = NULL;
    int count = -1;

    API_ENTER(snapshots, domain, -1);
    API_CALL(count, API_IS_NEGATIVE, snapshot_list, domain, NULL, &found,
             flags);
    return give(found, count, NULL);
}

/* What does not fit is left out; the names are the caller's. */
int
virDomainSnapshotListNames(virDomainPtr domain, char **names, int nameslen,
                           unsigned int flags)
{
    virDomainSnapshotPtr *found = NULL;
    int count = -1;

    API_ENTER(snapshots, domain, -1);
    API_NOT_NULL(names);
    API_NOT_NEGATIVE(nameslen);
    API_CALL(count, API_IS_NEGATIVE, snapshot_list, domain, NULL, &found,
             flags);
    return give_names(found, count, names, nameslen);
}

int
virDomainListAllSnapshots(virDomainPtr domain, virDomainSnapshotPtr **snaps,
                          unsigned int flags)
{
    virDomainSnapshotPtr *found = NULL;
    int count = -1;

    if (snaps)
        *snaps = NULL;
    API_ENTER(snapshots, domain, -1);
    API_CALL(count, API_IS_NEGATIVE, snapshot_list, domain, NULL, &found,
             flags);
    return give(found, count, snaps);
}

int
virDomainSnapshotNumChildren(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    virDomainSnapshotPtr *found = NULL;
    int count = -1;

    API_ENTER(snapshot, snapshot, -1);
    API_CALL(count, API_IS_NEGATIVE, snapshot_list, snapshot->domain, snapshot,
             &found, flags);
    return give(found, count, NULL);
}

int
virDomainSnapshotListChildrenNames(virDomainSnapshotPtr snapshot, char **names,
                                   int nameslen, unsigned int flags)
{
    virDomainSnapshotPtr *found = NULL;
    int count = -1;

    API_ENTER(snapshot, snapshot, -1);
    API_NOT_NULL(names);
    API_NOT_NEGATIVE(nameslen);
    API_CALL(count, API_IS_NEGATIVE, snapshot_list, snapshot->domain, snapshot,
             &found, flags);
    return give_names(found, count, names, nameslen);
}

int
virDomainSnapshotListAllChildren(virDomainSnapshotPtr snapshot,
                                 virDomainSnapshotPtr **snaps,
                                 unsigned int flags)
{
    virDomainSnapshotPtr *found = NULL;
    int count = -1;

    if (snaps)
        *snaps = NULL;
    API_ENTER(snapshot, snapshot, -1);
    API_CALL(count, API_IS_NEGATIVE, snapshot_list, snapshot->domain, snapshot,
             &found, flags);
    return give(found, count, snaps);
}

virDomainSnapshotPtr
virDomainSnapshotLookupByName(virDomainPtr domain, const char *name,
                              unsigned int flags)
{
    API_ENTER(snapshots, domain, NULL);
    API_NOT_NULL(name);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(snapshot_lookup, domain, name);
}

/* The driver's answer is the count of current ones: 1 or 0. */
int
virDomainHasCurrentSnapshot(virDomainPtr domain, unsigned int flags)
{
    virDomainSnapshotPtr current = NULL;
    int result = -1;

    API_ENTER(snapshots, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CALL(result, API_IS_NEGATIVE, snapshot_current, domain, &current);
    snapshot_object_unref(current);
    return result;
}

/* "None" is no failure of the driver's, but one of this call, which has nothing
 * else to return. */
virDomainSnapshotPtr
virDomainSnapshotCurrent(virDomainPtr domain, unsigned int flags)
{
    g_autoptr(GError) error = NULL;
    virDomainSnapshotPtr current = NULL;
    int result = -1;

    API_ENTER(snapshots, domain, NULL);
    API_CHECK(api_no_flags(&api, flags));
    API_CALL(result, API_IS_NEGATIVE, snapshot_current, domain, &current);
    if (result == 0) {
        (void)fail(&error, VIR_ERR_NO_DOMAIN_SNAPSHOT,
                   "no snapshot of the domain '%s' is the current one; one "
                   "becomes it by being created or reverted to",
                   domain->name);
        api_failed(&api, error);
    }
    return current;
}

virDomainSnapshotPtr
virDomainSnapshotGetParent(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    API_ENTER(snapshot, snapshot, NULL);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(snapshot_parent, snapshot);
}

int
virDomainSnapshotIsCurrent(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    virDomainSnapshotPtr found = NULL;
    virDomainSnapshotPtr current = NULL;
    int result = -1;

    API_ENTER(snapshot, snapshot, -1);
    API_CHECK(api_no_flags(&api, flags));
    /* One that is gone is an error, and not merely "no". */
    API_CALL(found, API_IS_NULL, snapshot_lookup, snapshot->domain,
             snapshot->name);
    snapshot_object_unref(found);
    API_CALL(result, API_IS_NEGATIVE, snapshot_current, snapshot->domain,
             &current);
    result = result == 1 && !strcmp(current->name, snapshot->name);
    snapshot_object_unref(current);
    return result;
}

int
virDomainSnapshotHasMetadata(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    API_ENTER(snapshot, snapshot, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(snapshot_has_metadata, snapshot);
}

/* Without either flag the guest is as it was then. */
int
virDomainRevertToSnapshot(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    API_ENTER(snapshot, snapshot, -1);
    API_CHECK(api_flags_exclusive(&api, flags,
                                  VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING,
                                  VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED));
    API_RETURN_INT(snapshot_revert, snapshot, flags);
}

int
virDomainSnapshotDelete(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    API_ENTER(snapshot, snapshot, -1);
    API_CHECK(api_flags_exclusive(&api, flags,
                                  VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN,
                                  VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY));
    API_RETURN_INT(snapshot_delete, snapshot, flags);
}

const char *
virDomainSnapshotGetName(virDomainSnapshotPtr snapshot)
{
    API_ENTER(snapshot, snapshot, NULL);
    return snapshot->name;
}

/* Without a reference for the caller. */
virDomainPtr
virDomainSnapshotGetDomain(virDomainSnapshotPtr snapshot)
{
    API_ENTER(snapshot, snapshot, NULL);
    return snapshot->domain;
}

virConnectPtr
virDomainSnapshotGetConnect(virDomainSnapshotPtr snapshot)
{
    API_ENTER(snapshot, snapshot, NULL);
    return snapshot->domain->conn;
}

int
virDomainSnapshotRef(virDomainSnapshotPtr snapshot)
{
    API_ENTER(snapshot, snapshot, -1);
    g_atomic_int_inc(&snapshot->refs);
    return 0;
}

int
virDomainSnapshotFree(virDomainSnapshotPtr snapshot)
{
    API_ENTER(snapshot, snapshot, -1);
    snapshot_object_unref(snapshot);
    return 0;
}
