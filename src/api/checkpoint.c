/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints: <libvirt/libvirt-domain-checkpoint.h>. */
#include "api/call.h"

#include <libvirt/libvirt-domain-checkpoint.h>
#include <stdlib.h>

/* Up to the NULL at its end; NULL is no list. */
static void
checkpoints_free(virDomainCheckpointPtr *checkpoints)
{
    for (size_t i = 0; checkpoints && checkpoints[i]; i++)
        checkpoint_object_unref(checkpoints[i]);
    g_free(checkpoints);
}

/* Hands a driver's list over, or frees it where only the count was asked. */
static int
give(virDomainCheckpointPtr *found, int count,
     virDomainCheckpointPtr **ret_checkpoints)
{
    if (ret_checkpoints) {
        *ret_checkpoints = found;
    } else {
        checkpoints_free(found);
    }
    return count;
}

/* Only what is redefined can be validated, and it has no moment at which a
 * guest could be at rest. */
virDomainCheckpointPtr
virDomainCheckpointCreateXML(virDomainPtr domain, const char *xmlDesc,
                             unsigned int flags)
{
    API_ENTER(checkpoints, domain, NULL);
    API_NOT_NULL(xmlDesc);
    API_CHECK(api_flags_need(&api, flags,
                             VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE,
                             VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE));
    API_CHECK(api_flags_exclusive(&api, flags,
                                  VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE,
                                  VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE));
    API_RETURN_POINTER(checkpoint_create, domain, xmlDesc, flags);
}

/* The flags may need more than reading: secrets, and sizes (access.c). */
char *
virDomainCheckpointGetXMLDesc(virDomainCheckpointPtr checkpoint,
                              unsigned int flags)
{
    API_ENTER(checkpoint, checkpoint, NULL);
    API_CHECK(api_allowed(&api, flags));
    API_RETURN_POINTER(checkpoint_xml, checkpoint, flags);
}

/* The output is NULL before anything can fail: a program that frees it without
 * looking at the result frees nothing. */
int
virDomainListAllCheckpoints(virDomainPtr domain,
                            virDomainCheckpointPtr **checkpoints,
                            unsigned int flags)
{
    virDomainCheckpointPtr *found = NULL;
    int count = -1;

    if (checkpoints)
        *checkpoints = NULL;
    API_ENTER(checkpoints, domain, -1);
    API_CALL(count, API_IS_NEGATIVE, checkpoint_list, domain, NULL, &found,
             flags);
    return give(found, count, checkpoints);
}

int
virDomainCheckpointListAllChildren(virDomainCheckpointPtr checkpoint,
                                   virDomainCheckpointPtr **children,
                                   unsigned int flags)
{
    virDomainCheckpointPtr *found = NULL;
    int count = -1;

    if (children)
        *children = NULL;
    API_ENTER(checkpoint, checkpoint, -1);
    API_CALL(count, API_IS_NEGATIVE, checkpoint_list, checkpoint->domain,
             checkpoint, &found, flags);
    return give(found, count, children);
}

/* The handle is a name; that it names something is true of this moment only. */
virDomainCheckpointPtr
virDomainCheckpointLookupByName(virDomainPtr domain, const char *name,
                                unsigned int flags)
{
    API_ENTER(checkpoints, domain, NULL);
    API_NOT_NULL(name);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(checkpoint_lookup, domain, name);
}

virDomainCheckpointPtr
virDomainCheckpointGetParent(virDomainCheckpointPtr checkpoint,
                             unsigned int flags)
{
    API_ENTER(checkpoint, checkpoint, NULL);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(checkpoint_parent, checkpoint);
}

/* METADATA_ONLY goes with either of the others. */
int
virDomainCheckpointDelete(virDomainCheckpointPtr checkpoint, unsigned int flags)
{
    API_ENTER(checkpoint, checkpoint, -1);
    API_CHECK(api_flags_exclusive(&api, flags,
                                  VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN,
                                  VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY));
    API_RETURN_INT(checkpoint_delete, checkpoint, flags);
}

/* From the handle; a checkpoint's name never changes. */
const char *
virDomainCheckpointGetName(virDomainCheckpointPtr checkpoint)
{
    API_ENTER(checkpoint, checkpoint, NULL);
    return checkpoint->name;
}

/* Without a reference for the caller, as the next. */
virDomainPtr
virDomainCheckpointGetDomain(virDomainCheckpointPtr checkpoint)
{
    API_ENTER(checkpoint, checkpoint, NULL);
    return checkpoint->domain;
}

virConnectPtr
virDomainCheckpointGetConnect(virDomainCheckpointPtr checkpoint)
{
    API_ENTER(checkpoint, checkpoint, NULL);
    return checkpoint->domain->conn;
}

int
virDomainCheckpointRef(virDomainCheckpointPtr checkpoint)
{
    API_ENTER(checkpoint, checkpoint, -1);
    g_atomic_int_inc(&checkpoint->refs);
    return 0;
}

int
virDomainCheckpointFree(virDomainCheckpointPtr checkpoint)
{
    API_ENTER(checkpoint, checkpoint, -1);
    checkpoint_object_unref(checkpoint);
    return 0;
}
