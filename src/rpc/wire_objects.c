/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/wire_objects.h"

#include <string.h>

G_STATIC_ASSERT(sizeof(((WireDomain *)NULL)->uuid) == DOMAIN_UUID_SIZE);

/* The names stay the handle's: good for as long as it is held. */
void
wire_domain_lend(virDomainPtr domain, WireDomain *ret_wire)
{
    ret_wire->name = domain->name;
    memcpy(ret_wire->uuid, domain->uuid, sizeof(ret_wire->uuid));
    ret_wire->id = domain_object_id(domain);
}

void
wire_checkpoint_lend(virDomainCheckpointPtr checkpoint,
                     WireCheckpoint *ret_wire)
{
    ret_wire->name = checkpoint->name;
    wire_domain_lend(checkpoint->domain, &ret_wire->domain);
}

void
wire_snapshot_lend(virDomainSnapshotPtr snapshot, WireSnapshot *ret_wire)
{
    ret_wire->name = snapshot->name;
    wire_domain_lend(snapshot->domain, &ret_wire->domain);
}

void
wire_job_lend(virDomainJobPtr job, WireJob *ret_wire)
{
    wire_domain_lend(job->domain, &ret_wire->domain);
    ret_wire->id = job->id;
    ret_wire->type = job->type;
    ret_wire->operation = job->operation;
}

/* Owning is lending, with the texts copied: g_malloc is malloc, which is what
 * XDR frees. */
void
wire_domain_from(virDomainPtr domain, WireDomain *ret_wire)
{
    wire_domain_lend(domain, ret_wire);
    ret_wire->name = g_strdup(ret_wire->name);
}

void
wire_checkpoint_from(virDomainCheckpointPtr checkpoint,
                     WireCheckpoint *ret_wire)
{
    ret_wire->name = g_strdup(checkpoint->name);
    wire_domain_from(checkpoint->domain, &ret_wire->domain);
}

void
wire_snapshot_from(virDomainSnapshotPtr snapshot, WireSnapshot *ret_wire)
{
    ret_wire->name = g_strdup(snapshot->name);
    wire_domain_from(snapshot->domain, &ret_wire->domain);
}

/* The one text of a job is its domain's name. */
void
wire_job_from(virDomainJobPtr job, WireJob *ret_wire)
{
    wire_job_lend(job, ret_wire);
    ret_wire->domain.name = g_strdup(ret_wire->domain.name);
}

/* The UUID is as good as its bytes: a domain that there is not is found out by
 * the call. */
virDomainPtr
wire_domain_to(virConnectPtr conn, const WireDomain *wire)
{
    return domain_object_new(conn, wire->name,
                             (const unsigned char *)wire->uuid, wire->id);
}

/* Whom the peer names as its domain is not looked at: it was asked about that
 * of the handle. */
virDomainCheckpointPtr
wire_checkpoint_in(virDomainPtr domain, const WireCheckpoint *wire)
{
    return checkpoint_object_new(domain, wire->name);
}

virDomainSnapshotPtr
wire_snapshot_in(virDomainPtr domain, const WireSnapshot *wire)
{
    return snapshot_object_new(domain, wire->name);
}

virDomainJobPtr
wire_job_in(virDomainPtr domain, const WireJob *wire)
{
    return job_object_new(domain, wire->id, wire->type, wire->operation);
}

/* The handle of the domain stays alive in the one below it. */
#define DEFINE_TO(kind, Wire, Handle)                              \
    Handle wire_##kind##_to(virConnectPtr conn, const Wire *wire)  \
    {                                                              \
        virDomainPtr domain = wire_domain_to(conn, &wire->domain); \
        Handle object = wire_##kind##_in(domain, wire);            \
                                                                   \
        domain_object_unref(domain);                               \
        return object;                                             \
    }

DEFINE_TO(checkpoint, WireCheckpoint, virDomainCheckpointPtr)
DEFINE_TO(snapshot, WireSnapshot, virDomainSnapshotPtr)
DEFINE_TO(job, WireJob, virDomainJobPtr)

/* The same two functions for each kind; @way: "to" a connection, or "in" a
 * domain. */
#define DEFINE_LIST(kind, Wire, Handle, way, Owner, owner)          \
    int wire_##kind##_list_##way(Owner owner, const Wire *wire,     \
                                 unsigned count, Handle **ret_list) \
    {                                                               \
        Handle *list = g_new0(Handle, (gsize)count + 1);            \
                                                                    \
        for (unsigned i = 0; i < count; i++)                        \
            list[i] = wire_##kind##_##way(owner, &wire[i]);         \
        *ret_list = list;                                           \
        return (int)count;                                          \
    }                                                               \
                                                                    \
    void wire_##kind##_list_from(Handle *list, Wire **ret_items,    \
                                 u_int *ret_count)                  \
    {                                                               \
        unsigned count = 0;                                         \
                                                                    \
        while (list && list[count])                                 \
            count++;                                                \
        *ret_items = g_new0(Wire, count);                           \
        *ret_count = count;                                         \
        for (unsigned i = 0; i < count; i++) {                      \
            wire_##kind##_from(list[i], &(*ret_items)[i]);          \
            kind##_object_unref(list[i]);                           \
        }                                                           \
        g_free(list);                                               \
    }

DEFINE_LIST(domain, WireDomain, virDomainPtr, to, virConnectPtr, conn)
DEFINE_LIST(checkpoint, WireCheckpoint, virDomainCheckpointPtr, in,
            virDomainPtr, domain)
DEFINE_LIST(snapshot, WireSnapshot, virDomainSnapshotPtr, in, virDomainPtr,
            domain)
DEFINE_LIST(job, WireJob, virDomainJobPtr, in, virDomainPtr, domain)

/* XDR's optional text is a pointer to a pointer; NULL is "none", and differs from
 * an empty text, which libvirt's clients do send. */
const char *
wire_text(WireTextOrNone text)
{
    return text ? *text : NULL;
}

/* Takes @text over, as what XDR frees with the message. */
WireTextOrNone
wire_text_own(char *text)
{
    WireTextOrNone own = NULL;

    if (!text)
        return NULL;
    own = g_new(WireText, 1);
    *own = text;
    return own;
}
