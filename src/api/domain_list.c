/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding domains: the lists and look-ups of <libvirt/libvirt-domain.h>. */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>
#include <stdlib.h>

static void
domains_free(virDomainPtr *domains)
{
    for (size_t i = 0; domains && domains[i]; i++)
        domain_object_unref(domains[i]);
    g_free(domains);
}

/* *@domains is NULL-terminated, and each handle is the caller's.  The driver
 * makes the list under one lock, so it is of one moment. */
int
virConnectListAllDomains(virConnectPtr conn, virDomainPtr **domains,
                         unsigned int flags)
{
    virDomainPtr *found = NULL;
    int count = -1;

    if (domains)
        *domains = NULL;
    API_ENTER(domains, conn, -1);
    API_CALL(count, API_IS_NEGATIVE, connect_list_domains, conn, &found, flags);
    if (domains) {
        *domains = found;
    } else {
        domains_free(found);
    }
    return count;
}

/* Counted by listing: the old calls are made of the new one, so that they
 * cannot disagree with it. */
int
virConnectNumOfDomains(virConnectPtr conn)
{
    virDomainPtr *found = NULL;
    int count = -1;

    API_ENTER(domains, conn, -1);
    API_CALL(count, API_IS_NEGATIVE, connect_list_domains, conn, &found,
             VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    domains_free(found);
    return count;
}

int
virConnectNumOfDefinedDomains(virConnectPtr conn)
{
    virDomainPtr *found = NULL;
    int count = -1;

    API_ENTER(domains, conn, -1);
    API_CALL(count, API_IS_NEGATIVE, connect_list_domains, conn, &found,
             VIR_CONNECT_LIST_DOMAINS_INACTIVE);
    domains_free(found);
    return count;
}

/* What does not fit is left out, without an error: libvirt's old pairs of
 * calls, between which a domain may have come. */
int
virConnectListDomains(virConnectPtr conn, int *ids, int maxids)
{
    virDomainPtr *found = NULL;
    int count = -1;

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(ids);
    API_NOT_NEGATIVE(maxids);
    API_CALL(count, API_IS_NEGATIVE, connect_list_domains, conn, &found,
             VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    count = MIN(count, maxids);
    for (int i = 0; i < count; i++)
        ids[i] = found[i]->id;
    domains_free(found);
    return count;
}

/* The names are the caller's, one by one. */
int
virConnectListDefinedDomains(virConnectPtr conn, char **const names,
                             int maxnames)
{
    virDomainPtr *found = NULL;
    int count = -1;

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(names);
    API_NOT_NEGATIVE(maxnames);
    API_CALL(count, API_IS_NEGATIVE, connect_list_domains, conn, &found,
             VIR_CONNECT_LIST_DOMAINS_INACTIVE);
    count = MIN(count, maxnames);
    for (int i = 0; i < count; i++)
        names[i] = g_strdup(found[i]->name);
    domains_free(found);
    return count;
}

virDomainPtr
virDomainLookupByName(virConnectPtr conn, const char *name)
{
    API_ENTER(domains, conn, NULL);
    API_NOT_NULL(name);
    API_RETURN_POINTER(domain_lookup_by_name, conn, name);
}

virDomainPtr
virDomainLookupByID(virConnectPtr conn, int id)
{
    API_ENTER(domains, conn, NULL);
    API_NOT_NEGATIVE(id);
    API_RETURN_POINTER(domain_lookup_by_id, conn, id);
}

virDomainPtr
virDomainLookupByUUID(virConnectPtr conn, const unsigned char *uuid)
{
    API_ENTER(domains, conn, NULL);
    API_NOT_NULL(uuid);
    API_RETURN_POINTER(domain_lookup_by_uuid, conn, uuid);
}

/* Read here, so that a driver knows one kind of UUID. */
virDomainPtr
virDomainLookupByUUIDString(virConnectPtr conn, const char *uuid)
{
    unsigned char raw[DOMAIN_UUID_SIZE];

    API_ENTER(domains, conn, NULL);
    API_NOT_NULL(uuid);
    API_CLAIM(uuid_parse(uuid, raw), "uuid", "a UUID");
    API_RETURN_POINTER(domain_lookup_by_uuid, conn, raw);
}
