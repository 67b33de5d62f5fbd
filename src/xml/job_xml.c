/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/job_xml.h"

#include "base/error.h"
#include "xml/backup_xml.h"
#include "xml/record/disk_job_xml.h"
#include "xml/record/memory_job_xml.h"

#include <string.h>

enum { JOB_RECORD_VERSION = 1 };

/* In the order of the enumerations of model/job.h. */
static const char *const state_words[] = {"starting", "running", "ending",
                                          "done",     "ended",   NULL};
static const char *const outcome_words[] = {"none", "completed", "failed",
                                            "cancelled", NULL};

/* Figures are bounded to what an int64 holds, so that no sum over a few disks
 * can overflow. */
static bool
parse_progress(xmlNode *node, Job *job, GError **error)
{
    static const char *const attributes[] = {
        "target",     "size",  "total",   "processed",      "temp-used",
        "temp-total", "error", "created", "hidden-scratch", NULL};
    g_autofree char *target = reader_attribute(node, "target");
    JobDisk *disk = NULL;

    if (!reader_only(node, attributes, NULL, error))
        return false;
    if (!target || job_find_disk(job, target)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a disk of job %d has no name, or is there twice", job->id);
    }
    disk = job_disk_new(target);
    /* The job owns it from here on. */
    g_ptr_array_add(job->disks, disk);
    disk->error = reader_attribute(node, "error");
    disk->hidden_scratch = reader_attribute(node, "hidden-scratch");
    if (!reader_yes(node, "created", &disk->is_created, error))
        return false;
    return reader_uint(node, "size", G_MAXINT64, &disk->size, error) &&
           reader_uint(node, "total", G_MAXINT64, &disk->total, error) &&
           reader_uint(node, "processed", G_MAXINT64, &disk->processed,
                       error) &&
           reader_uint(node, "temp-used", G_MAXINT64, &disk->temp_used,
                       error) &&
           reader_uint(node, "temp-total", G_MAXINT64, &disk->temp_total,
                       error);
}

/* The <domainbackup> of a job is aligned: whatever the rest of the driver takes
 * for granted about such a one is asked here. */
static bool
check_backup(const Job *job, GError **error)
{
    const BackupDef *def = job->backup;
    guint n_chosen = 0;

    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(def->disks, i);

        if (!disk->is_chosen)
            continue;
        n_chosen++;
        if (!disk->store || disk->mode == BACKUP_DISK_UNSET ||
            !job_find_disk(job, disk->name) ||
            (disk->mode == BACKUP_DISK_INCREMENTAL) != !!disk->incremental ||
            (def->mode == BACKUP_MODE_PULL && !disk->exportname)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the record of job %d says too little about disk '%s'",
                        job->id, disk->name);
        }
    }
    if (n_chosen == 0 || n_chosen != job->disks->len) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the record of job %d does not agree about its disks",
                    job->id);
    }
    return true;
}

/* A state or an outcome that is not known is refused rather than guessed: it
 * decides whether a checkpoint is sealed. */
static bool
parse_job_attributes(xmlNode *node, Job *job, GError **error)
{
    static const char *const attributes[] = {
        "id",    "operation", "state", "outcome", "started",
        "ended", "read",      "error", "files",   "generated",
        "ends",  "held",      NULL};
    static const char *const children[] = {
        "checkpoint", "progress", "domainbackup", "diskjob", "memory", NULL};
    uint64_t operation = 0;
    uint64_t started_ms = 0;
    uint64_t ended_ms = 0;
    /* A record that does not say is one that needs nothing done. */
    int state = JOB_ENDED;
    int outcome = JOB_OUTCOME_NONE;

    if (!reader_only(node, attributes, children, error) ||
        !reader_uint(node, "operation", G_MAXINT, &operation, error) ||
        !reader_uint(node, "started", G_MAXINT64, &started_ms, error) ||
        !reader_uint(node, "ended", G_MAXINT64, &ended_ms, error) ||
        !reader_choice(node, "state", state_words, &state, error) ||
        !reader_choice(node, "outcome", outcome_words, &outcome, error) ||
        !reader_yes(node, "read", &job->is_read, error) ||
        !reader_yes(node, "files", &job->keeps_files, error) ||
        !reader_yes(node, "ends", &job->ends_itself, error) ||
        !reader_yes(node, "held", &job->holds_guest, error))
        return false;
    job->operation = (int)operation;
    job->started_ms = (int64_t)started_ms;
    job->ended_ms = (int64_t)ended_ms;
    job->state = (JobState)state;
    job->outcome = (JobOutcome)outcome;
    job->error = reader_attribute(node, "error");
    return true;
}

