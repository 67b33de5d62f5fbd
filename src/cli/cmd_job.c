/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on jobs: the work that goes on in the background of a domain. */
#include "cli/command.h"
#include "cli/text/wording.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainJob, virDomainJobFree)

/* What the library tells of a job. */
typedef struct {
    int type; /* virDomainJobType */
    virTypedParameterPtr params;
    int count;
} Stats;

static void
stats_clear(Stats *stats)
{
    virTypedParamsFree(stats->params, stats->count);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stats, stats_clear)

typedef enum { FIELD_MS, FIELD_SIZE, FIELD_RATE, FIELD_COUNT } FieldKind;

/* The fields that have a name for people, in the order they are shown. */
static const struct {
    const char *field;
    const char *title;
    FieldKind kind;
} fields[] = {
    {VIR_DOMAIN_JOB_TIME_ELAPSED, "Time elapsed:", FIELD_MS},
    {VIR_DOMAIN_JOB_TIME_ELAPSED_NET, "Time elapsed w/o network:", FIELD_MS},
    {VIR_DOMAIN_JOB_TIME_REMAINING, "Time remaining:", FIELD_MS},
    {VIR_DOMAIN_JOB_DATA_PROCESSED, "Data processed:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_DATA_REMAINING, "Data remaining:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_DATA_TOTAL, "Data total:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_MEMORY_PROCESSED, "Memory processed:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_MEMORY_REMAINING, "Memory remaining:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_MEMORY_TOTAL, "Memory total:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_MEMORY_BPS, "Memory bandwidth:", FIELD_RATE},
    {VIR_DOMAIN_JOB_DISK_PROCESSED, "File processed:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_DISK_REMAINING, "File remaining:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_DISK_TOTAL, "File total:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_DISK_BPS, "File bandwidth:", FIELD_RATE},
    {VIR_DOMAIN_JOB_DOWNTIME, "Total downtime:", FIELD_MS},
    {VIR_DOMAIN_JOB_SETUP_TIME, "Setup time:", FIELD_MS},
    {VIR_DOMAIN_JOB_DISK_TEMP_USED, "Temporary disk space use:", FIELD_SIZE},
    {VIR_DOMAIN_JOB_DISK_TEMP_TOTAL, "Temporary disk space total:", FIELD_SIZE},
};

/* Columns as virsh lays them out, since people compare. */
static void
print_field(const Output *output, const char *title, FieldKind kind,
            unsigned long long value)
{
    const char *unit = NULL;
    /* Only used by the kinds that are sizes. */
    double size = size_in_units(value, &unit);

    switch (kind) {
    case FIELD_MS:
        output_print(output, "%-17s %-12llu ms\n", title, value);
        break;
    case FIELD_SIZE:
        output_print(output, "%-17s %-.3f %s\n", title, size, unit);
        break;
    case FIELD_RATE:
        output_print(output, "%-17s %-.3f %s/s\n", title, size, unit);
        break;
    case FIELD_COUNT:
        output_print(output, "%-17s %-12llu\n", title, value);
        break;
    }
}

/* A field that this tool does not know is shown here, and only here. */
static void
print_raw(const Output *output, const Stats *stats)
{
    output_print(output, "Job type: %d\n\n", stats->type);
    for (int i = 0; i < stats->count; i++) {
        g_autofree char *text = wording_param(&stats->params[i]);

        output_print(output, "%s: %s\n", stats->params[i].field, text);
    }
}

/* What the job has, in a fixed order. */
static void
print_stats(const Output *output, const Stats *stats)
{
    unsigned long long value = 0;
    const char *message = NULL;
    int operation = VIR_DOMAIN_JOB_OPERATION_UNKNOWN;
    int id = 0;

    /* Each figure where the driver has it: 1 means found, 0 absent. */
    if (virTypedParamsGetInt(stats->params, stats->count,
                             VIR_DOMAIN_JOB_OPERATION, &operation) == 1) {
        output_print(output, "%-17s %-12s\n",
                     "Operation:", wording_operation(operation));
    }
    if (virTypedParamsGetInt(stats->params, stats->count, VIR_DOMAIN_JOB_ID,
                             &id) == 1)
        output_print(output, "%-17s %-12d\n", "Job id:", id);
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (virTypedParamsGetULLong(stats->params, stats->count,
                                    fields[i].field, &value) == 1)
            print_field(output, fields[i].title, fields[i].kind, value);
    }
    if (virTypedParamsGetString(stats->params, stats->count,
                                VIR_DOMAIN_JOB_ERRMSG, &message) == 1)
        output_print(output, "%-17s %s\n", "Error message:", message);
    /* Ours, so behind all that virsh prints. */
    if (virTypedParamsGetString(stats->params, stats->count,
                                VIR_DOMAIN_JOB_FAILED_DISK, &message) == 1)
        output_print(output, "%-17s %s\n", "Failed disk:", message);
}

