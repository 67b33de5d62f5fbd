/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_block.h"

#include <string.h>

int
fake_block_stats(virDomainPtr domain, const char *disk, BlockStats *ret_stats,
                 GError **error)
{
    const BlockStats stats = {1, 512, 10, 2, 1024, 20, 3, -1, 4};

    (void)domain;
    *ret_stats = stats;
    return fake_record(error, "block_stats %s", disk) ? fake.result : -1;
}

int
fake_block_peek(virDomainPtr domain, const char *disk,
                unsigned long long offset, size_t size, void *ret_buffer,
                GError **error)
{
    (void)domain;
    memset(ret_buffer, 'x', size);
    return fake_record(error, "block_peek %s %llu+%zu", disk, offset, size)
               ? fake.result
               : -1;
}

int
fake_block_resize(virDomainPtr domain, const char *disk,
                  unsigned long long size, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "block_resize %s %llu flags=0x%x", disk, size,
                       flags)
               ? fake.result
               : -1;
}

int
fake_block_threshold(virDomainPtr domain, const char *device,
                     unsigned long long threshold, GError **error)
{
    (void)domain;
    return fake_record(error, "block_threshold %s %llu", device, threshold)
               ? fake.result
               : -1;
}

int
fake_block_job_info(virDomainPtr domain, const char *disk,
                    virDomainBlockJobInfoPtr ret_info, GError **error)
{
    (void)domain;
    ret_info->type = VIR_DOMAIN_BLOCK_JOB_TYPE_COPY;
    ret_info->bandwidth = 1024 * 1024 + 1;
    return fake_record(error, "block_job_info %s", disk) ? 1 : -1;
}

int
fake_block_job_abort(virDomainPtr domain, const char *disk, unsigned flags,
                     GError **error)
{
    (void)domain;
    return fake_record(error, "block_job_abort %s flags=0x%x", disk, flags)
               ? fake.result
               : -1;
}

int
fake_block_job_set_speed(virDomainPtr domain, const char *disk,
                         unsigned long long bandwidth, GError **error)
{
    (void)domain;
    return fake_record(error, "block_job_set_speed %s %llu", disk, bandwidth)
               ? fake.result
               : -1;
}

int
fake_block_pull(virDomainPtr domain, const char *disk, const char *base,
                unsigned long long bandwidth, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "block_pull %s %s %llu flags=0x%x", disk,
                       base ? base : "-", bandwidth, flags)
               ? fake.result
               : -1;
}

int
fake_block_copy(virDomainPtr domain, const char *disk, const BlockCopy *copy,
                unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "block_copy %s %s %llu %u %llu flags=0x%x", disk,
                       copy->dest_xml, copy->bandwidth, copy->granularity,
                       copy->buf_size, flags)
               ? fake.result
               : -1;
}

int
fake_block_commit(virDomainPtr domain, const char *disk,
                  const BlockCommit *commit, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "block_commit %s %s %s %llu flags=0x%x", disk,
                       commit->base ? commit->base : "-",
                       commit->top ? commit->top : "-", commit->bandwidth,
                       flags)
               ? fake.result
               : -1;
}
