/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of many domains: <libvirt/libvirt-domain-stats.h>. */
#include "api/call.h"
#include "driver/domain_stats.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* Which groups and flags there are is the driver's to say: a daemon of
 * another release may know more. */
int
virConnectGetAllDomainStats(virConnectPtr conn, unsigned int stats,
                            virDomainStatsRecordPtr **retStats,
                            unsigned int flags)
{
    const DomainStatsAsked asked = {NULL, stats, flags};

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(retStats);
    *retStats = NULL;
    API_RETURN_INT(connect_domain_stats, conn, &asked, retStats);
}

/* The first says over which connection: one call goes to one driver. */
int
virDomainListGetStats(virDomainPtr *doms, unsigned int stats,
                      virDomainStatsRecordPtr **retStats, unsigned int flags)
{
    const DomainStatsAsked asked = {doms, stats, flags};
    /* Before there is a connection to be entered. */
    const ApiCall nobody = {.function = __func__,
                            .error_domain = VIR_FROM_DOMAIN};

    if (!doms || !*doms) {
        api_refuse(&nobody, "doms", "a list of at least one domain");
        return -1;
    }
    API_ENTER(domain, *doms, -1);
    API_NOT_NULL(retStats);
    *retStats = NULL;
    for (virDomainPtr *domain = doms; *domain; domain++) {
        API_CLAIM(domain_object_is(*domain) && (*domain)->conn == api.conn,
                  "doms", "domains of one connection");
    }
    API_RETURN_INT(connect_domain_stats, api.conn, &asked, retStats);
}

/* Of records that came from either call, over whatever connection: they know
 * their domains, and no driver is asked. */
void
virDomainStatsRecordListFree(virDomainStatsRecordPtr *stats)
{
    domain_stats_free(stats);
}

/* How many there are is not told beforehand: VIR_DOMAIN_MEMORY_STAT_NR is
 * room for all. */
int
virDomainMemoryStats(virDomainPtr dom, virDomainMemoryStatPtr stats,
                     unsigned int nr_stats, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    /* libvirt takes NULL with no room: a program that only wants to know
     * whether there is such a call. */
    API_CLAIM(stats || nr_stats == 0, "stats", "not NULL");
    API_RETURN_INT(domain_memory_stats, dom, stats, nr_stats);
}

/* Which of the two is meant by neither, the driver knows: whether it runs is
 * its to say, under its lock. */
int
virDomainGetVcpusFlags(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DOMAIN_VCPU_LIVE,
                                  VIR_DOMAIN_VCPU_CONFIG));
    API_RETURN_INT(domain_vcpus, domain, flags);
}

/* The older call is a case of the newer one, in every driver. */
int
virDomainGetMaxVcpus(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_vcpus, domain,
                   VIR_DOMAIN_VCPU_LIVE | VIR_DOMAIN_VCPU_MAXIMUM);
}

/* Cleared first: what is not filled in has no text that anybody would free. */
int
virDomainGetDiskErrors(virDomainPtr dom, virDomainDiskErrorPtr errors,
                       unsigned int maxerrors, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CLAIM((errors != NULL) == (maxerrors > 0), "maxerrors",
              "0 exactly if errors is NULL");
    if (errors)
        memset(errors, 0, sizeof(*errors) * maxerrors);
    API_RETURN_INT(domain_disk_errors, dom, errors, maxerrors);
}

/* An empty list is a list, too, and the caller's to free: so it is NULL
 * after a failure alone. */
int
virDomainGetMessages(virDomainPtr domain, char ***msgs, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(msgs);
    *msgs = NULL;
    API_RETURN_INT(domain_messages, domain, msgs, flags);
}

/* 4 KiB, most of it unused, is the struct that libvirt has. */
int
virDomainGetSecurityLabel(virDomainPtr domain, virSecurityLabelPtr seclabel)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(seclabel);
    memset(seclabel, 0, sizeof(*seclabel));
    API_RETURN_INT(domain_security_label, domain, seclabel);
}
