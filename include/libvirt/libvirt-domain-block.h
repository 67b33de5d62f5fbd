/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain's disks: their sizes and statistics, and the jobs that move their
 * images about (block pull, copy and commit).  Part of libvirt-domain.h, which
 * includes it; what is said there of errors counts here too.
 *
 * A disk is named by its target ("vda") or by the path of its image.
 *
 * Names, signatures and numbers are libvirt's.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainBlockInfo: a disk's sizes in bytes.  Since: 0.1.0 */
typedef struct _virDomainBlockInfo virDomainBlockInfo;
typedef virDomainBlockInfo *virDomainBlockInfoPtr;
struct _virDomainBlockInfo {
    unsigned long long capacity;   /* as the guest sees it */
    unsigned long long allocation; /* that the host has stored */
    unsigned long long physical;   /* of the file or device that holds it */
};

/**
 * virDomainGetBlockInfo:
 * @dom: a domain
 * @disk: which disk
 * @info: filled in
 * @flags: none: 0
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetBlockInfo(virDomainPtr dom, const char *disk,
                          virDomainBlockInfoPtr info, unsigned int flags);

/** virDomainBlockStatsStruct: what a disk has done since the domain was
 * started; -1: not known.  Since: 0.1.0 */
typedef struct _virDomainBlockStats virDomainBlockStatsStruct;
typedef virDomainBlockStatsStruct *virDomainBlockStatsPtr;
struct _virDomainBlockStats {
    long long rd_req;   /* requests to read */
    long long rd_bytes; /* bytes read */
    long long wr_req;   /* requests to write */
    long long wr_bytes; /* bytes written */
    long long errs;     /* requests that failed */
};

/* The names of what virDomainBlockStatsFlags() tells; times are in nanoseconds,
 * all values VIR_TYPED_PARAM_LLONG. */
#define VIR_DOMAIN_BLOCK_STATS_FIELD_LENGTH      VIR_TYPED_PARAM_FIELD_LENGTH
#define VIR_DOMAIN_BLOCK_STATS_READ_BYTES        "rd_bytes"
#define VIR_DOMAIN_BLOCK_STATS_READ_REQ          "rd_operations"
#define VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES  "rd_total_times"
#define VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES       "wr_bytes"
#define VIR_DOMAIN_BLOCK_STATS_WRITE_REQ         "wr_operations"
#define VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES "wr_total_times"
#define VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ         "flush_operations"
#define VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES "flush_total_times"
#define VIR_DOMAIN_BLOCK_STATS_ERRS              "errs"

/**
 * virDomainBlockStats:
 * @dom: a running domain
 * @disk: which disk; "": all of them together
 * @stats: filled in, as far as @size goes
 * @size: sizeof(*@stats), as the program was compiled
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk, @size is too large),
 * VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockStats(virDomainPtr dom, const char *disk,
                        virDomainBlockStatsPtr stats, size_t size);

/**
 * virDomainBlockStatsFlags:
 * @dom: a running domain
 * @disk: which disk; "": all of them together
 * @params: (nullable): room for @nparams parameters, VIR_DOMAIN_BLOCK_STATS_...;
 *          NULL with *@nparams 0: only count
 * @nparams: how many there is room for; set to how many were stored, or, where
 *           only counting, to how many there are
 * @flags: VIR_TYPED_PARAM_STRING_OKAY or 0
 *
 * As virDomainBlockStats(), with more fields.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockStatsFlags(virDomainPtr dom, const char *disk,
                             virTypedParameterPtr params, int *nparams,
                             unsigned int flags);

/**
 * virDomainBlockPeek:
 * @dom: a domain
 * @disk: which disk
 * @offset: in bytes, from the start of the disk as the guest sees it
 * @size: how many bytes, at most 1 MiB
 * @buffer: room for them
 * @flags: none: 0
 *
 * Reads what a disk holds, of any format, whether the domain runs or not: what
 * the guest has written is there, though it may not have flushed it. Refused on
 * a read-only connection: it shows what is the guest's.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk, or past its end),
 * VIR_ERR_OPERATION_INVALID (a disk that is not raw, of a domain that serves a
 * pull backup: QEMU has one server).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockPeek(virDomainPtr dom, const char *disk,
                       unsigned long long offset, size_t size, void *buffer,
                       unsigned int flags);

/** virDomainBlockResizeFlags: how to read the size.  Since: 0.1.0 */
typedef enum {
    /* in bytes; without it in KiB */
    VIR_DOMAIN_BLOCK_RESIZE_BYTES = 1 << 0,
} virDomainBlockResizeFlags;

