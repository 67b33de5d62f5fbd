/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that make, change and end domains.
 *
 * Most of them are one call on one domain: the call, a sentence for failure
 * and one for success stand in a row of a table.
 */
#include "cli/command.h"

#include <string.h>

typedef struct {
    int (*call)(virDomainPtr domain);
    const char *failure; /* "Failed to suspend domain '%s'" */
    const char *success;
} Verb;

/* The name in the answer is the library's: an id or a UUID may have been
 * given, and who reads the answer wants to see which domain that was. */
static CommandResult
run_verb(Tool *tool, const Options *options, const Verb *verb)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    /* The library's reason follows our sentence (tool_fail()). */
    if (verb->call(domain) < 0) {
        return tool_fail(tool, "Failed to %s domain '%s'", verb->failure,
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' %s\n", virDomainGetName(domain),
               verb->success);
    return RESULT_DONE;
}

/* The one call of its kind that takes flags, of which there are none yet. */
static int
call_reset(virDomainPtr domain)
{
    return virDomainReset(domain, 0);
}

static CommandResult
cmd_suspend(Tool *tool, const Options *options)
{
    static const Verb verb = {virDomainSuspend, "suspend", "suspended"};

    return run_verb(tool, options, &verb);
}

static CommandResult
cmd_resume(Tool *tool, const Options *options)
{
    static const Verb verb = {virDomainResume, "resume", "resumed"};

    return run_verb(tool, options, &verb);
}

static CommandResult
cmd_reset(Tool *tool, const Options *options)
{
    static const Verb verb = {call_reset, "reset", "was reset"};

    return run_verb(tool, options, &verb);
}

/* Connects before it reads, so that standard input is not consumed for a
 * connection that fails. */
static CommandResult
cmd_define(Tool *tool, const Options *options)
{
    const char *file = options_text(options, "file");
    unsigned flags =
        options_has(options, "validate") ? VIR_DOMAIN_DEFINE_VALIDATE : 0;
    virConnectPtr connection = tool_connect(tool);
    g_autoptr(virDomain) domain = NULL;
    g_autofree char *xml = NULL;

    if (!connection)
        return RESULT_FAILED;
    xml = tool_read_file(tool, file);
    if (!xml)
        return RESULT_FAILED;
    domain = virDomainDefineXMLFlags(connection, xml, flags);
    if (!domain)
        return tool_fail(tool, "Failed to define domain from '%s'", file);
    output_say(&tool->output, "Domain '%s' defined from %s\n",
               virDomainGetName(domain), file);
    return RESULT_DONE;
}

/* Undefining never touches disks.  virsh has options that do; which files of a
 * machine may go is not something to be guessed at by a tool for backups. */
static CommandResult
cmd_undefine(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"managed-save", VIR_DOMAIN_UNDEFINE_MANAGED_SAVE},
        {"snapshots-metadata", VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA},
        {"checkpoints-metadata", VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA},
        {"nvram", VIR_DOMAIN_UNDEFINE_NVRAM},
        {"keep-nvram", VIR_DOMAIN_UNDEFINE_KEEP_NVRAM},
        {"tpm", VIR_DOMAIN_UNDEFINE_TPM},
        {"keep-tpm", VIR_DOMAIN_UNDEFINE_KEEP_TPM},
        {NULL},
    };
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainUndefineFlags(domain, options_flags(options, bits)) < 0) {
        return tool_fail(tool, "Failed to undefine domain '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' has been undefined\n",
               virDomainGetName(domain));
    return RESULT_DONE;
}

/* The id of the run is in the handle afterwards, and shown by "list". */
static CommandResult
cmd_start(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"paused", VIR_DOMAIN_START_PAUSED},
        {"autodestroy", VIR_DOMAIN_START_AUTODESTROY},
        {"bypass-cache", VIR_DOMAIN_START_BYPASS_CACHE},
        {"force-boot", VIR_DOMAIN_START_FORCE_BOOT},
        {"reset-nvram", VIR_DOMAIN_START_RESET_NVRAM},
        {NULL},
    };
    /* Options that the driver does not know are the driver's to refuse: it says
     * which. */
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    unsigned flags = options_flags(options, bits);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainCreateWithFlags(domain, flags) < 0) {
        return tool_fail(tool, "Failed to start domain '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' started\n",
               virDomainGetName(domain));
    return RESULT_DONE;
}

