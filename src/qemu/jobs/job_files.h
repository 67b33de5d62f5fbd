/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that a job makes, when it is not known how far its begin came. */
#pragma once

#include "model/job.h"

#include <stdbool.h>

/** job_file_is_ours: whether a file that @job's begin may or may not have made
 * is its.  The record was written before it and nothing was there then: a
 * private file of ours, born after that, is not somebody else's. */
bool job_file_is_ours(const Job *job, const char *path);
