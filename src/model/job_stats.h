/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The figures of a job in the two shapes that libvirt's calls give them. */
#pragma once

#include "model/job.h"

#include <libvirt/libvirt.h>

/** job_stats_params: *@ret_params is the caller's (base/typed_params.h).
 * Returns: their number. */
int job_stats_params(const Job *job, virTypedParameterPtr *ret_params);

/** job_stats_info: the fixed fields of virDomainGetJobInfo(). */
void job_stats_info(const Job *job, virDomainJobInfoPtr ret_info);

/** job_stats_block_info: what virDomainGetBlockJobInfo() tells of @job, be it a
 * push's part, on the disk @target. */
void job_stats_block_info(const Job *job, const char *target,
                          virDomainBlockJobInfoPtr ret_info);

/** job_stats_block_status: of an ended @job, for the events of block jobs:
 * virConnectDomainEventBlockJobStatus. */
int job_stats_block_status(const Job *job);
