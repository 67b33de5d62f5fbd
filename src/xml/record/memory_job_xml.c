/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/record/memory_job_xml.h"

#include "base/error.h"
#include "xml/record/migration_xml.h"

/* As of memory_job_kind_name() and memory_job_then_name(). */
static const char *const kinds[] = {"image",  "stream", "core",
                                    "inside", "move",   NULL};
static const char *const thens[] = {"go-on", "saved", "reset",
                                    "crash", "halt",  NULL};

/* Figures too, though they are as old as the last look that had a reason to
 * write: of a job that ended they are the last. */
void
memory_job_xml_write(Writer *writer, const MemoryJob *job)
{
    writer_open(writer, "memory");
    writer_attribute(writer, "kind", memory_job_kind_name(job->kind));
    writer_attribute(writer, "then", memory_job_then_name(job->then));
    writer_attribute(writer, "path", job->path);
    writer_attribute(writer, "snapshot", job->snapshot);
    writer_attribute(writer, "spares-cache", job->spares_cache ? "yes" : NULL);
    writer_attribute_uint(writer, "total", job->total);
    writer_attribute_uint(writer, "processed", job->processed);
    writer_attribute_uint(writer, "remaining", job->remaining);
    if (job->migration)
        migration_xml_write(writer, job->migration);
    writer_close(writer);
}

/* Bounded like those of disks: no sum of two can overflow. */
static bool
parse_figures(xmlNode *node, MemoryJob *job, GError **error)
{
    return reader_uint(node, "total", G_MAXINT64, &job->total, error) &&
           reader_uint(node, "processed", G_MAXINT64, &job->processed, error) &&
           reader_uint(node, "remaining", G_MAXINT64, &job->remaining, error);
}

/* Held to every rule, although it is from our own folder: a file is removed and a
 * machine ended by what it says. */
MemoryJob *
memory_job_xml_parse(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {
        "kind",  "then",      "path",      "snapshot", "spares-cache",
        "total", "processed", "remaining", NULL};
    static const char *const children[] = {"migration", NULL};
    g_autoptr(MemoryJob) job = memory_job_new(0, 0, NULL);
    int kind = -1;
    int then = -1;
    xmlNode *move = reader_first(node, "migration");

    if (!reader_only(node, attributes, children, error) ||
        !reader_choice(node, "kind", kinds, &kind, error) ||
        !reader_choice(node, "then", thens, &then, error) ||
        !reader_yes(node, "spares-cache", &job->spares_cache, error) ||
        !parse_figures(node, job, error))
        return NULL;
    job->path = reader_attribute(node, "path");
    job->snapshot = reader_attribute(node, "snapshot");
    /* What is done with the machine, and which file is renamed or removed, must
     * be no guess. */
    if (kind < 0 || then < 0 || (kind == MEMORY_JOB_MOVE) != (move != NULL) ||
        (job->path ? !g_path_is_absolute(job->path) && !move
                   : kind != MEMORY_JOB_INSIDE)) {
        fail(error, VIR_ERR_XML_ERROR,
             "the record of a job that writes memory says too little about it");
        return NULL;
    }
    job->kind = (MemoryJobKind)kind;
    job->then = (MemoryJobThen)then;
    /* Only a migration has one, and it always does (checked above). */
    if (move) {
        job->migration = migration_xml_parse(move, error);
        if (!job->migration)
            return NULL;
    }
    return g_steal_pointer(&job);
}
