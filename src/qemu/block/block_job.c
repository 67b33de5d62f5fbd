/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/block_job.h"

#include "base/error.h"
#include "qemu/block/batch.h"
#include "qemu/qmp/message.h"

#include <string.h>

/* A job says that it concluded by an event, but events belong to whoever
 * watches this connection; asking costs 0.2 ms, so we ask. */
enum { POLL_MIN_US = 200, POLL_MAX_US = 20 * 1000, US_PER_MS = 1000 };

/* For the table's values. */
void
block_job_free(BlockJob *job)
{
    if (!job)
        return;
    g_free(job->error);
    g_free(job);
}

/* QEMU's counters are signed in JSON; below zero they would be nonsense, and as
 * unsigned a very large number. */
static uint64_t
job_number(const json_t *entry, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(entry, key));

    return number < 0 ? 0 : (uint64_t)number;
}

/* All of QEMU's jobs; callers look for their own by id. */
GHashTable *
block_jobs_query(QmpClient *qmp, GError **error)
{
    g_autoptr(Json) reply = qmp_client_call(qmp, "query-jobs", NULL, error);
    GHashTable *jobs = NULL;
    size_t i = 0;
    json_t *entry = NULL;

    if (!reply)
        return NULL;
    jobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)block_job_free);
    json_array_foreach(reply, i, entry)
    {
        const char *id = json_string_value(json_object_get(entry, "id"));
        const char *status =
            json_string_value(json_object_get(entry, "status"));
        BlockJob *job = NULL;

        /* Not one of ours, or not one at all; jobs of other programs are listed
         * too and just not asked for. */
        if (!id || !status)
            continue;
        job = g_new0(BlockJob, 1);
        /* "concluded" alone: "pending" and "aborting" still hold their
         * nodes. */
        job->is_concluded = strcmp(status, "concluded") == 0;
        job->is_pending = strcmp(status, "pending") == 0;
        job->is_ready = strcmp(status, "ready") == 0;
        job->processed = job_number(entry, "current-progress");
        job->total = job_number(entry, "total-progress");
        job->error =
            g_strdup(json_string_value(json_object_get(entry, "error")));
        g_hash_table_insert(jobs, g_strdup(id), job);
    }
    return jobs;
}

/* How many of @ids are there and still work; -1 on failure. */
static int
count_working(GHashTable *jobs, const GPtrArray *ids)
{
    int n_working = 0;

    for (guint i = 0; i < ids->len; i++) {
        const BlockJob *job =
            g_hash_table_lookup(jobs, g_ptr_array_index(ids, i));

        /* One that is not there is done with: dismissed by an earlier caller
         * that died after that. */
        if (job && !job->is_concluded)
            n_working++;
    }
    return n_working;
}

GHashTable *
block_job_await(QmpClient *qmp, const GPtrArray *ids, GError **error)
{
    gint64 deadline_us =
        g_get_monotonic_time() + (gint64)QMP_TIMEOUT_MS * US_PER_MS;
    gulong pause_us = POLL_MIN_US;

    while (true) {
        g_autoptr(GHashTable) jobs = block_jobs_query(qmp, error);

        if (!jobs)
            return NULL;
        if (count_working(jobs, ids) == 0)
            return g_steal_pointer(&jobs);
        if (g_get_monotonic_time() > deadline_us) {
            fail(error, VIR_ERR_OPERATION_TIMEOUT,
                 "QEMU's job '%s' does not conclude within %d s; the storage "
                 "it works on may hang",
                 (const char *)g_ptr_array_index(ids, 0),
                 QMP_TIMEOUT_MS / 1000);
            return NULL;
        }
        /* Cancelling ends as soon as the copies under way have landed, which is
         * mostly at once; the pause doubles so that one that hangs is not asked
         * 5,000 times a second. */
        g_usleep(pause_us);
        pause_us = MIN(pause_us * 2, POLL_MAX_US);
    }
}

/* From here on the result is gone, so what it was is read and written down
 * before. */
static bool
dismiss(QmpClient *qmp, GHashTable *jobs, const GPtrArray *ids, GError **error)
{
    g_autoptr(Batch) batch = batch_new();

    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);

        if (g_hash_table_contains(jobs, id))
            batch_add(batch, "job-dismiss", json_pack("{s:s}", "id", id));
    }
    return batch_run(batch, qmp, NULL, error);
}

GHashTable *
block_job_cancel(QmpClient *qmp, const GPtrArray *ids, GError **error)
{
    g_autoptr(GHashTable) before = block_jobs_query(qmp, error);

    if (!before)
        return NULL;
    for (guint i = 0; i < ids->len; i++) {
        const char *id = g_ptr_array_index(ids, i);
        const BlockJob *job = g_hash_table_lookup(before, id);

        /* It may conclude in between and then cannot be cancelled: the wait
         * below is what counts. */
        if (job && !job->is_concluded) {
            (void)qmp_client_run(qmp, "job-cancel",
                                 json_pack("{s:s}", "id", id), NULL);
        }
    }
    return block_job_await(qmp, ids, error);
}

/* Can be repeated from any point: a job is cancelled while it works, waited
 * for, and dismissed if it is there. */
bool
block_job_settle(QmpClient *qmp, const GPtrArray *ids, GError **error)
{
    g_autoptr(GHashTable) after = block_job_cancel(qmp, ids, error);

    return after && dismiss(qmp, after, ids, error);
}
