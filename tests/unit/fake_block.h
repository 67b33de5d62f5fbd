/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the fake driver that reads, resizes and moves disks. */
#pragma once

#include "fake_driver.h"

int fake_block_stats(virDomainPtr domain, const char *disk,
                     BlockStats *ret_stats, GError **error);
int fake_block_peek(virDomainPtr domain, const char *disk,
                    unsigned long long offset, size_t size, void *ret_buffer,
                    GError **error);
int fake_block_resize(virDomainPtr domain, const char *disk,
                      unsigned long long size, unsigned flags, GError **error);
int fake_block_threshold(virDomainPtr domain, const char *device,
                         unsigned long long threshold, GError **error);
int fake_block_job_info(virDomainPtr domain, const char *disk,
                        virDomainBlockJobInfoPtr ret_info, GError **error);
int fake_block_job_abort(virDomainPtr domain, const char *disk, unsigned flags,
                         GError **error);
int fake_block_job_set_speed(virDomainPtr domain, const char *disk,
                             unsigned long long bandwidth, GError **error);
int fake_block_pull(virDomainPtr domain, const char *disk, const char *base,
                    unsigned long long bandwidth, unsigned flags,
                    GError **error);
int fake_block_copy(virDomainPtr domain, const char *disk,
                    const BlockCopy *copy, unsigned flags, GError **error);
int fake_block_commit(virDomainPtr domain, const char *disk,
                      const BlockCommit *commit, unsigned flags,
                      GError **error);
