/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of many domains: which domains, the records, and the names that the
 * figures have for programs, alike for every driver.
 *
 * A driver gives a function for one domain; what it does not know it leaves
 * out.
 */
#pragma once

#include "driver/driver.h"

/* The figures of one domain, in the order that they were added. */
typedef struct {
    virTypedParameterPtr params;
    int nparams;
} DomainStats;

/* What is known of one image of a disk. */
typedef struct {
    const char *name;               /* the disk's target */
    const char *path;               /* nullable */
    unsigned backing_index;         /* 0: none */
    const BlockStats *done;         /* nullable: it does not run */
    const virDomainBlockInfo *size; /* nullable: not known */
    unsigned long long threshold;   /* 0: none */
} DomainStatsBlock;

/** DomainStatsFunc: adds @groups (never 0) of @domain.  A figure that cannot be
 * had is no failure; VIR_ERR_NO_DOMAIN leaves the domain out. */
typedef bool (*DomainStatsFunc)(virDomainPtr domain, unsigned groups,
                                unsigned flags, DomainStats *stats,
                                GError **error);

/** domain_stats_collect: the driver's member connect_domain_stats, by @one. */
int domain_stats_collect(virConnectPtr conn, const DomainStatsAsked *asked,
                         DomainStatsFunc one,
                         virDomainStatsRecordPtr **ret_records, GError **error);

/** domain_stats_record_new: a reference of @domain's and all of @stats, which is
 * empty then. */
virDomainStatsRecordPtr domain_stats_record_new(virDomainPtr domain,
                                                DomainStats *stats);
/** domain_stats_free: (nullable): a list that ends with a NULL. */
void domain_stats_free(virDomainStatsRecordPtr *records);

/** domain_stats_append: all of @more, which is empty then. */
void domain_stats_append(DomainStats *stats, DomainStats *more);
void domain_stats_clear(DomainStats *stats);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DomainStats, domain_stats_clear)

/* One figure; @format is of its name. */
void domain_stats_add_int(DomainStats *stats, int value, const char *format,
                          ...) G_GNUC_PRINTF(3, 4);
void domain_stats_add_uint(DomainStats *stats, unsigned value,
                           const char *format, ...) G_GNUC_PRINTF(3, 4);
void domain_stats_add_llong(DomainStats *stats, long long value,
                            const char *format, ...) G_GNUC_PRINTF(3, 4);
void domain_stats_add_ullong(DomainStats *stats, unsigned long long value,
                             const char *format, ...) G_GNUC_PRINTF(3, 4);
void domain_stats_add_string(DomainStats *stats, const char *value,
                             const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Groups that all drivers have. */
void domain_stats_add_state(DomainStats *stats, int state, int reason);
void domain_stats_add_cpu(DomainStats *stats, const CpuStats *cpu);
void domain_stats_add_block(DomainStats *stats, unsigned number,
                            const DomainStatsBlock *block);
