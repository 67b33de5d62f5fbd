/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU's own jobs: the copying of a disk.
 *
 * All of ours are begun with auto-dismiss off, so that a concluded one stays
 * with its result until it was read, by whichever process comes to it.
 */
#pragma once

#include "qemu/qmp/client.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool is_concluded;
    bool is_pending; /* done, and waits for job-finalize */
    bool is_ready;   /* a mirror or an active commit, in step */
    uint64_t processed;
    uint64_t total;
    char *error; /* NULL while all is well */
} BlockJob;

void block_job_free(BlockJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlockJob, block_job_free)

/** block_jobs_query: (transfer full): id -> BlockJob. */
GHashTable *block_jobs_query(QmpClient *qmp, GError **error);

/** block_job_await: (transfer full): id -> BlockJob, once each of @ids concluded
 * or is gone.  VIR_ERR_OPERATION_TIMEOUT. */
GHashTable *block_job_await(QmpClient *qmp, const GPtrArray *ids,
                            GError **error);

/** block_job_cancel: cancels those of @ids that still work; then as
 * block_job_await(): one that was done first has no error. */
GHashTable *block_job_cancel(QmpClient *qmp, const GPtrArray *ids,
                             GError **error);

/** block_job_settle: cancels those of @ids that are there and still work, and
 * dismisses all.  What they came to is of no interest. */
bool block_job_settle(QmpClient *qmp, const GPtrArray *ids, GError **error);