/**
 * virDomainBlockResize:
 * @dom: a running domain
 * @disk: which disk
 * @size: its new size, in KiB, or with BYTES in bytes
 * @flags: bitwise-OR of virDomainBlockResizeFlags
 *
 * Gives a disk another size, rounded up to whole sectors of 512 bytes; the
 * guest is told. What a smaller one cuts off is gone. A disk with checkpoints
 * only grows: none of them could tell what went.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk, or no size), VIR_ERR_OVERFLOW,
 * VIR_ERR_OPERATION_INVALID (it does not run; the disk is read-only or empty, is
 * in a backup, has a block job, or has checkpoints and would shrink).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockResize(virDomainPtr dom, const char *disk,
                         unsigned long long size, unsigned int flags);

/**
 * virDomainSetBlockThreshold:
 * @domain: a running domain
 * @dev: a disk's target, or one of its images: "vda[3]", with the index that
 *       the running domain's XML, or a backup's, gives it
 * @threshold: in bytes from the start of the image's storage; 0: none any more
 * @flags: none: 0
 *
 * Asks for one VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD when something is written at
 * or past @threshold.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk or image),
 * VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSetBlockThreshold(virDomainPtr domain, const char *dev,
                               unsigned long long threshold,
                               unsigned int flags);

/** virDomainBlockJobType: what a job does to one disk.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_BLOCK_JOB_TYPE_UNKNOWN = 0,
    /* fills an image from its backing file */
    VIR_DOMAIN_BLOCK_JOB_TYPE_PULL = 1,
    /* copies it elsewhere and stays in step */
    VIR_DOMAIN_BLOCK_JOB_TYPE_COPY = 2,
    /* merges an image into its backing file */
    VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT = 3,
    /* the same with the image that is written to */
    VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT = 4,
    /* backs it up (from the proposal) */
    VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP = 5,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_BLOCK_JOB_TYPE_LAST
#endif
} virDomainBlockJobType;

/** virDomainBlockJobCursor: a place in a job.  Since: 0.1.0 */
typedef unsigned long long virDomainBlockJobCursor;

/** virDomainBlockJobInfo: how far a job on one disk is.  Since: 0.1.0 */
typedef struct _virDomainBlockJobInfo virDomainBlockJobInfo;
typedef virDomainBlockJobInfo *virDomainBlockJobInfoPtr;
struct _virDomainBlockJobInfo {
    int type;                /* a virDomainBlockJobType */
    unsigned long bandwidth; /* its limit, MiB/s or bytes/s; 0: none */
    /* cur goes to end; when a copy or an active commit has got there (cur ==
     * end) it is in step, and can be ended */
    virDomainBlockJobCursor cur;
    virDomainBlockJobCursor end;
};

/** virDomainBlockJobInfoFlags: how to tell it.  Since: 0.1.0 */
typedef enum {
    /* the limit in bytes/s; without it in MiB/s, rounded up */
    VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES = 1 << 0,
} virDomainBlockJobInfoFlags;

/**
 * virDomainGetBlockJobInfo:
 * @dom: a running domain
 * @disk: which disk
 * @info: filled in; all zero if there is no job
 * @flags: bitwise-OR of virDomainBlockJobInfoFlags
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk), VIR_ERR_OPERATION_INVALID (it
 * does not run).
 *
 * Returns: 1 if the disk has a job, 0 if not, -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetBlockJobInfo(virDomainPtr dom, const char *disk,
                             virDomainBlockJobInfoPtr info, unsigned int flags);

/** virDomainBlockJobAbortFlags: how to end a job on a disk.  Since: 0.1.0 */
typedef enum {
    /* do not wait for its end; an event tells */
    VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC = 1 << 0,
    /* go over to the copy, or to what was committed into (the job must be in
     * step) */
    VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT = 1 << 1,
} virDomainBlockJobAbortFlags;

