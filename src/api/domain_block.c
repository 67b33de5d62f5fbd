/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks and the jobs on them: <libvirt/libvirt-domain-block.h>.
 *
 * The calls grew over the years and measure in KiB, MiB/s or bytes; here all
 * of it becomes bytes, so that a driver knows one unit.  virDomainBlockRebase()
 * is two calls in one, and is taken apart here.
 */
#include "api/call.h"
#include "api/error.h"
#include "driver/block_stats.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

enum { PEEK_LIMIT = 1024 * 1024 };

/* @value units of 1 << @shift bytes as bytes, or VIR_ERR_OVERFLOW. */
static bool
to_bytes(const ApiCall *api, unsigned long long value, unsigned shift,
         unsigned long long *ret_bytes)
{
    if (value > G_MAXUINT64 >> shift) {
        error_raise_text(api->error_domain, VIR_ERR_OVERFLOW,
                         "cannot run %s: %llu in units of %u bytes is more "
                         "than 64 bits hold",
                         api->function, value, 1U << shift);
        return false;
    }
    *ret_bytes = value << shift;
    return true;
}

/* A limit: MiB/s, or bytes/s if @flags has @bytes_flag. */
static bool
limit_to_bytes(const ApiCall *api, unsigned long bandwidth, unsigned flags,
               unsigned bytes_flag, unsigned long long *ret_bytes)
{
    return to_bytes(api, bandwidth, flags & bytes_flag ? 0 : 20, ret_bytes);
}

/* For calls whose driver member takes no flags: @known are dealt with here. */
static bool
only_flags(const ApiCall *api, unsigned flags, unsigned known)
{
    if (!(flags & ~known))
        return true;
    error_raise_text(api->error_domain, VIR_ERR_INVALID_ARG,
                     "unsupported flags (0x%x) in %s", flags & ~known,
                     api->function);
    return false;
}

/* @name is a disk's, or could be. */
static bool
disk_is_named(const ApiCall *api, const char *argument, const char *name)
{
    if (name && *name)
        return true;
    api_refuse(api, argument, "the name of a disk");
    return false;
}

#define API_DISK(disk) API_CHECK(disk_is_named(&api, #disk, disk))

/* The old struct: -1 is what is not known.  @size is what the program was
 * compiled with, so no more than that is written. */
int
virDomainBlockStats(virDomainPtr dom, const char *disk,
                    virDomainBlockStatsPtr stats, size_t size)
{
    virDomainBlockStatsStruct all = {-1, -1, -1, -1, -1};
    BlockStats found;
    int result = -1;

    API_ENTER(domain, dom, -1);
    API_NOT_NULL(disk);
    API_NOT_NULL(stats);
    API_CLAIM(size <= sizeof(all), "size", "at most sizeof(*stats)");
    API_CALL(result, API_IS_NEGATIVE, block_stats, dom, disk, &found);
    all.rd_req = found.read_requests;
    all.rd_bytes = found.read_bytes;
    all.wr_req = found.write_requests;
    all.wr_bytes = found.write_bytes;
    all.errs = found.errors;
    memcpy(stats, &all, size);
    return 0;
}

/* Asked with *@nparams 0 it tells how many there are: the number may grow with
 * a QEMU that knows more. */
int
virDomainBlockStatsFlags(virDomainPtr dom, const char *disk,
                         virTypedParameterPtr params, int *nparams,
                         unsigned int flags)
{
    BlockStats found;
    int result = -1;
    int count = 0;
    int room = 0;

    API_ENTER(domain, dom, -1);
    API_NOT_NULL(disk);
    API_NOT_NULL(nparams);
    API_NOT_NEGATIVE(*nparams);
    API_CLAIM(params || *nparams == 0, "params", "not NULL");
    API_CHECK(only_flags(&api, flags, VIR_TYPED_PARAM_STRING_OKAY));
    API_CALL(result, API_IS_NEGATIVE, block_stats, dom, disk, &found);
    room = *nparams;
    count = block_stats_fill(&found, params, room);
    *nparams = room == 0 ? count : MIN(count, room);
    return 0;
}

int
virDomainBlockPeek(virDomainPtr dom, const char *disk,
                   unsigned long long offset, size_t size, void *buffer,
                   unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    /* What a disk holds is the guest's, and not for readers. */
    API_DISK(disk);
    API_NOT_NULL(buffer);
    API_CLAIM(size > 0 && size <= PEEK_LIMIT, "size", "1 to 1048576");
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(block_peek, dom, disk, offset, size, buffer);
}

