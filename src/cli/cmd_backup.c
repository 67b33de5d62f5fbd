/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that begin, show and end backups. */
#include "cli/backup_wait.h"
#include "cli/command.h"
#include "cli/text/xml_query.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

/* Push is what no mode means.  A document that cannot be read is not a pull:
 * the library will say what is wrong with it. */
static bool
is_pull(const char *xml)
{
    g_autofree char *mode =
        xml ? xml_query_attribute(xml, "domainbackup", "mode") : NULL;

    return g_strcmp0(mode, "pull") == 0;
}

/* Reads the two documents; false after reporting. */
static bool
read_documents(const Tool *tool, const Options *options, char **ret_backup,
               char **ret_checkpoint)
{
    const char *backup_file = options_text(options, "backupxml");
    const char *checkpoint_file = options_text(options, "checkpointxml");

    if (backup_file) {
        *ret_backup = tool_read_file(tool, backup_file);
        if (!*ret_backup)
            return false;
    }
    if (checkpoint_file) {
        *ret_checkpoint = tool_read_file(tool, checkpoint_file);
        if (!*ret_checkpoint)
            return false;
    }
    return true;
}

/* What must be refused is refused before the backup begins.  Both documents are
 * read first, for the moment that they speak of is that of the call. */
static CommandResult
cmd_backup_begin(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"reuse-external", VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL},
        {"quiesce", VIR_DOMAIN_BACKUP_BEGIN_QUIESCE},
        {"no-metadata", VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA},
        {NULL},
    };
    /* A pull has no end that could be waited for. */
    bool is_waiting = options_has(options, "wait");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *backup = NULL;
    g_autofree char *checkpoint = NULL;
    int id = 0;

    if (!domain || !read_documents(tool, options, &backup, &checkpoint))
        return RESULT_FAILED;
    if (is_waiting && is_pull(backup)) {
        return tool_misuse(tool, "--wait is for push backups: a pull backup is "
                                 "over when backup-end says so");
    }
    id = virDomainBackupBegin(domain, backup, checkpoint,
                              options_flags(options, bits));
    if (id < 0) {
        return tool_fail(tool, "Failed to begin a backup of domain '%s'",
                         virDomainGetName(domain));
    }
    /* For scripts: the number alone, which is what they pass on. */
    if (tool->output.is_quiet) {
        output_print(&tool->output, "%d\n", id);
    } else {
        output_print(&tool->output, "Backup started (job %d)\n", id);
    }
    if (!is_waiting)
        return RESULT_DONE;
    /* The id is wanted by whoever reads this output while we wait. */
    fflush(tool->output.out);
    return backup_wait(tool, domain, id);
}

/* The job that --id names or, without it, the only backup there is; -1 after
 * reporting. */
static int
choose_job(const Tool *tool, virDomainPtr domain, const Options *options)
{
    const char *name = virDomainGetName(domain);
    g_autoptr(GString) names = g_string_new(NULL);
    virDomainJobPtr *jobs = NULL;
    unsigned backups = 0;
    int count = 0;
    int id = -1;

    if (options_has(options, "id"))
        return options_number(options, "id", 0);
    /* What each of them is comes in the same answer: asked one by one, a daemon
     * that dies meanwhile would look like one without jobs. */
    count = virDomainListAllJobs(domain, &jobs, 0);
    if (count < 0) {
        (void)tool_fail(tool, "Failed to list the jobs of domain '%s'", name);
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (virDomainJobGetOperation(jobs[i]) ==
            VIR_DOMAIN_JOB_OPERATION_BACKUP) {
            id = virDomainJobGetID(jobs[i]);
            backups++;
            g_string_append_printf(names, " %d", id);
        }
        virDomainJobFree(jobs[i]);
    }
    free(jobs);
    if (backups == 1)
        return id;
    if (backups == 0) {
        (void)tool_refuse(tool, "Domain '%s' has no backup job", name);
    } else {
        (void)tool_misuse(tool,
                          "Domain '%s' has several backup jobs: choose one "
                          "with --id, of%s",
                          name, names->str);
    }
    return -1;
}

/* What is really done, with every default filled in; it can be given to
 * backup-begin again. */
static CommandResult
cmd_backup_dumpxml(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;
    int id = 0;

    if (!domain)
        return RESULT_FAILED;
    /* -1 after it has said why. */
    id = choose_job(tool, domain, options);
    if (id < 0)
        return RESULT_FAILED;
    xml = virDomainBackupGetXMLDesc(domain, id, 0);
    if (!xml) {
        return tool_fail(tool,
                         "Failed to get the XML of backup job %d of "
                         "domain '%s'",
                         id, virDomainGetName(domain));
    }
    return tool_print_document(tool, options, xml);
}

