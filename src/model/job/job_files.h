/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that a job or a snapshot makes, when it is not known how far its begin
 * came. */
#pragma once

#include "model/job.h"

#include <stdbool.h>

/** job_file_is_ours: whether a file that @job's begin may or may not have made
 * is its.  The record was written before it and nothing was there then: a
 * private file of ours, born after that, is not somebody else's. */
bool job_file_is_ours(const Job *job, const char *path);
/** job_file_is_born_since: the same of whatever else has such a record, which
 * was written at @since_ms (since the epoch) or later. */
bool job_file_is_born_since(int64_t since_ms, const char *path);