int
virDomainBlockResize(virDomainPtr dom, const char *disk,
                     unsigned long long size, unsigned int flags)
{
    const unsigned bytes = VIR_DOMAIN_BLOCK_RESIZE_BYTES;
    unsigned long long wanted = 0;

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_CHECK(to_bytes(&api, size, flags & bytes ? 0 : 10, &wanted));
    API_RETURN_INT(block_resize, dom, disk, wanted, flags & ~bytes);
}

/* One event when the guest first writes beyond it; then it is to be set
 * anew. */
int
virDomainSetBlockThreshold(virDomainPtr domain, const char *dev,
                           unsigned long long threshold, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_DISK(dev);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(block_threshold, domain, dev, threshold);
}

/* 0 for a disk without a job: no failure, since a job that was asked about may
 * just have ended. */
int
virDomainGetBlockJobInfo(virDomainPtr dom, const char *disk,
                         virDomainBlockJobInfoPtr info, unsigned int flags)
{
    const unsigned bytes = VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES;
    int result = -1;

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_NOT_NULL(info);
    API_CHECK(only_flags(&api, flags, bytes));
    memset(info, 0, sizeof(*info));
    API_CALL(result, API_IS_NEGATIVE, block_job_info, dom, disk, info);
    /* Rounded up, so that a small limit does not look like none. */
    if (!(flags & bytes)) {
        info->bandwidth =
            (info->bandwidth >> 20) + ((info->bandwidth & 0xfffff) != 0);
    }
    return result;
}

int
virDomainBlockJobAbort(virDomainPtr dom, const char *disk, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_RETURN_INT(block_job_abort, dom, disk, flags);
}

int
virDomainBlockJobSetSpeed(virDomainPtr dom, const char *disk,
                          unsigned long bandwidth, unsigned int flags)
{
    const unsigned bytes = VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES;
    unsigned long long limit = 0;

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_CHECK(only_flags(&api, flags, bytes));
    API_CHECK(limit_to_bytes(&api, bandwidth, flags, bytes, &limit));
    API_RETURN_INT(block_job_set_speed, dom, disk, limit);
}

/* All that is below the disk comes into its top image: a rebase onto
 * nothing. */
int
virDomainBlockPull(virDomainPtr dom, const char *disk, unsigned long bandwidth,
                   unsigned int flags)
{
    const unsigned bytes = VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES;
    unsigned long long limit = 0;

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_CHECK(only_flags(&api, flags, bytes));
    API_CHECK(limit_to_bytes(&api, bandwidth, flags, bytes, &limit));
    API_RETURN_INT(block_pull, dom, disk, NULL, limit, 0);
}

/* The <disk> element that says the same as a path and flags. */
static char *
copy_document(const char *path, unsigned flags)
{
    bool is_device = flags & VIR_DOMAIN_BLOCK_REBASE_COPY_DEV;
    bool is_raw = flags & VIR_DOMAIN_BLOCK_REBASE_COPY_RAW;

    g_autofree char *escaped = g_markup_escape_text(path, -1);

    return g_strdup_printf("<disk type='%s'>\n  <source %s='%s'/>\n%s</disk>\n",
                           is_device ? "block" : "file",
                           is_device ? "dev" : "file", escaped,
                           is_raw ? "  <driver type='raw'/>\n" : "");
}

/* virDomainBlockRebase() with COPY. */
static int
rebase_copy(const ApiCall *call, virDomainPtr dom, const char *disk,
            const BlockCopy *where, unsigned flags)
{
    /* Both enums have these two in the same place. */
    const unsigned kept =
        VIR_DOMAIN_BLOCK_COPY_SHALLOW | VIR_DOMAIN_BLOCK_COPY_REUSE_EXT;
    const ApiCall api = *call;
    const int api_failure = -1;
    g_autofree char *document = copy_document(where->dest_xml, flags);
    const BlockCopy copy = {document, where->bandwidth, 0, 0};

    API_RETURN_INT(block_copy, dom, disk, &copy, flags & kept);
}