/* Targets whose file names we chose, space-separated. */
static void
mark_generated(xmlNode *node, const Job *job)
{
    g_autofree char *list = reader_attribute(node, "generated");
    g_auto(GStrv) targets = g_strsplit(list ? list : "", " ", -1);

    for (char **target = targets; *target; target++) {
        BackupDisk *disk = backup_def_find_disk(job->backup, *target);

        if (disk)
            disk->is_generated = true;
    }
}

/* Also of one that is forgotten, which job_table_find() does not tell. */
static bool
is_taken(const JobTable *table, uint64_t id)
{
    for (guint i = 0; i < table->jobs->len; i++) {
        const Job *job = g_ptr_array_index(table->jobs, i);

        if ((uint64_t)job->id == id)
            return true;
    }
    return false;
}

/* The disk of the job is what its progress is about. */
static bool
parse_disk_job(xmlNode *node, Job *job, GError **error)
{
    job->disk_job = disk_job_xml_parse(node, error);
    if (!job->disk_job)
        return false;
    if (job->disks->len == 1 && job_find_disk(job, job->disk_job->disk))
        return true;
    return fail(error, VIR_ERR_XML_ERROR,
                "the record of job %d does not agree about its disk", job->id);
}

static bool
parse_backup(xmlNode *job_node, xmlNode *node, Job *job, GError **error)
{
    job->backup = backup_xml_parse_node(node, error);
    if (!job->backup || !check_backup(job, error))
        return false;
    mark_generated(job_node, job);
    return true;
}

/* In the order of the file, which is that of beginning. */
static bool
parse_job(xmlNode *node, JobTable *table, GError **error)
{
    xmlNode *backup = reader_first(node, "domainbackup");
    xmlNode *disk_job = reader_first(node, "diskjob");
    xmlNode *memory = reader_first(node, "memory");
    uint64_t id = 0;
    Job *job = NULL;

    /* Below the next id: one that is not would be given out a second time. */
    if (!reader_uint(node, "id", (uint64_t)table->next_id - 1, &id, error))
        return false;
    if (id == 0 || is_taken(table, id) ||
        !!backup + !!disk_job + !!memory != 1) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a job has no id, another's id, or not one of "
                    "<domainbackup>, <diskjob> and <memory>");
    }
    job = job_new((int)id, 0);
    g_ptr_array_add(table->jobs, job);
    if (!parse_job_attributes(node, job, error))
        return false;
    job->checkpoint = reader_child_text(node, "checkpoint");
    for (xmlNode *child = reader_first(node, "progress"); child;
         child = reader_next(child, "progress")) {
        if (!parse_progress(child, job, error))
            return false;
    }
    if (memory) {
        job->memory = memory_job_xml_parse(memory, error);
        return job->memory != NULL;
    }
    return backup ? parse_backup(node, backup, job, error)
                  : parse_disk_job(disk_job, job, error);
}

/* next is read first: every id is held against it. */
static bool
parse_table(xmlNode *root, JobTable *table, GError **error)
{
    static const char *const attributes[] = {"version", "next", NULL};
    static const char *const children[] = {"job", NULL};
    uint64_t version = 0;
    uint64_t next = 0;

    if (!reader_uint(root, "version", G_MAXINT, &version, error))
        return false;
    /* Of a later version even what looks familiar may mean something else. */
    if (version != JOB_RECORD_VERSION) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "it is of version %d and this Strandline knows version %d; "
                    "use the one that wrote it",
                    (int)version, JOB_RECORD_VERSION);
    }
    if (!reader_only(root, attributes, children, error) ||
        !reader_uint(root, "next", G_MAXINT, &next, error))
        return false;
    if (next == 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "it does not say the next job's id");
    }
    table->next_id = (int)next;
    for (xmlNode *child = reader_first(root, "job"); child;
         child = reader_next(child, "job")) {
        if (!parse_job(child, table, error))
            return false;
    }
    return true;
}