/* (transfer full) (nullable): the checkpoint that was made with the job. */
static char *
checkpoint_of(virDomainPtr domain, int id)
{
    virDomainJobPtr job = virDomainJobLookupByID(domain, id, 0);
    virTypedParameterPtr params = NULL;
    const char *name = NULL;
    char *copy = NULL;
    int type = VIR_DOMAIN_JOB_NONE;
    int count = 0;

    if (job && virDomainJobGetStats(job, &type, &params, &count, 0) == 0) {
        (void)virTypedParamsGetString(params, count, VIR_DOMAIN_JOB_CHECKPOINT,
                                      &name);
        copy = g_strdup(name);
        virTypedParamsFree(params, count);
    }
    if (job)
        virDomainJobFree(job);
    virResetLastError();
    return copy;
}

/* (transfer full): @text as one word of a shell. */
static char *
shell_word(const char *text)
{
    bool is_plain = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "0123456789_-.,+@%:=") == strlen(text);

    /* Plain where it can be: quotes around "web" only disturb. */
    return is_plain ? g_strdup(text) : g_shell_quote(text);
}

/* Aborting a pull backup does not undo its checkpoint, since the reader may
 * have all that it wanted.  Who aborts often thinks otherwise: say it. */
static void
explain_checkpoint(const Tool *tool, virDomainPtr domain, const char *name)
{
    g_autoptr(virDomainCheckpoint) checkpoint =
        virDomainCheckpointLookupByName(domain, name, 0);
    g_autofree char *domain_word = shell_word(virDomainGetName(domain));
    g_autofree char *name_word = shell_word(name);

    if (!checkpoint) {
        virResetLastError();
        return;
    }
    output_say(&tool->output,
               "Checkpoint '%s', which was made with this backup, stays.  If "
               "the backup was not read in full,\n"
               "delete it, so that the next incremental one begins where the "
               "last good one did:\n"
               "    strandline checkpoint-delete %s %s\n",
               name, domain_word, name_word);
}

/* What is to be said about the checkpoint must be asked before the end: with
 * the job its document is gone.  None of these questions may keep the end from
 * happening, so their failures are forgotten. */
static CommandResult
cmd_backup_end(Tool *tool, const Options *options)
{
    bool is_aborting = options_has(options, "abort");
    unsigned flags = is_aborting ? VIR_DOMAIN_BACKUP_END_ABORT : 0;
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;
    g_autofree char *checkpoint = NULL;
    int id = 0;
    int ended = 0;

    if (!domain)
        return RESULT_FAILED;
    id = choose_job(tool, domain, options);
    if (id < 0)
        return RESULT_FAILED;
    if (is_aborting) {
        xml = virDomainBackupGetXMLDesc(domain, id, 0);
        checkpoint = checkpoint_of(domain, id);
        virResetLastError();
    }
    ended = virDomainBackupEnd(domain, id, flags);
    if (ended < 0) {
        return tool_fail(tool, "Failed to end backup job %d of domain '%s'", id,
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Backup %s (job %d)\n",
               ended == 1 ? "ended" : "aborted", id);
    if (checkpoint && is_pull(xml))
        explain_checkpoint(tool, domain, checkpoint);
    return RESULT_DONE;
}

static const OptionDef begin_options[] = {
    OPTION_DOMAIN,
    {"backupxml", "file with the XML of the backup; - for standard input",
     OPTION_STRING, .value = VALUE_FILE},
    {"checkpointxml", "file with the XML of a checkpoint to make with it",
     OPTION_STRING, .value = VALUE_FILE},
    {"reuse-external", "write into files that are there", OPTION_FLAG},
    {"quiesce", "have the guest agent freeze the file systems", OPTION_FLAG},
    {"no-metadata", "make the checkpoint's bitmaps and forget its name",
     OPTION_FLAG},
    {"wait", "show progress until it is done, then end the job", OPTION_FLAG},
    OPTION_END,
};

static const char *const begin_needs[] = {"no-metadata checkpointxml", NULL};

static const OptionDef dumpxml_options[] = {
    OPTION_DOMAIN,
    {"id", "number of the job; needed when there are several", OPTION_NUMBER,
     .value = VALUE_JOB},
    OPTIONS_XPATH,
    OPTION_END,
};

static const OptionDef end_options[] = {
    OPTION_DOMAIN,
    {"id", "number of the job; needed when there are several", OPTION_NUMBER,
     .value = VALUE_JOB},
    {"abort", "also if it is not complete, which makes it useless",
     OPTION_FLAG},
    OPTION_END,
};

const Command backup_commands[] = {
    {"backup-begin", "begin a backup of a running domain",
     "Without XML, all disks are copied in full to files beside them. The\n"
     "    number of the job is printed; it is wanted by the other commands\n"
     "    when a domain has several. A push backup with --wait that is\n"
     "    interrupted (Ctrl-C) is aborted, and leaves nothing behind.",
     begin_options, NULL, begin_needs, cmd_backup_begin},
    {"backup-dumpxml", "XML of a backup, with all that was filled in", NULL,
     dumpxml_options, NULL, xpath_needs, cmd_backup_dumpxml},
    {"backup-end", "end a backup",
     "A push backup can be ended when it is complete; before, only with\n"
     "    --abort, which removes its files and its checkpoint. A pull backup\n"
     "    is ended when its reader is done; its checkpoint stays.",
     end_options, NULL, NULL, cmd_backup_end},
    {NULL},
};