/* Which flags there are, and which are for a copy or for a pull only. */
static bool
rebase_flags_agree(const ApiCall *api, unsigned flags)
{
    const unsigned copy = VIR_DOMAIN_BLOCK_REBASE_COPY;
    const unsigned pull = VIR_DOMAIN_BLOCK_REBASE_RELATIVE;
    const unsigned of_copy =
        VIR_DOMAIN_BLOCK_REBASE_SHALLOW | VIR_DOMAIN_BLOCK_REBASE_REUSE_EXT |
        VIR_DOMAIN_BLOCK_REBASE_COPY_RAW | VIR_DOMAIN_BLOCK_REBASE_COPY_DEV;

    return only_flags(api, flags,
                      of_copy | copy | pull |
                          VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES) &&
           api_flags_need(api, flags, of_copy, copy) &&
           api_flags_exclusive(api, flags, copy, pull);
}

/* With COPY it is virDomainBlockCopy() with a path in place of a document; else
 * a pull down to @base. */
int
virDomainBlockRebase(virDomainPtr dom, const char *disk, const char *base,
                     unsigned long bandwidth, unsigned int flags)
{
    const unsigned bytes = VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES;
    const unsigned relative = VIR_DOMAIN_BLOCK_REBASE_RELATIVE;
    BlockCopy copy = {base, 0, 0, 0};

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_CHECK(rebase_flags_agree(&api, flags));
    API_CLAIM(base || !(flags & (relative | VIR_DOMAIN_BLOCK_REBASE_COPY)),
              "base", "not NULL together with COPY or RELATIVE");
    API_CHECK(limit_to_bytes(&api, bandwidth, flags, bytes, &copy.bandwidth));
    if (flags & VIR_DOMAIN_BLOCK_REBASE_COPY)
        return rebase_copy(&api, dom, disk, &copy, flags);
    API_RETURN_INT(block_pull, dom, disk, base, copy.bandwidth,
                   flags & relative);
}

/* One parameter of virDomainBlockCopy() into its field. */
static bool
read_copy_param(const virTypedParameter *param, BlockCopy *ret_copy)
{
    if (!strcmp(param->field, VIR_DOMAIN_BLOCK_COPY_BANDWIDTH) &&
        param->type == VIR_TYPED_PARAM_ULLONG) {
        ret_copy->bandwidth = param->value.ul;
        return true;
    }
    if (!strcmp(param->field, VIR_DOMAIN_BLOCK_COPY_GRANULARITY) &&
        param->type == VIR_TYPED_PARAM_UINT) {
        ret_copy->granularity = param->value.ui;
        return !(param->value.ui & (param->value.ui - 1));
    }
    if (!strcmp(param->field, VIR_DOMAIN_BLOCK_COPY_BUF_SIZE) &&
        param->type == VIR_TYPED_PARAM_ULLONG) {
        ret_copy->buf_size = param->value.ul;
        return true;
    }
    return false;
}

/* Each at most once: of two values nobody could say which counts. */
static bool
read_copy_params(virTypedParameterPtr params, int nparams, BlockCopy *ret_copy)
{
    for (int i = 0; i < nparams; i++) {
        /* A field is a C string only if it ends within its room. */
        if (!memchr(params[i].field, '\0', sizeof(params[i].field)) ||
            virTypedParamsGet(params, nparams, params[i].field) != &params[i] ||
            !read_copy_param(&params[i], ret_copy))
            return false;
    }
    return true;
}

int
virDomainBlockCopy(virDomainPtr dom, const char *disk, const char *destxml,
                   virTypedParameterPtr params, int nparams, unsigned int flags)
{
    BlockCopy copy = {destxml, 0, 0, 0};

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_NOT_NULL(destxml);
    API_NOT_NEGATIVE(nparams);
    API_CLAIM(params || nparams == 0, "params", "not NULL");
    API_CLAIM(read_copy_params(params, nparams, &copy), "params",
              "each of bandwidth (ullong), granularity (uint, a power of two) "
              "and buf-size (ullong) at most once, and nothing else");
    API_RETURN_INT(block_copy, dom, disk, &copy, flags);
}

/* SHALLOW means the image below @top, so it leaves no choice of @base. */
int
virDomainBlockCommit(virDomainPtr dom, const char *disk, const char *base,
                     const char *top, unsigned long bandwidth,
                     unsigned int flags)
{
    const unsigned bytes = VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES;
    BlockCommit commit = {base, top, 0};

    API_ENTER(domain, dom, -1);
    API_DISK(disk);
    API_CLAIM(!base || !(flags & VIR_DOMAIN_BLOCK_COMMIT_SHALLOW), "base",
              "NULL together with SHALLOW");
    API_CHECK(limit_to_bytes(&api, bandwidth, flags, bytes, &commit.bandwidth));
    API_RETURN_INT(block_commit, dom, disk, &commit, flags & ~bytes);
}
