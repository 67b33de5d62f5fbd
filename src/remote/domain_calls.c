/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains, their checkpoints and snapshots: what is not regular. */
#include "base/error.h"
#include "remote/call.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include <string.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

/* The one that returns the domain, whatever the flags: the handle has the new
 * id from it, without a second call. */
int
remote_domain_create(virDomainPtr domain, unsigned flags, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_CREATE_WITH_FLAGS);
    WireDomainFlags args = {.flags = flags};
    WireDomain ret = {0};

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    domain_object_set_id(domain, ret.id);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return 0;
}

/* Two procedures, by whether the image is one that the caller names. */
int
remote_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                   unsigned flags, GError **error)
{
    WireDomainFlags managed = {.flags = flags};
    WireSave named = {.to = (char *)path,
                      .xml = dxml ? (char **)&dxml : NULL,
                      .flags = flags};
    const Procedure *procedure =
        path ? PROCEDURE(DOMAIN_SAVE_FLAGS) : PROCEDURE(DOMAIN_MANAGED_SAVE);

    wire_domain_lend(domain, &managed.domain);
    named.domain = managed.domain;
    return remote_call(domain->conn, procedure,
                       path ? (const void *)&named : &managed, NULL, error)
               ? 0
               : -1;
}

/* Figures that the peer does not know stay as they are; so do names that are
 * new to us. */
static void
read_cpu(const WireCpuStats *wire, CpuStats *ret_stats)
{
    const struct {
        const char *name;
        unsigned long long *place;
    } figures[] = {
        {VIR_DOMAIN_CPU_STATS_CPUTIME, &ret_stats->cpu_time},
        {VIR_DOMAIN_CPU_STATS_USERTIME, &ret_stats->user_time},
        {VIR_DOMAIN_CPU_STATS_SYSTEMTIME, &ret_stats->system_time},
        {VIR_DOMAIN_CPU_STATS_VCPUTIME, &ret_stats->vcpu_time},
    };

    for (unsigned i = 0; i < wire->params.params_len; i++) {
        const WireParam *param = &wire->params.params_val[i];

        for (gsize j = 0; j < G_N_ELEMENTS(figures); j++) {
            if (g_str_equal(param->field, figures[j].name) &&
                param->value.type == VIR_TYPED_PARAM_ULLONG)
                *figures[j].place = param->value.WireParamValue_u.ul;
        }
    }
}

/* The procedure answers one question at a time: how many processors there are
 * is one of its own, and asked only where it is not known to be one. */
int
remote_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                        GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_CPU_STATS);
    WireCpuStatsAsked args = {0};
    WireCpuStats ret = {0};
    int present = 1;

    wire_domain_lend(domain, &args.domain);
    if (cpu >= 0) {
        if (!remote_call(domain->conn, procedure, &args, &ret, error))
            return -1;
        present = MAX(ret.nparams, 1);
        xdr_free(procedure->ret_xdr, (char *)&ret);
        memset(&ret, 0, sizeof(ret));
    }
    if (cpu >= present)
        return present;
    args.nparams = WIRE_DOMAIN_PARAMS_MAX;
    args.first = cpu;
    args.ncpus = 1;
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    read_cpu(&ret, ret_stats);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return present;
}

/* Each text may be none. */
int
remote_domain_set_metadata(virDomainPtr domain, const DomainMetadata *metadata,
                           unsigned flags, GError **error)
{
    char *text = (char *)metadata->text;
    char *key = (char *)metadata->key;
    char *uri = (char *)metadata->uri;
    WireSetMetadata args = {.type = metadata->type,
                            .metadata = text ? &text : NULL,
                            .key = key ? &key : NULL,
                            .uri = uri ? &uri : NULL,
                            .flags = flags};

    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_SET_METADATA), &args,
                       NULL, error)
               ? 0
               : -1;
}

/* Texts and the list of devices change hands; what is left in @wire is for
 * xdr_free(). */
static virDomainFSInfoPtr
take_fs(WireFs *wire)
{
    virDomainFSInfoPtr fs = g_new0(virDomainFSInfo, 1);

    fs->mountpoint = g_steal_pointer(&wire->mountpoint);
    fs->name = g_steal_pointer(&wire->name);
    fs->fstype = g_steal_pointer(&wire->type);
    fs->ndevAlias = wire->devices.devices_len;
    fs->devAlias = g_steal_pointer(&wire->devices.devices_val);
    wire->devices.devices_len = 0;
    return fs;
}

/* The array ends with a NULL beside its count, as the one of the drivers inside
 * the process does: programs free it by either. */
int
remote_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                      GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_FSINFO);
    WireDomainFlags args = {0};
    WireFsInfo ret = {0};
    int count = 0;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    count = (int)ret.items.items_len;
    *ret_info = g_new0(virDomainFSInfoPtr, (gsize)count + 1);
    for (int i = 0; i < count; i++)
        (*ret_info)[i] = take_fs(&ret.items.items_val[i]);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return count;
}

/* Texts change hands; what is left in @wire is for xdr_free(). */
static virDomainInterfacePtr
take_interface(WireInterface *wire)
{
    virDomainInterfacePtr interface = g_new0(virDomainInterface, 1);
    unsigned count = wire->addresses.addresses_len;

    interface->name = g_steal_pointer(&wire->name);
    interface->hwaddr = wire->hwaddr ? g_steal_pointer(wire->hwaddr) : NULL;
    interface->naddrs = count;
    interface->addrs = count > 0 ? g_new0(virDomainIPAddress, count) : NULL;
    for (unsigned i = 0; i < count; i++) {
        WireAddress *address = &wire->addresses.addresses_val[i];

        interface->addrs[i] = (virDomainIPAddress){
            .type = address->type,
            .addr = g_steal_pointer(&address->address),
            .prefix = address->prefix,
        };
    }
    return interface;
}

