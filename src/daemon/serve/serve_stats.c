/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics, whose results are lists of their own shape. */
#include "daemon/serve_made.h"
#include "driver/domain_stats.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include <libvirt/libvirt-domain.h>

/* The flags that choose domains; the others are none of the list's. */
enum { FILTERS = (VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER << 1) - 1 };

/* Named ones are each asked about; of all there are, what the client may not see
 * or read is not there.  NULL with the thread's error set. */
static virDomainPtr *
choose(Serve *serve, const WireStatsAsked *args)
{
    virDomainPtr *list = NULL;
    int count = 0;
    int left = 0;

    if (args->domains.domains_len > 0) {
        (void)wire_domain_list_to(serve->conn, args->domains.domains_val,
                                  args->domains.domains_len, &list);
        for (virDomainPtr *domain = list; *domain; domain++) {
            if (!serve_allowed(serve, *domain, args->flags)) {
                domain_object_list_free(list);
                return NULL;
            }
        }
        return list;
    }
    count = virConnectListAllDomains(serve->conn, &list, args->flags & FILTERS);
    count = serve_seen_list(serve, list, count);
    if (count < 0)
        return NULL;
    /* Seen, and yet not read by everybody who sees it. */
    for (int i = 0; i < count; i++) {
        if (serve_allowed(serve, list[i], args->flags)) {
            list[left++] = list[i];
        } else {
            domain_object_unref(list[i]);
        }
    }
    list[left] = NULL;
    return list;
}

/* Parameters and domains change hands; what is left goes with the records. */
static void
give_records(virDomainStatsRecordPtr *records, int count, WireAllStats *ret)
{
    ret->records.records_len = (u_int)count;
    ret->records.records_val = g_new0(WireDomainStats, (gsize)count);
    for (int i = 0; i < count; i++) {
        WireDomainStats *wire = &ret->records.records_val[i];

        wire_domain_from(records[i]->dom, &wire->domain);
        wire->params.params_len = (u_int)records[i]->nparams;
        wire->params.params_val = wire_params_own(
            g_steal_pointer(&records[i]->params), records[i]->nparams);
        records[i]->nparams = 0;
    }
    domain_stats_free(records);
}

/* Two public calls behind one procedure: libvirt tells them apart by whether
 * domains are named. */
bool
serve_remote_connect_get_all_domain_stats(Serve *serve, const void *body,
                                          void *ret_body)
{
    const WireStatsAsked *args = body;
    virDomainPtr *domains = choose(serve, args);
    virDomainStatsRecordPtr *records = NULL;
    int count = 0;

    if (!domains)
        return false;
    /* With none left there is nothing to ask about, but what is asked must be
     * right all the same. */
    count = *domains ? virDomainListGetStats(domains, args->stats, &records,
                                             args->flags)
                     : virConnectGetAllDomainStats(serve->conn, args->stats,
                                                   &records, args->flags);
    if (count > 0 && !*domains) {
        domain_stats_free(g_steal_pointer(&records));
        count = 0;
    }
    domain_object_list_free(domains);
    if (count < 0)
        return false;
    give_records(records, count, ret_body);
    return true;
}

/* The room is the client's word, held before memory is taken. */
bool
serve_remote_domain_memory_stats(Serve *serve, const void *body, void *ret_body)
{
    const WireDomainUnsignedFlags *args = body;
    WireMemoryStats *ret = ret_body;
    virDomainMemoryStatStruct stats[WIRE_MEMORY_STATS_MAX] = {0};
    virDomainPtr domain = NULL;
    int count = -1;

    if (args->number > WIRE_MEMORY_STATS_MAX) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "%u figures were asked for, and the most is %d",
                          args->number, WIRE_MEMORY_STATS_MAX);
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    if (serve_allowed(serve, domain, args->flags))
        count = virDomainMemoryStats(domain, stats, args->number, args->flags);
    domain_object_unref(domain);
    if (count < 0)
        return false;
    ret->stats.stats_len = (u_int)count;
    ret->stats.stats_val = g_new0(WireMemoryStat, (gsize)count);
    for (int i = 0; i < count; i++) {
        ret->stats.stats_val[i] =
            (WireMemoryStat){.tag = stats[i].tag, .value = stats[i].val};
    }
    return true;
}
