/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_stats.h"

#include "driver/domain_stats.h"
#include "fake_driver.h"

/* One figure of each type. */
static bool
add_figures(virDomainPtr domain, unsigned groups, unsigned flags,
            DomainStats *stats, GError **error)
{
    (void)domain;
    domain_stats_add_int(stats, -1, "an.int");
    domain_stats_add_uint(stats, groups, "a.uint");
    domain_stats_add_llong(stats, -7, "a.llong");
    domain_stats_add_ullong(stats, flags, "a.ullong");
    domain_stats_add_string(stats, "text", "a.string");
    return fake_record(error, "connect_domain_stats 0x%x flags=0x%x", groups,
                       flags);
}

int
fake_connect_domain_stats(virConnectPtr conn, const DomainStatsAsked *asked,
                          virDomainStatsRecordPtr **ret_records, GError **error)
{
    return domain_stats_collect(conn, asked, add_figures, ret_records, error);
}

int
fake_domain_memory_stats(virDomainPtr domain, virDomainMemoryStatPtr ret_stats,
                         unsigned room, GError **error)
{
    unsigned count = MIN(room, 2);

    (void)domain;
    for (unsigned i = 0; i < count; i++) {
        ret_stats[i] = (virDomainMemoryStatStruct){
            .tag = VIR_DOMAIN_MEMORY_STAT_RSS + (int)i, .val = 100 + i};
    }
    return fake_record(error, "domain_memory_stats %u", room) ? (int)count : -1;
}

int
fake_connect_max_vcpus(virConnectPtr conn, const char *type, GError **error)
{
    (void)conn;
    return fake_record(error, "connect_max_vcpus %s", type ? type : "-")
               ? fake.result
               : -1;
}

int
fake_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                      GError **error)
{
    (void)conn;
    *ret_bytes = 1ULL << 33;
    return fake_record(error, "node_free_memory") ? fake.result : -1;
}

int
fake_node_security_model(virConnectPtr conn, virSecurityModelPtr ret_model,
                         GError **error)
{
    (void)conn;
    g_strlcpy(ret_model->model, "sealed", sizeof(ret_model->model));
    g_strlcpy(ret_model->doi, "7", sizeof(ret_model->doi));
    return fake_record(error, "node_security_model") ? fake.result : -1;
}

int
fake_domain_vcpus(virDomainPtr domain, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_vcpus flags=0x%x", flags) ? fake.result
                                                                : -1;
}

/* Two disks, one of them in trouble. */
int
fake_domain_disk_errors(virDomainPtr domain, virDomainDiskErrorPtr ret_errors,
                        unsigned room, GError **error)
{
    (void)domain;
    if (!fake_record(error, "domain_disk_errors %u", room))
        return -1;
    if (!ret_errors)
        return 2;
    ret_errors[0] =
        (virDomainDiskError){g_strdup("vdb"), VIR_DOMAIN_DISK_ERROR_NO_SPACE};
    return 1;
}

int
fake_domain_messages(virDomainPtr domain, char ***ret_messages, unsigned flags,
                     GError **error)
{
    (void)domain;
    if (!fake_record(error, "domain_messages flags=0x%x", flags))
        return -1;
    *ret_messages = g_strsplit("one;two", ";", -1);
    return 2;
}

int
fake_domain_security_label(virDomainPtr domain, virSecurityLabelPtr ret_label,
                           GError **error)
{
    (void)domain;
    g_strlcpy(ret_label->label, "mark", sizeof(ret_label->label));
    ret_label->enforcing = 1;
    return fake_record(error, "domain_security_label") ? fake.result : -1;
}