/* The array ends with a NULL beside its count, as file systems do. */
int
remote_domain_interface_addresses(virDomainPtr domain,
                                  virDomainInterfacePtr **ret_interfaces,
                                  unsigned source, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_INTERFACE_ADDRESSES);
    WireDomainUnsignedFlags args = {.number = source};
    WireInterfaces ret = {0};
    int count = 0;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    count = (int)ret.interfaces.interfaces_len;
    *ret_interfaces = g_new0(virDomainInterfacePtr, (gsize)count + 1);
    for (int i = 0; i < count; i++) {
        (*ret_interfaces)[i] =
            take_interface(&ret.interfaces.interfaces_val[i]);
    }
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return count;
}

/* Names come from the peer, and a name that no parameter can have fails the
 * call: the list would be another than it seems. */
int
remote_domain_guest_info(virDomainPtr domain, unsigned types,
                         virTypedParameterPtr *ret_params, int *ret_nparams,
                         GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_GUEST_INFO);
    WireDomainUnsignedFlags args = {.number = types};
    WireGuestInfo ret = {0};
    bool is_sound = false;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    is_sound = wire_params_decode(ret.params.params_val, ret.params.params_len,
                                  ret_params, ret_nparams, error);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return is_sound ? 0 : -1;
}

/* Two procedures, by what the list begins from, and one result. */
int
remote_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                       virDomainCheckpointPtr **ret_checkpoints, unsigned flags,
                       GError **error)
{
    const Procedure *procedure =
        from ? PROCEDURE(DOMAIN_CHECKPOINT_LIST_ALL_CHILDREN)
             : PROCEDURE(DOMAIN_LIST_ALL_CHECKPOINTS);
    WireListInDomain all = {.need_results = 1, .flags = flags};
    WireListBelowCheckpoint below = {.need_results = 1, .flags = flags};
    WireCheckpointList ret = {0};
    int count = -1;

    wire_domain_lend(domain, &all.domain);
    if (from)
        wire_checkpoint_lend(from, &below.checkpoint);
    if (!remote_call(domain->conn, procedure,
                     from ? (const void *)&below : &all, &ret, error))
        return -1;
    count = wire_checkpoint_list_in(domain, ret.items.items_val,
                                    ret.items.items_len, ret_checkpoints);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return count;
}

/* As of checkpoints: from a snapshot, or from the domain. */
int
remote_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                     virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                     GError **error)
{
    const Procedure *procedure =
        from ? PROCEDURE(DOMAIN_SNAPSHOT_LIST_ALL_CHILDREN)
             : PROCEDURE(DOMAIN_LIST_ALL_SNAPSHOTS);
    WireListInDomain all = {.need_results = 1, .flags = flags};
    WireListBelowSnapshot below = {.need_results = 1, .flags = flags};
    WireSnapshotList ret = {0};
    int count = -1;

    wire_domain_lend(domain, &all.domain);
    if (from)
        wire_snapshot_lend(from, &below.snapshot);
    if (!remote_call(domain->conn, procedure,
                     from ? (const void *)&below : &all, &ret, error))
        return -1;
    count = wire_snapshot_list_in(domain, ret.items.items_val,
                                  ret.items.items_len, ret_snapshots);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return count;
}

/* With a checkpoint it is a call that libvirt does not have. */
virDomainSnapshotPtr
remote_snapshot_create(virDomainPtr domain, const char *xml,
                       const char *checkpoint_xml, unsigned flags,
                       GError **error)
{
    const Procedure *procedure =
        checkpoint_xml ? procedure_find(RPC_PROGRAM_STRANDLINE,
                                        STRANDLINE_DOMAIN_SNAPSHOT_CREATE_XML2)
                       : PROCEDURE(DOMAIN_SNAPSHOT_CREATE_XML);
    WireDomainTextFlags alone = {.text = (char *)xml, .flags = flags};
    WireSnapshotAndCheckpoint both = {.xml = (char *)xml, .flags = flags};
    WireSnapshot ret = {0};
    virDomainSnapshotPtr snapshot = NULL;

    wire_domain_lend(domain, &alone.domain);
    both.domain = alone.domain;
    both.checkpoint_xml = checkpoint_xml ? (char **)&checkpoint_xml : NULL;
    if (!remote_call(domain->conn, procedure,
                     checkpoint_xml ? (const void *)&both : &alone, &ret,
                     error))
        return NULL;
    snapshot = wire_snapshot_in(domain, &ret);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return snapshot;
}

/* Asked for the snapshot at once: that there is none is one of the answers, and
 * to ask first would be a second call for each that there is. */
int
remote_snapshot_current(virDomainPtr domain, virDomainSnapshotPtr *ret_current,
                        GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_SNAPSHOT_CURRENT);
    WireDomainFlags args = {0};
    WireSnapshot ret = {0};
    GError *reason = NULL;

    *ret_current = NULL;
    wire_domain_lend(domain, &args.domain);
    if (remote_call(domain->conn, procedure, &args, &ret, &reason)) {
        *ret_current = wire_snapshot_in(domain, &ret);
        xdr_free(procedure->ret_xdr, (char *)&ret);
        return 1;
    }
    if (error_is(reason, VIR_ERR_NO_DOMAIN_SNAPSHOT)) {
        g_error_free(reason);
        return 0;
    }
    g_propagate_error(error, reason);
    return -1;
}
