/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What domains do and use, many figures of many domains in one call. Part of
 * libvirt-domain.h, which includes it; what is said there of errors counts here
 * too.
 *
 * Names, signatures and numbers are libvirt's.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainStatsTypes: groups of figures. N is a number from 0, and a figure
 * that is not known is left out.  Since: 0.1.0 */
typedef enum {
    /* state.state, state.reason */
    VIR_DOMAIN_STATS_STATE = 1 << 0,
    /* cpu.time, cpu.user, cpu.system: nanoseconds, while it runs */
    VIR_DOMAIN_STATS_CPU_TOTAL = 1 << 1,
    /* balloon.current, balloon.maximum, and those of
     * virDomainMemoryStats(): KiB */
    VIR_DOMAIN_STATS_BALLOON = 1 << 2,
    /* vcpu.current, vcpu.maximum; vcpu.N.state, .time, .wait, .delay:
     * nanoseconds */
    VIR_DOMAIN_STATS_VCPU = 1 << 3,
    /* net.count */
    VIR_DOMAIN_STATS_INTERFACE = 1 << 4,
    /* block.count; block.N.name, .path, .backingIndex; .rd.reqs, .rd.bytes,
     * .rd.times, the same of wr, .fl.reqs, .fl.times; .allocation, .capacity,
     * .physical, .threshold: bytes and nanoseconds */
    VIR_DOMAIN_STATS_BLOCK = 1 << 5,
    /* nothing: no such events are counted */
    VIR_DOMAIN_STATS_PERF = 1 << 6,
    /* iothread.count; iothread.N.poll-max-ns, .poll-grow, .poll-shrink */
    VIR_DOMAIN_STATS_IOTHREAD = 1 << 7,
    /* nothing: no bandwidth of memory is watched */
    VIR_DOMAIN_STATS_MEMORY = 1 << 8,
    /* dirtyrate.calc_status, .calc_start_time, .calc_period, .calc_mode, and
     * .megabytes_per_second when it was measured */
    VIR_DOMAIN_STATS_DIRTYRATE = 1 << 9,
    /* nothing: the hypervisor keeps no other figures */
    VIR_DOMAIN_STATS_VM = 1 << 10,
} virDomainStatsTypes;

/** virVcpuState: what vcpu.N.state tells.  Since: 0.1.0 */
typedef enum {
    VIR_VCPU_OFFLINE = 0,
    VIR_VCPU_RUNNING = 1, /* it is there; also in a domain that is paused */
    VIR_VCPU_BLOCKED = 2,
} virVcpuState;

/* What virDomainMemoryStats() tells of a domain's memory, in the order of these
 * numbers where they are one's own. KiB, but for numbers of events. */
/** virDomainMemoryStatTags: the guest's own figures need a driver of the balloon
 * in it, and a period (<stats period=>).  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_MEMORY_STAT_SWAP_IN = 0,
    VIR_DOMAIN_MEMORY_STAT_SWAP_OUT = 1,
    VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT = 2,    /* events */
    VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT = 3,    /* events */
    VIR_DOMAIN_MEMORY_STAT_UNUSED = 4,         /* that the guest does not use */
    VIR_DOMAIN_MEMORY_STAT_AVAILABLE = 5,      /* all that the guest sees */
    VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON = 6, /* all that it is given */
    VIR_DOMAIN_MEMORY_STAT_RSS = 7,            /* of QEMU, on the host */
    VIR_DOMAIN_MEMORY_STAT_USABLE = 8,         /* without the guest swapping */
    VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE = 9,    /* seconds since 1970 */
    VIR_DOMAIN_MEMORY_STAT_DISK_CACHES = 10,   /* that can be given up */
    VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC = 11, /* events */
    VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL = 12,  /* events */
    VIR_DOMAIN_MEMORY_STAT_NR = 13,              /* how many there are */
} virDomainMemoryStatTags;