/* Asks the job that --id names, or the one that is meant without. */
static bool
load_stats(const Tool *tool, virDomainPtr domain, const Options *options,
           unsigned flags, Stats *ret_stats)
{
    const char *name = virDomainGetName(domain);
    int id = options_number(options, "id", -1);
    g_autoptr(virDomainJob) job = NULL;

    /* The call without an id, which speaks of the default job or of the backup:
     * not the same as id 0. */
    if (id < 0) {
        if (virDomainGetJobStats(domain, &ret_stats->type, &ret_stats->params,
                                 &ret_stats->count, flags) == 0)
            return true;
        (void)tool_fail(tool, "Failed to get the job of domain '%s'", name);
        return false;
    }
    job = virDomainJobLookupByID(domain, id, 0);
    if (job && virDomainJobGetStats(job, &ret_stats->type, &ret_stats->params,
                                    &ret_stats->count, flags) == 0)
        return true;
    (void)tool_fail(tool, "Failed to get job %d of domain '%s'", id, name);
    return false;
}

/* Whether there is more to say of a job than its type: it runs, or it is
 * completed and that was the question, or any job was asked for. */
static bool
has_details(const Options *options, int type)
{
    if (type == VIR_DOMAIN_JOB_BOUNDED || type == VIR_DOMAIN_JOB_UNBOUNDED)
        return true;
    /* virsh shows only the type of a job that is over, unless it was asked
     * for. */
    if (type == VIR_DOMAIN_JOB_COMPLETED)
        return options_has(options, "completed") || options_has(options, "id");
    return options_has(options, "anystats") && type != VIR_DOMAIN_JOB_NONE;
}

/* The type always; the figures only of a job that runs, or if they were asked
 * for. */
static CommandResult
cmd_domjobinfo(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"completed", VIR_DOMAIN_JOB_STATS_COMPLETED},
        {"keep-completed",
         VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED},
        {NULL},
    };
    const Output *output = &tool->output;
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_auto(Stats) stats = {0, NULL, 0};

    if (!domain)
        return RESULT_FAILED;
    if (!load_stats(tool, domain, options, options_flags(options, bits),
                    &stats))
        return RESULT_FAILED;
    if (options_has(options, "rawstats")) {
        print_raw(output, &stats);
        return RESULT_DONE;
    }
    output_print(output, "%-17s %-12s\n",
                 "Job type:", wording_job_type(stats.type));
    if (has_details(options, stats.type))
        print_stats(output, &stats);
    return RESULT_DONE;
}

/* With and without an id are two calls that differ in more than the job: a
 * pull backup is ended by the first, and rolled back by the second (see the
 * manual). */
static CommandResult
cmd_domjobabort(Tool *tool, const Options *options)
{
    int id = options_number(options, "id", -1);
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainJob) job = NULL;

    if (!domain)
        return RESULT_FAILED;
    if (id < 0) {
        if (virDomainAbortJob(domain) < 0) {
            return tool_fail(tool, "Failed to abort the job of domain '%s'",
                             virDomainGetName(domain));
        }
        return RESULT_DONE;
    }
    job = virDomainJobLookupByID(domain, id, 0);
    if (!job || virDomainJobAbort(job, 0) < 0) {
        return tool_fail(tool, "Failed to abort job %d of domain '%s'", id,
                         virDomainGetName(domain));
    }
    return RESULT_DONE;
}