/**
 * virDomainBlockJobAbort:
 * @dom: a running domain
 * @disk: which disk
 * @flags: bitwise-OR of virDomainBlockJobAbortFlags
 *
 * Ends the job of a disk. A job that is given up leaves the domain as it was; a
 * copy that is in step is then as the disk was at this moment.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk, or it has no job),
 * VIR_ERR_OPERATION_UNSUPPORTED (PIVOT of a job that ends by itself),
 * VIR_ERR_BLOCK_COPY_ACTIVE (PIVOT, and it is not in step yet).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockJobAbort(virDomainPtr dom, const char *disk,
                           unsigned int flags);

/** virDomainBlockJobSetSpeedFlags: how to read the limit.  Since: 0.1.0 */
typedef enum {
    /* in bytes/s; without it in MiB/s */
    VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES = 1 << 0,
} virDomainBlockJobSetSpeedFlags;

/**
 * virDomainBlockJobSetSpeed:
 * @dom: a running domain
 * @disk: which disk
 * @bandwidth: MiB/s, or with BANDWIDTH_BYTES bytes/s; 0: no limit
 * @flags: bitwise-OR of virDomainBlockJobSetSpeedFlags
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk, or it has no job),
 * VIR_ERR_OVERFLOW, VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockJobSetSpeed(virDomainPtr dom, const char *disk,
                              unsigned long bandwidth, unsigned int flags);

/** virDomainBlockPullFlags: how to pull.  Since: 0.1.0 */
typedef enum {
    /* the limit is in bytes/s; without it in MiB/s */
    VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES = 1 << 6,
} virDomainBlockPullFlags;

/**
 * virDomainBlockPull:
 * @dom: a running domain
 * @disk: which disk
 * @bandwidth: MiB/s, or with BANDWIDTH_BYTES bytes/s; 0: no limit
 * @flags: bitwise-OR of virDomainBlockPullFlags
 *
 * Begins to fill the disk's image from those below it, until it needs none of
 * them.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk), VIR_ERR_OVERFLOW,
 * VIR_ERR_OPERATION_INVALID (it does not run, the disk has a job, or is in a
 * backup or a checkpoint that this would hurt; named).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockPull(virDomainPtr dom, const char *disk,
                       unsigned long bandwidth, unsigned int flags);

/** virDomainBlockRebaseFlags: how to pull, or to copy; all but RELATIVE and
 * BANDWIDTH_BYTES are for use with COPY.  Since: 0.1.0 */
typedef enum {
    /* copy the top image alone */
    VIR_DOMAIN_BLOCK_REBASE_SHALLOW = 1 << 0,
    /* the file is there already */
    VIR_DOMAIN_BLOCK_REBASE_REUSE_EXT = 1 << 1,
    /* make the copy raw */
    VIR_DOMAIN_BLOCK_REBASE_COPY_RAW = 1 << 2,
    /* copy to @base in place of pulling from above it */
    VIR_DOMAIN_BLOCK_REBASE_COPY = 1 << 3,
    /* write the name of the backing file relative, where it can be (not
     * together with COPY) */
    VIR_DOMAIN_BLOCK_REBASE_RELATIVE = 1 << 4,
    /* @base is a block device */
    VIR_DOMAIN_BLOCK_REBASE_COPY_DEV = 1 << 5,
    /* the limit is in bytes/s; without it in MiB/s */
    VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES = 1 << 6,
} virDomainBlockRebaseFlags;

/**
 * virDomainBlockRebase:
 * @dom: a running domain
 * @disk: which disk
 * @base: (nullable): the image that stays below the disk's, by its path or as
 *        "vda[2]"; NULL: none; with COPY: where to copy to
 * @bandwidth: MiB/s, or with BANDWIDTH_BYTES bytes/s; 0: no limit
 * @flags: bitwise-OR of virDomainBlockRebaseFlags
 *
 * Without COPY as virDomainBlockPull(), down to @base; with COPY as
 * virDomainBlockCopy() to the file or device @base.
 *
 * Errors: those of these two.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockRebase(virDomainPtr dom, const char *disk, const char *base,
                         unsigned long bandwidth, unsigned int flags);

/** virDomainBlockCopyFlags: how to copy.  Since: 0.1.0 */
typedef enum {
    /* the top image alone */
    VIR_DOMAIN_BLOCK_COPY_SHALLOW = 1 << 0,
    /* the target is there already */
    VIR_DOMAIN_BLOCK_COPY_REUSE_EXT = 1 << 1,
    /* the job need not outlive the domain */
    VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB = 1 << 2,
    /* the guest's writes wait for the copy too, so that it gets in step */
    VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES = 1 << 3,
} virDomainBlockCopyFlags;