/** virDomainMemoryStatStruct: one figure.  Since: 0.1.0 */
typedef struct _virDomainMemoryStat virDomainMemoryStatStruct;
typedef virDomainMemoryStatStruct *virDomainMemoryStatPtr;
struct _virDomainMemoryStat {
    int tag; /* virDomainMemoryStatTags */
    unsigned long long val;
};

/**
 * virDomainMemoryStats:
 * @dom: a running domain
 * @stats: room for @nr_stats figures, which are filled in
 * @nr_stats: VIR_DOMAIN_MEMORY_STAT_NR is enough
 * @flags: none: 0
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: how many were filled in, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMemoryStats(virDomainPtr dom, virDomainMemoryStatPtr stats,
                         unsigned int nr_stats, unsigned int flags);

/** virConnectGetAllDomainStatsFlags: which domains, and how. The first eight are
 * those of virConnectListAllDomains().  Since: 0.1.0 */
typedef enum {
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE = 1 << 0,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE = 1 << 1,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT = 1 << 2,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT = 1 << 3,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING = 1 << 4,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED = 1 << 5,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF = 1 << 6,
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER = 1 << 7,
    /* what would have to be waited for is left out; nothing is waited for long
     * in either case */
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT = 1 << 29,
    /* a block.N for each image of a disk's chain */
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING = 1 << 30,
    /* a group that is not known is an error, and not left out: 1U << 31, which
     * C99 would not take for an enumerator */
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS = -2147483647 - 1,
} virConnectGetAllDomainStatsFlags;

/** virDomainStatsRecord: the figures of one domain.  Since: 0.1.0 */
typedef struct _virDomainStatsRecord virDomainStatsRecord;
typedef virDomainStatsRecord *virDomainStatsRecordPtr;
struct _virDomainStatsRecord {
    virDomainPtr dom;
    virTypedParameterPtr params;
    int nparams;
};

/**
 * virConnectGetAllDomainStats:
 * @conn: a connection
 * @stats: virDomainStatsTypes, or 0: all of them
 * @retStats: set to an array that ends with a NULL, one record a domain
 * @flags: bitwise-OR of virConnectGetAllDomainStatsFlags
 *
 * Errors: VIR_ERR_ARGUMENT_UNSUPPORTED (a group is not known, and ENFORCE_STATS).
 *
 * Returns: the number of records, to be freed with
 * virDomainStatsRecordListFree(), or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectGetAllDomainStats(virConnectPtr conn, unsigned int stats,
                                virDomainStatsRecordPtr **retStats,
                                unsigned int flags);

/**
 * virDomainListGetStats:
 * @doms: domains of one connection: an array that ends with a NULL, with one at
 *        least
 * @stats: virDomainStatsTypes, or 0: all of them
 * @retStats: set to an array that ends with a NULL, one record a domain
 * @flags: bitwise-OR of virConnectGetAllDomainStatsFlags; those that choose domains choose
 *         among @doms
 *
 * Domains that are gone meanwhile are left out.
 *
 * Errors: VIR_ERR_ARGUMENT_UNSUPPORTED (a group is not known, and ENFORCE_STATS).
 *
 * Returns: the number of records, to be freed with
 * virDomainStatsRecordListFree(), or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainListGetStats(virDomainPtr *doms, unsigned int stats,
                          virDomainStatsRecordPtr **retStats,
                          unsigned int flags);

/**
 * virDomainStatsRecordListFree:
 * @stats: (nullable): what the two calls above returned
 *
 * Frees the records, their parameters, and their references to the domains.
 *
 * Since: 0.1.0
 */
void virDomainStatsRecordListFree(virDomainStatsRecordPtr *stats);

/** virDomainVcpuFlags: which processors are counted.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_VCPU_CURRENT = 0, /* as it is now: it runs, or its definition */
    VIR_DOMAIN_VCPU_LIVE = 1 << 0,    /* of the run */
    VIR_DOMAIN_VCPU_CONFIG = 1 << 1,  /* of the definition */
    VIR_DOMAIN_VCPU_MAXIMUM = 1 << 2, /* that it can have */
    VIR_DOMAIN_VCPU_GUEST = 1 << 3,   /* that the guest uses: it is not asked */
    VIR_DOMAIN_VCPU_HOTPLUGGABLE = 1 << 4, /* not for counting */
} virDomainVcpuFlags;