/* --mode acpi,agent: which ways may be taken.  The bits of shutdown and of
 * reboot have the same values. */
static bool
parse_modes(const Tool *tool, const char *text, unsigned *ret_flags)
{
    static const struct {
        const char *name;
        unsigned flag;
    } modes[] = {
        {"acpi", VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN},
        {"agent", VIR_DOMAIN_SHUTDOWN_GUEST_AGENT},
        {"initctl", VIR_DOMAIN_SHUTDOWN_INITCTL},
        {"signal", VIR_DOMAIN_SHUTDOWN_SIGNAL},
        {"paravirt", VIR_DOMAIN_SHUTDOWN_PARAVIRT},
    };
    g_auto(GStrv) words = g_strsplit(text ? text : "", ",", -1);

    for (char **word = words; *word; word++) {
        unsigned i = 0;

        /* All of the words are looked up before anything is asked of the
         * guest. */
        while (i < G_N_ELEMENTS(modes) && strcmp(modes[i].name, *word) != 0)
            i++;
        if (i == G_N_ELEMENTS(modes)) {
            (void)tool_misuse(tool,
                              "Unknown mode '%s': --mode takes acpi, agent, "
                              "initctl, signal or paravirt",
                              *word);
            return false;
        }
        *ret_flags |= modes[i].flag;
    }
    return true;
}

/* Nothing here waits for the guest: it may take minutes, ask its user, or
 * refuse.  "event" or "domstate" tell when it is off. */
static CommandResult
cmd_shutdown(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = NULL;
    unsigned flags = 0;

    /* Before the connection: a mistake in the command line needs no library. */
    if (!parse_modes(tool, options_text(options, "mode"), &flags))
        return RESULT_USAGE;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (virDomainShutdownFlags(domain, flags) < 0) {
        return tool_fail(tool, "Failed to shutdown domain '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' is being shutdown\n",
               virDomainGetName(domain));
    return RESULT_DONE;
}

/* The guest does it; this only asks. */
static CommandResult
cmd_reboot(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = NULL;
    unsigned flags = 0;

    if (!parse_modes(tool, options_text(options, "mode"), &flags))
        return RESULT_USAGE;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (virDomainReboot(domain, flags) < 0) {
        return tool_fail(tool, "Failed to reboot domain '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' is being rebooted\n",
               virDomainGetName(domain));
    return RESULT_DONE;
}

/* Without the guest.  --graceful gives QEMU the time to store its bitmaps, and
 * fails if it does not. */
static CommandResult
cmd_destroy(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"graceful", VIR_DOMAIN_DESTROY_GRACEFUL},
        {"remove-logs", VIR_DOMAIN_DESTROY_REMOVE_LOGS},
        {NULL},
    };
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainDestroyFlags(domain, options_flags(options, bits)) < 0) {
        return tool_fail(tool, "Failed to destroy domain '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' destroyed\n",
               virDomainGetName(domain));
    return RESULT_DONE;
}

/* A mark and no more: this command starts nothing. */
static CommandResult
cmd_autostart(Tool *tool, const Options *options)
{
    bool is_disabling = options_has(options, "disable");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainSetAutostart(domain, is_disabling ? 0 : 1) < 0) {
        return tool_fail(tool, "Failed to %smark domain '%s' as autostarted",
                         is_disabling ? "un" : "", virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain '%s' %smarked as autostarted\n",
               virDomainGetName(domain), is_disabling ? "un" : "");
    return RESULT_DONE;
}

/* The failure names what was typed: after a success the handle's name would be
 * the old one. */
static CommandResult
cmd_domrename(Tool *tool, const Options *options)
{
    const char *new_name = options_text(options, "new-name");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainRename(domain, new_name, 0) < 0) {
        return tool_fail(tool, "Failed to rename domain '%s' to '%s'",
                         options_text(options, "domain"), new_name);
    }
    output_say(&tool->output, "Domain successfully renamed\n");
    return RESULT_DONE;
}