/* A pull has no progress: its reader decides what it reads. */
static char *
progress_text(const Stats *stats)
{
    unsigned long long done = 0;
    unsigned long long total = 0;

    if (virTypedParamsGetULLong(stats->params, stats->count,
                                VIR_DOMAIN_JOB_DISK_PROCESSED, &done) != 1 ||
        virTypedParamsGetULLong(stats->params, stats->count,
                                VIR_DOMAIN_JOB_DISK_TOTAL, &total) != 1 ||
        total == 0)
        return g_strdup("-");
    return g_strdup_printf("%.0f %%", (double)done * 100 / (double)total);
}

/* A job may end between the list and this question: then the row says what the
 * list said. */
static void
add_job_row(Table *table, virDomainJobPtr job)
{
    g_auto(Stats) stats = {virDomainJobGetType(job), NULL, 0};
    g_autofree char *id = g_strdup_printf("%d", virDomainJobGetID(job));
    g_autofree char *progress = NULL;
    int operation = virDomainJobGetOperation(job);
    const char *cells[] = {id, "-", NULL, NULL};

    /* A job may be gone since it was listed; its row then says less.
     *
     * What cannot be had is shown as a dash. */
    (void)virDomainJobGetStats(job, &stats.type, &stats.params, &stats.count,
                               0);
    tool_forget_error();
    if (operation != VIR_DOMAIN_JOB_OPERATION_UNKNOWN)
        cells[1] = wording_operation(operation);
    cells[2] = wording_job_type(stats.type);
    progress = progress_text(&stats);
    cells[3] = progress;
    table_add(table, cells);
}

/* With the default job, as the proposal wants it. */
static CommandResult
cmd_job_list(Tool *tool, const Options *options)
{
    static const char *const titles[] = {"Id", "Operation", "Type", "Progress",
                                         NULL};
    static const OptionBit bits[] = {{"all", VIR_DOMAIN_LIST_JOBS_COMPLETED},
                                     {NULL}};
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(Table) table = table_new(titles);
    virDomainJobPtr *jobs = NULL;
    int count = 0;

    if (!domain)
        return RESULT_FAILED;
    count = virDomainListAllJobs(domain, &jobs, options_flags(options, bits));
    if (count < 0) {
        return tool_fail(tool, "Failed to list the jobs of domain '%s'",
                         virDomainGetName(domain));
    }
    for (int i = 0; i < count; i++) {
        add_job_row(table, jobs[i]);
        virDomainJobFree(jobs[i]);
    }
    free(jobs);
    table_print(table, &tool->output);
    return RESULT_DONE;
}

static const OptionDef jobinfo_options[] = {
    OPTION_DOMAIN,
    {"completed", "of the job that ended last, which is then forgotten",
     OPTION_FLAG},
    {"keep-completed", "likewise, but remember it", OPTION_FLAG},
    {"anystats", "all fields also of a job that failed", OPTION_FLAG},
    {"rawstats", "the fields as the library has them", OPTION_FLAG},
    {"id", "number of the job", OPTION_NUMBER, .is_named_only = true,
     .value = VALUE_JOB},
    OPTION_END,
};

static const OptionDef jobabort_options[] = {
    OPTION_DOMAIN,
    {"id", "number of the job", OPTION_NUMBER, .is_named_only = true,
     .value = VALUE_JOB},
    OPTION_END,
};

static const OptionDef job_list_options[] = {
    OPTION_DOMAIN,
    {"all", "also those that have ended and are remembered", OPTION_FLAG},
    OPTION_END,
};

const Command job_commands[] = {
    {"domjobabort", "abort a job of a domain",
     "Without --id: the running migration, save or dump; if there is none,\n"
     "    the domain's backup. With several backups --id is needed.",
     jobabort_options, NULL, NULL, cmd_domjobabort},
    {"domjobinfo", "how far a job is",
     "Without --id: the running migration, save or dump; if there is none,\n"
     "    the newest backup.",
     jobinfo_options, NULL, NULL, cmd_domjobinfo},
    {"job-list", "list the jobs of a domain",
     "The default job, 0, is always there, also when it has nothing to do.",
     job_list_options, NULL, NULL, cmd_job_list},
    {NULL},
};
