/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics of many domains, in one message. */
#include "driver/domain_stats.h"
#include "remote/call.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

/* Borrowed from the handles, for g_free(). */
static WireDomain *
lend_all(virDomainPtr *domains, u_int *ret_count)
{
    WireDomain *lent = NULL;
    u_int count = 0;

    while (domains && domains[count])
        count++;
    lent = g_new0(WireDomain, count + 1);
    for (u_int i = 0; i < count; i++)
        wire_domain_lend(domains[i], &lent[i]);
    *ret_count = count;
    return lent;
}

/* The domain's handle is made of what came with it: its name and id are as
 * the daemon has them now. */
static bool
take_record(virConnectPtr conn, const WireDomainStats *wire,
            virDomainStatsRecordPtr *ret_record, GError **error)
{
    g_auto(DomainStats) stats = {0};
    virDomainPtr domain = NULL;

    if (!wire_params_decode(wire->params.params_val, wire->params.params_len,
                            &stats.params, &stats.nparams, error))
        return false;
    domain = wire_domain_to(conn, &wire->domain);
    *ret_record = domain_stats_record_new(domain, &stats);
    domain_object_unref(domain);
    return true;
}

/* No domains at all stand for all that there are. */
int
remote_connect_domain_stats(virConnectPtr conn, const DomainStatsAsked *asked,
                            virDomainStatsRecordPtr **ret_records,
                            GError **error)
{
    const Procedure *procedure =
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_CONNECT_GET_ALL_DOMAIN_STATS);
    WireStatsAsked args = {.stats = asked->groups, .flags = asked->flags};
    WireAllStats ret = {0};
    g_autofree WireDomain *lent =
        lend_all(asked->domains, &args.domains.domains_len);
    virDomainStatsRecordPtr *records = NULL;
    bool is_taken = true;
    int count = 0;

    args.domains.domains_val = lent;
    if (!remote_call(conn, procedure, &args, &ret, error))
        return -1;
    /* One place more, so that the list ends with a NULL wherever a record that
     * cannot be read stops it. */
    records = g_new0(virDomainStatsRecordPtr, ret.records.records_len + 1);
    for (; is_taken && count < (int)ret.records.records_len;
         count += is_taken) {
        is_taken = take_record(conn, &ret.records.records_val[count],
                               &records[count], error);
    }
    xdr_free(procedure->ret_xdr, (char *)&ret);
    if (!is_taken) {
        domain_stats_free(records);
        return -1;
    }
    *ret_records = records;
    return count;
}

/* The room travels, so that the peer need not send more than fits. */
int
remote_domain_memory_stats(virDomainPtr domain,
                           virDomainMemoryStatPtr ret_stats, unsigned room,
                           GError **error)
{
    const Procedure *procedure =
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_MEMORY_STATS);
    WireDomainUnsignedFlags args = {.number = MIN(room, WIRE_MEMORY_STATS_MAX)};
    WireMemoryStats ret = {0};
    unsigned count = 0;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    /* No more than there is room for, whatever the peer sent. */
    count = MIN(room, ret.stats.stats_len);
    for (unsigned i = 0; i < count; i++) {
        ret_stats[i] =
            (virDomainMemoryStatStruct){.tag = ret.stats.stats_val[i].tag,
                                        .val = ret.stats.stats_val[i].value};
    }
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return (int)count;
}