/* What virDomainBlockCopy() takes: a limit in bytes/s and the memory for what
 * is under way, both VIR_TYPED_PARAM_ULLONG; the unit in which changes are
 * noticed, VIR_TYPED_PARAM_UINT, a power of two. */
#define VIR_DOMAIN_BLOCK_COPY_BANDWIDTH   "bandwidth"
#define VIR_DOMAIN_BLOCK_COPY_GRANULARITY "granularity"
#define VIR_DOMAIN_BLOCK_COPY_BUF_SIZE    "buf-size"

/**
 * virDomainBlockCopy:
 * @dom: a running domain
 * @disk: which disk
 * @destxml: a <disk> element that says where to: <source> and <driver>
 * @params: (nullable): VIR_DOMAIN_BLOCK_COPY_...
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainBlockCopyFlags
 *
 * Begins to copy a disk, and keeps the copy in step until
 * virDomainBlockJobAbort(). The format is the disk's own if @destxml names none.
 * A file is made by this call, unless REUSE_EXT says that it is there; one of a
 * copy that is given up before it was in step is removed.
 *
 * Errors: VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR (the document),
 * VIR_ERR_INVALID_ARG (no such disk, an unknown parameter, the target exists or
 * is an image of the domain), VIR_ERR_CONFIG_UNSUPPORTED (such a target),
 * VIR_ERR_OPERATION_UNSUPPORTED (a disk of an iothread, which QEMU cannot take
 * over to the copy),
 * VIR_ERR_OPERATION_INVALID (it does not run, the disk has a job, or is in a
 * backup or a checkpoint that this would hurt; named).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockCopy(virDomainPtr dom, const char *disk, const char *destxml,
                       virTypedParameterPtr params, int nparams,
                       unsigned int flags);

/** virDomainBlockCommitFlags: how to commit.  Since: 0.1.0 */
typedef enum {
    /* into the image right below @top (not together with a @base) */
    VIR_DOMAIN_BLOCK_COMMIT_SHALLOW = 1 << 0,
    /* delete the images that are no longer needed */
    VIR_DOMAIN_BLOCK_COMMIT_DELETE = 1 << 1,
    /* @top may be the image that is written to; such a job stays in step until
     * virDomainBlockJobAbort() */
    VIR_DOMAIN_BLOCK_COMMIT_ACTIVE = 1 << 2,
    /* write the name of the backing file relative, where it can be */
    VIR_DOMAIN_BLOCK_COMMIT_RELATIVE = 1 << 3,
    /* the limit is in bytes/s; without it in MiB/s */
    VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES = 1 << 4,
} virDomainBlockCommitFlags;

/**
 * virDomainBlockCommit:
 * @dom: a running domain
 * @disk: which disk
 * @base: (nullable): the image to merge into, by its path or as "vda[2]"; NULL:
 *        the lowest one
 * @top: (nullable): the uppermost image to merge; NULL: the one that is written
 *       to (needs ACTIVE)
 * @bandwidth: MiB/s, or with BANDWIDTH_BYTES bytes/s; 0: no limit
 * @flags: bitwise-OR of virDomainBlockCommitFlags
 *
 * Begins to merge images into one below them.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such disk or image; @base is not below @top),
 * VIR_ERR_OVERFLOW, VIR_ERR_OPERATION_INVALID (it does not run, the disk has a
 * job, or is in a backup or a checkpoint that this would hurt; named).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainBlockCommit(virDomainPtr dom, const char *disk, const char *base,
                         const char *top, unsigned long bandwidth,
                         unsigned int flags);

#ifdef __cplusplus
}
#endif