/**
 * virDomainGetVcpusFlags:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainVcpuFlags; LIVE excludes CONFIG
 *
 * Errors: VIR_ERR_OPERATION_INVALID (LIVE or GUEST, and it does not run; CONFIG,
 * and it has no definition), VIR_ERR_OPERATION_UNSUPPORTED (GUEST).
 *
 * Returns: how many processors it has, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetVcpusFlags(virDomainPtr domain, unsigned int flags);

/**
 * virDomainGetMaxVcpus:
 * @domain: a running domain
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: how many processors it can have, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetMaxVcpus(virDomainPtr domain);

/** virDomainDiskErrorCode: why a guest stands still, or would.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_DISK_ERROR_NONE = 0,
    VIR_DOMAIN_DISK_ERROR_UNSPEC = 1,   /* a read or a write failed */
    VIR_DOMAIN_DISK_ERROR_NO_SPACE = 2, /* there was no room */
} virDomainDiskErrorCode;

/** virDomainDiskError: a disk in trouble.  Since: 0.1.0 */
typedef struct _virDomainDiskError virDomainDiskError;
typedef virDomainDiskError *virDomainDiskErrorPtr;
struct _virDomainDiskError {
    char *disk; /* its target, for free() */
    int error;  /* virDomainDiskErrorCode */
};

/**
 * virDomainGetDiskErrors:
 * @dom: a running domain
 * @errors: (nullable): room for @maxerrors, which are filled in; NULL: only count
 * @maxerrors: 0 if @errors is NULL
 * @flags: none: 0
 *
 * A disk is in trouble while its last request failed and the guest was stopped
 * for it (error_policy).
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run), VIR_ERR_INVALID_ARG
 * (@errors and @maxerrors do not go together).
 *
 * Returns: how many were filled in; with @errors NULL, the number of disks: more
 * there cannot be; or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetDiskErrors(virDomainPtr dom, virDomainDiskErrorPtr errors,
                           unsigned int maxerrors, unsigned int flags);

/** virDomainMessageType: what is told of a domain.  Since: 0.1.0 */
typedef enum {
    /* that it has what will not be supported for ever */
    VIR_DOMAIN_MESSAGE_DEPRECATION = 1 << 0,
    /* that it has what nobody vouches for */
    VIR_DOMAIN_MESSAGE_TAINTING = 1 << 1,
} virDomainMessageType;

/**
 * virDomainGetMessages:
 * @domain: a domain
 * @msgs: set to an array that ends with a NULL, all for free()
 * @flags: bitwise-OR of virDomainMessageType, or 0: both
 *
 * Sentences for people, of a domain that runs; one that is off has none.
 *
 * Returns: how many there are, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetMessages(virDomainPtr domain, char ***msgs, unsigned int flags);

/** virDomainAbortJobFlagsValues: how to abort.  Since: 0.1.0 */
typedef enum {
    /* a migration whose memory follows later: there are none here */
    VIR_DOMAIN_ABORT_JOB_POSTCOPY = 1 << 0,
} virDomainAbortJobFlagsValues;

/**
 * virDomainAbortJobFlags:
 * @dom: a domain
 * @flags: bitwise-OR of virDomainAbortJobFlagsValues
 *
 * virDomainAbortJob() with flags.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (no job; POSTCOPY, since no migration is of
 * that kind), and those of virDomainAbortJob().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainAbortJobFlags(virDomainPtr dom, unsigned int flags);

/**
 * virDomainGetSecurityLabel:
 * @domain: a domain
 * @seclabel: filled in
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetSecurityLabel(virDomainPtr domain,
                              virSecurityLabelPtr seclabel);

#ifdef __cplusplus
}
#endif