static const OptionDef domain_options[] = {OPTION_DOMAIN, OPTION_END};

static const OptionDef define_options[] = {
    {"file", "file with the XML of the domain; - for standard input",
     OPTION_STRING, .is_required = true, .value = VALUE_FILE},
    {"validate", "hold the XML against the schema", OPTION_FLAG},
    OPTION_END,
};

/* Options that this release's driver refuses stand here as well: the library
 * knows their flags, and its refusal says more than "no such option". */
static const OptionDef undefine_options[] = {
    OPTION_DOMAIN,
    {"managed-save", "also drop a saved state", OPTION_FLAG},
    {"snapshots-metadata", "also forget its snapshots", OPTION_FLAG},
    {"checkpoints-metadata", "also forget its checkpoints", OPTION_FLAG},
    {"nvram", "also remove the file of its UEFI variables", OPTION_FLAG},
    {"keep-nvram", "keep the file of its UEFI variables", OPTION_FLAG},
    {"tpm", "also remove the state of its TPM", OPTION_FLAG},
    {"keep-tpm", "keep the state of its TPM", OPTION_FLAG},
    OPTION_END,
};

static const char *const undefine_apart[] = {"nvram keep-nvram", "tpm keep-tpm",
                                             NULL};

static const OptionDef start_options[] = {
    OPTION_DOMAIN,
    {"paused", "do not let the guest run yet", OPTION_FLAG},
    {"autodestroy", "destroy it when the connection ends", OPTION_FLAG},
    {"bypass-cache", "read a saved state past the page cache", OPTION_FLAG},
    {"force-boot", "boot even if there is a saved state", OPTION_FLAG},
    {"reset-nvram", "start with fresh UEFI variables", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef mode_options[] = {
    OPTION_DOMAIN,
    {"mode",
     "ways to try, joined by commas: acpi, agent, initctl, signal, "
     "paravirt",
     OPTION_STRING},
    OPTION_END,
};

static const OptionDef destroy_options[] = {
    OPTION_DOMAIN,
    {"graceful", "fail rather than kill what does not end", OPTION_FLAG},
    {"remove-logs", "also remove its log files", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef autostart_options[] = {
    OPTION_DOMAIN,
    {"disable", "take the mark away", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef domrename_options[] = {
    OPTION_DOMAIN,
    {"new-name", "name that it shall have", OPTION_STRING, .is_required = true},
    OPTION_END,
};

const Command domain_commands[] = {
    {"autostart", "mark a domain to be started with the host",
     "Stores the mark; with --disable removes it.", autostart_options, NULL,
     NULL, cmd_autostart},
    {"define", "make or change a domain from XML",
     "The domain is stored and not started. A domain with the same name and\n"
     "    UUID gets the new definition, which counts from its next start.",
     define_options, NULL, NULL, cmd_define},
    {"destroy", "stop a domain at once",
     "As if the power were cut: the guest is not asked. Its disks and its\n"
     "    definition stay.",
     destroy_options, NULL, NULL, cmd_destroy},
    {"domrename", "give a domain another name",
     "Only a domain that is shut off can be renamed.", domrename_options, NULL,
     NULL, cmd_domrename},
    {"reboot", "ask a guest to reboot", NULL, mode_options, NULL, NULL,
     cmd_reboot},
    {"reset", "reset a domain as its reset button would",
     "The guest is not asked and may lose what it had not written.",
     domain_options, NULL, NULL, cmd_reset},
    {"resume", "let a suspended domain run on", NULL, domain_options, NULL,
     NULL, cmd_resume},
    {"shutdown", "ask a guest to power off",
     "Returns at once; the guest may take its time, or refuse.", mode_options,
     NULL, NULL, cmd_shutdown},
    {"start", "start a domain that is shut off", NULL, start_options, NULL,
     NULL, cmd_start},
    {"suspend", "stop the processors of a domain",
     "The guest stays in memory and goes on with 'resume'.", domain_options,
     NULL, NULL, cmd_suspend},
    {"undefine", "forget a domain",
     "Removes the definition; disks stay. A running domain lives on until it\n"
     "    is shut off.",
     undefine_options, undefine_apart, NULL, cmd_undefine},
    {NULL},
};
