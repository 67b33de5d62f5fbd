/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/memory/memory_job.h"

/* In the order of the enumerators; these words are in state files, so they are
 * never changed, only added to. */
static const char *const kind_names[] = {"image", "stream", "core", "inside",
                                         "move"};
static const char *const then_names[] = {"go-on", "saved", "reset", "crash",
                                         "halt"};

/* Figures are 0 until QEMU was asked. */
MemoryJob *
memory_job_new(MemoryJobKind kind, MemoryJobThen then, const char *path)
{
    MemoryJob *job = g_new0(MemoryJob, 1);

    job->kind = kind;
    job->then = then;
    job->path = g_strdup(path);
    return job;
}

/* What becomes of the file is not decided here: the record outlives the object. */
void
memory_job_free(MemoryJob *job)
{
    if (!job)
        return;
    g_free(job->path);
    g_free(job->snapshot);
    migration_free(job->migration);
    g_free(job);
}

/* In the same folder, so that the last step is a rename; with the job's id,
 * which is never used twice, so that no two jobs mean one file. */
char *
memory_job_partial(const MemoryJob *job, int id)
{
    return g_strdup_printf("%s.partial-%d", job->path, id);
}

/* For records; the reader of these has the same lists. */
const char *
memory_job_kind_name(MemoryJobKind kind)
{
    return kind_names[kind];
}

/* As the kind's. */
const char *
memory_job_then_name(MemoryJobThen then)
{
    return then_names[then];
}