/* All or nothing: a table that lacks a job would give its nodes and files up to
 * nobody. */
JobTable *
job_xml_parse(const char *text, GError **error)
{
    g_autoptr(JobTable) table = job_table_new();
    g_autoptr(XmlDocument) document = reader_parse(text, "jobs", "jobs", error);

    if (!document || !parse_table(reader_root(document), table, error)) {
        g_prefix_error(error, "cannot read the record of jobs: ");
        return NULL;
    }
    return g_steal_pointer(&table);
}

/* Zeroes too: what is absent would have to be explained. */
static void
write_progress(Writer *writer, const JobDisk *disk)
{
    writer_open(writer, "progress");
    writer_attribute(writer, "target", disk->target);
    writer_attribute_uint(writer, "size", disk->size);
    writer_attribute_uint(writer, "total", disk->total);
    writer_attribute_uint(writer, "processed", disk->processed);
    writer_attribute_uint(writer, "temp-used", disk->temp_used);
    writer_attribute_uint(writer, "temp-total", disk->temp_total);
    writer_attribute(writer, "created", disk->is_created ? "yes" : NULL);
    writer_attribute(writer, "hidden-scratch", disk->hidden_scratch);
    writer_attribute(writer, "error", disk->error);
    writer_close(writer);
}

/* Which paths were ours to choose is no part of a backup's document, so it
 * stands beside it. */
static char *
generated_targets(const Job *job)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; job->backup && i < job->backup->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(job->backup->disks, i);

        if (disk->is_generated) {
            g_string_append_printf(list, "%s%s", list->len ? " " : "",
                                   disk->name);
        }
    }
    if (list->len == 0)
        return NULL;
    return g_string_free(g_steal_pointer(&list), FALSE);
}

/* Everything that whoever takes the job up after our death has to know. */
static void
write_job(Writer *writer, const Job *job)
{
    g_autofree char *generated = generated_targets(job);

    writer_open(writer, "job");
    writer_attribute_uint(writer, "id", (uint64_t)job->id);
    writer_attribute_uint(writer, "operation", (uint64_t)job->operation);
    writer_attribute(writer, "state", job_state_name(job->state));
    writer_attribute(writer, "outcome", job_outcome_name(job->outcome));
    writer_attribute_uint(writer, "started", (uint64_t)job->started_ms);
    if (job->ended_ms > 0)
        writer_attribute_uint(writer, "ended", (uint64_t)job->ended_ms);
    /* "no" is what absence means; records stay short. */
    writer_attribute(writer, "read", job->is_read ? "yes" : NULL);
    writer_attribute(writer, "files", job->keeps_files ? "yes" : NULL);
    writer_attribute(writer, "ends", job->ends_itself ? "yes" : NULL);
    writer_attribute(writer, "held", job->holds_guest ? "yes" : NULL);
    writer_attribute(writer, "generated", generated);
    writer_attribute(writer, "error", job->error);
    writer_element(writer, "checkpoint", job->checkpoint);
    for (guint i = 0; i < job->disks->len; i++)
        write_progress(writer, g_ptr_array_index(job->disks, i));
    if (job->backup) {
        backup_xml_write(writer, job->backup);
    } else if (job->memory) {
        memory_job_xml_write(writer, job->memory);
    } else {
        disk_job_xml_write(writer, job->disk_job);
    }
    writer_close(writer);
}

/* The format is described in docs/design/jobs.md; a version stands at its
 * top. */
char *
job_xml_format(const JobTable *table)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "jobs");
    writer_attribute_uint(writer, "version", JOB_RECORD_VERSION);
    writer_attribute_uint(writer, "next", (uint64_t)table->next_id);
    for (guint i = 0; i < table->jobs->len; i++)
        write_job(writer, g_ptr_array_index(table->jobs, i));
    writer_close(writer);
    return writer_finish(writer);
}
