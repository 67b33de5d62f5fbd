/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that save, restore and dump machines, and tell what they used.
 *
 * A save may take minutes: who wants to know how far it is asks with
 * "domjobinfo", and "domjobabort" gives it up, both from another terminal; or
 * with --verbose, which shows it here.
 */
#include "cli/command.h"
#include "cli/save/cmd_save_edit.h"
#include "cli/save/save_watch.h"

#include <stdlib.h>

static const OptionBit save_bits[] = {
    {"bypass-cache", VIR_DOMAIN_SAVE_BYPASS_CACHE},
    {"running", VIR_DOMAIN_SAVE_RUNNING},
    {"paused", VIR_DOMAIN_SAVE_PAUSED},
    {"reset-nvram", VIR_DOMAIN_SAVE_RESET_NVRAM},
    {NULL},
};

/* The document that --xml names; false after reporting that it cannot be
 * read. */
static bool
read_xml(const Tool *tool, const Options *options, char **ret_xml)
{
    const char *file = options_text(options, "xml");

    *ret_xml = file ? tool_read_file(tool, file) : NULL;
    return !file || *ret_xml;
}

/* (nullable): nobody asked to see how far it is. */
static SaveWatch *
watch_if_wanted(const Tool *tool, const Options *options, virDomainPtr domain,
                const char *title)
{
    return options_has(options, "verbose")
               ? save_watch_begin(tool, domain, title)
               : NULL;
}

/* The file is named from where the tool stands; the library makes that whole. */
static CommandResult
cmd_save(Tool *tool, const Options *options)
{
    const char *file = options_text(options, "file");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;
    SaveWatch *watch = NULL;
    CommandResult result = RESULT_FAILED;

    if (!domain || !read_xml(tool, options, &xml))
        return RESULT_FAILED;
    watch = watch_if_wanted(tool, options, domain, "Save");
    result = save_watch_end(
        watch, virDomainSaveFlags(domain, file, xml,
                                  options_flags(options, save_bits)) == 0);
    if (result != RESULT_DONE) {
        (void)tool_fail(tool, "Failed to save domain '%s' to %s",
                        virDomainGetName(domain), file);
        return result;
    }
    output_say(&tool->output, "\nDomain '%s' saved to %s\n",
               virDomainGetName(domain), file);
    return RESULT_DONE;
}

/* The name of the domain is in the file; virsh does not print it, so scripts do
 * not expect it. */
static CommandResult
cmd_restore(Tool *tool, const Options *options)
{
    const char *file = options_text(options, "file");
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *xml = NULL;

    if (!connection || !read_xml(tool, options, &xml))
        return RESULT_FAILED;
    if (virDomainRestoreFlags(connection, file, xml,
                              options_flags(options, save_bits)) < 0)
        return tool_fail(tool, "Failed to restore domain from %s", file);
    output_say(&tool->output, "Domain restored from %s\n", file);
    return RESULT_DONE;
}

/* Without it the document has no passwords, and may be shown to others. */
static unsigned
security_flag(const Options *options)
{
    return options_has(options, "security-info")
               ? VIR_DOMAIN_SAVE_IMAGE_XML_SECURE
               : 0;
}

/* Of any file that the tool may read, and of no domain in particular: the one that
 * was saved need not be there. */
static CommandResult
cmd_save_image_dumpxml(Tool *tool, const Options *options)
{
    const char *file = options_text(options, "file");
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *xml = NULL;

    if (!connection)
        return RESULT_FAILED;
    xml =
        virDomainSaveImageGetXMLDesc(connection, file, security_flag(options));
    if (!xml)
        return tool_fail(tool, "Failed to read saved domain in %s", file);
    return tool_print_document(tool, options, xml);
}

/* The option is a required one here, so there always is a document. */
static CommandResult
cmd_save_image_define(Tool *tool, const Options *options)
{
    const char *file = options_text(options, "file");
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *xml = NULL;

    if (!connection || !read_xml(tool, options, &xml))
        return RESULT_FAILED;
    if (virDomainSaveImageDefineXML(connection, file, xml,
                                    options_flags(options, save_bits)) < 0)
        return tool_fail(tool, "Failed to update %s", file);
    output_say(&tool->output, "State file %s updated.\n", file);
    return RESULT_DONE;
}

/* It lies with the domain, so there is no file to name. */
static CommandResult
cmd_managedsave(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    SaveWatch *watch = NULL;
    CommandResult result = RESULT_FAILED;

    if (!domain)
        return RESULT_FAILED;
    watch = watch_if_wanted(tool, options, domain, "Managedsave");
    result = save_watch_end(
        watch,
        virDomainManagedSave(domain, options_flags(options, save_bits)) == 0);
    if (result != RESULT_DONE) {
        (void)tool_fail(tool, "Failed to save domain '%s' state",
                        virDomainGetName(domain));
        return result;
    }
    /* virsh's line, with another's name in it. */
    output_say(&tool->output, "\nDomain '%s' state saved\n",
               virDomainGetName(domain));
    return RESULT_DONE;
}

/* As virsh: that there is none is said, and no failure. */
static CommandResult
cmd_managedsave_remove(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    const char *name = domain ? virDomainGetName(domain) : NULL;
    int has_image = domain ? virDomainHasManagedSaveImage(domain, 0) : -1;

    if (!domain)
        return RESULT_FAILED;
    if (has_image == 0) {
        output_say(&tool->output,
                   "Domain '%s' has no managed save image; removal skipped\n",
                   name);
        return RESULT_DONE;
    }
    if (has_image < 0 || virDomainManagedSaveRemove(domain, 0) < 0) {
        return tool_fail(
            tool, "Failed to remove managed save image for domain '%s'", name);
    }
    output_say(&tool->output, "Removed managedsave image for domain '%s'\n",
               name);
    return RESULT_DONE;
}

/* The library says whether there is one. */
static CommandResult
cmd_managedsave_dumpxml(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;

    if (!domain)
        return RESULT_FAILED;
    xml = virDomainManagedSaveGetXMLDesc(domain, security_flag(options));
    if (!xml) {
        return tool_fail(tool, "Failed to read managed save of domain '%s'",
                         virDomainGetName(domain));
    }
    return tool_print_document(tool, options, xml);
}

/* -1: none of these.  "elf" is what is meant when nothing is said, with
 * --memory-only and without, where it is the hypervisor's own. */
static int
parse_format(const char *name)
{
    static const char *const names[] = {"elf", "kdump-zlib", "kdump-lzo",
                                        "kdump-snappy", "win-dmp"};

    for (guint i = 0; name && i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(name, names[i]))
            return (int)i;
    }
    return name ? -1 : VIR_DOMAIN_CORE_DUMP_FORMAT_RAW;
}

/* What excludes what is told by the table of options, before the library is
 * asked; the format, which is a word, here. */
static CommandResult
cmd_dump(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"live", VIR_DUMP_LIVE},
        {"crash", VIR_DUMP_CRASH},
        {"bypass-cache", VIR_DUMP_BYPASS_CACHE},
        {"reset", VIR_DUMP_RESET},
        {"memory-only", VIR_DUMP_MEMORY_ONLY},
        {NULL},
    };
    const char *file = options_text(options, "file");
    const char *format_name = options_text(options, "format");
    int format = parse_format(format_name);
    g_autoptr(virDomain) domain = NULL;
    SaveWatch *watch = NULL;
    CommandResult result = RESULT_FAILED;

    if (format < 0) {
        return tool_misuse(tool,
                           "Unknown format '%s': --format takes elf, "
                           "kdump-zlib, kdump-lzo, kdump-snappy or win-dmp",
                           format_name);
    }
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    watch = watch_if_wanted(tool, options, domain, "Dump");
    result = save_watch_end(
        watch, virDomainCoreDumpWithFormat(domain, file, (unsigned)format,
                                           options_flags(options, bits)) == 0);
    if (result != RESULT_DONE) {
        (void)tool_fail(tool, "Failed to core dump domain '%s' to %s",
                        virDomainGetName(domain), file);
        return result;
    }
    output_say(&tool->output, "\nDomain '%s' dumped to %s\n",
               virDomainGetName(domain), file);
    return RESULT_DONE;
}

/* virsh can attach a console and pass descriptors as well; neither has a place
 * in a tool for backups. */
static CommandResult
cmd_create(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"paused", VIR_DOMAIN_START_PAUSED},
        {"autodestroy", VIR_DOMAIN_START_AUTODESTROY},
        {"validate", VIR_DOMAIN_START_VALIDATE},
        {"reset-nvram", VIR_DOMAIN_START_RESET_NVRAM},
        {NULL},
    };
    const char *file = options_text(options, "file");
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *xml = connection ? tool_read_file(tool, file) : NULL;
    g_autoptr(virDomain) domain = NULL;

    if (!xml)
        return RESULT_FAILED;
    domain = virDomainCreateXML(connection, xml, options_flags(options, bits));
    if (!domain)
        return tool_fail(tool, "Failed to create domain from %s", file);
    output_say(&tool->output, "Domain '%s' created from %s\n",
               virDomainGetName(domain), file);
    return RESULT_DONE;
}

/* ---- what a domain used ---- */

enum { NS_PER_S = 1000 * 1000 * 1000, CPUS_AT_ONCE = 128 };

/* Seconds with all nine digits of their nanoseconds, as scripts split them. */
static void
print_times(const Output *output, const virTypedParameter *params, int count)
{
    for (int i = 0; i < count; i++) {
        unsigned long long time = params[i].value.ul;

        output_print(output, "\t%-12s %9llu.%09llu seconds\n", params[i].field,
                     time / NS_PER_S, time % NS_PER_S);
    }
}

/* All figures that there are, as many as the library knows. */
static bool
print_total(const Tool *tool, virDomainPtr domain)
{
    virTypedParameter params[8];
    int count =
        virDomainGetCPUStats(domain, params, G_N_ELEMENTS(params), -1, 1, 0);

    if (count < 0)
        return false;
    output_print(&tool->output, "Total:\n");
    print_times(&tool->output, params, count);
    return true;
}

/* One call a processor, so that a host with more of them than a call may ask
 * about is no special case. */
static bool
print_each(const Tool *tool, const Options *options, virDomainPtr domain)
{
    int first = options_number(options, "start", 0);
    int present = virDomainGetCPUStats(domain, NULL, 0, 0, 0, 0);
    int last = 0;

    if (present < 0)
        return false;
    last = MIN(present, first + options_number(options, "count", CPUS_AT_ONCE));
    for (int cpu = first; cpu < last; cpu++) {
        virTypedParameter params[8];
        int count = virDomainGetCPUStats(domain, params, G_N_ELEMENTS(params),
                                         cpu, 1, 0);

        if (count < 0)
            return false;
        output_print(&tool->output, "CPU%d:\n", cpu);
        print_times(&tool->output, params, count);
    }
    return true;
}

/* As virsh: without options both, and with a range that alone. */
static CommandResult
cmd_cpu_stats(Tool *tool, const Options *options)
{
    bool is_total = options_has(options, "total");
    bool is_range =
        options_has(options, "start") || options_has(options, "count");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if ((!is_total || is_range) && !print_each(tool, options, domain)) {
        return tool_fail(tool,
                         "Failed to retrieve CPU statistics for domain "
                         "'%s'",
                         virDomainGetName(domain));
    }
    if ((is_total || !is_range) && !print_total(tool, domain)) {
        return tool_fail(tool,
                         "Failed to retrieve CPU statistics for domain "
                         "'%s'",
                         virDomainGetName(domain));
    }
    return RESULT_DONE;
}

/* The options that several of these share; what they do is said in the manual. */
#define OPTION_SAVED(text)                                   \
    {                                                        \
        .name = "file", .help = text, .kind = OPTION_STRING, \
        .is_required = true, .value = VALUE_FILE             \
    }
#define OPTION_XML                                                        \
    {                                                                     \
        .name = "xml", .help = "file with what it is to be instead",      \
        .kind = OPTION_STRING, .is_named_only = true, .value = VALUE_FILE \
    }
#define OPTIONS_WISH                                                 \
    {"running", "it is to run, whatever it did", OPTION_FLAG},       \
    {                                                                \
        "paused", "it is to be paused, whatever it did", OPTION_FLAG \
    }
#define OPTION_CACHE                                                           \
    {                                                                          \
        "bypass-cache", "leave nothing of it in the host's cache", OPTION_FLAG \
    }
#define OPTION_VERBOSE                                                   \
    {                                                                    \
        "verbose", "show how far it is; Ctrl-C gives it up", OPTION_FLAG \
    }
#define OPTION_SECURITY                                \
    {                                                  \
        "security-info", "with passwords", OPTION_FLAG \
    }

static const OptionDef domain_options[] = {OPTION_DOMAIN, OPTION_END};

static const OptionDef save_options[] = {
    OPTION_DOMAIN, OPTION_SAVED("where to save it"),
    OPTION_XML,    OPTION_CACHE,
    OPTIONS_WISH,  OPTION_VERBOSE,
    OPTION_END,
};

static const OptionDef restore_options[] = {
    OPTION_SAVED("the saved state"),
    OPTION_XML,
    OPTION_CACHE,
    OPTIONS_WISH,
    {"reset-nvram", "start with fresh UEFI variables", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef image_options[] = {OPTION_SAVED("the saved state"),
                                          OPTION_SECURITY, OPTIONS_XPATH,
                                          OPTION_END};

static const OptionDef image_define_options[] = {
    OPTION_SAVED("the saved state"),
    {"xml", "file with what it is to be instead", OPTION_STRING,
     .is_required = true, .value = VALUE_FILE},
    OPTIONS_WISH,
    OPTION_END,
};

static const OptionDef managed_options[] = {
    OPTION_DOMAIN, OPTION_CACHE, OPTIONS_WISH, OPTION_VERBOSE, OPTION_END};

static const OptionDef image_edit_options[] = {OPTION_SAVED("the saved state"),
                                               OPTIONS_WISH, OPTION_END};

static const OptionDef managed_edit_options[] = {OPTION_DOMAIN, OPTIONS_WISH,
                                                 OPTION_END};

static const OptionDef managed_xml_options[] = {OPTION_DOMAIN, OPTION_SECURITY,
                                                OPTIONS_XPATH, OPTION_END};

static const OptionDef dump_options[] = {
    OPTION_DOMAIN,
    OPTION_SAVED("where to dump it"),
    {"live", "let the guest run meanwhile", OPTION_FLAG},
    {"crash", "end the domain afterwards, as after a crash", OPTION_FLAG},
    OPTION_CACHE,
    {"reset", "reset the guest afterwards", OPTION_FLAG},
    {"memory-only", "the guest's memory alone, for a debugger", OPTION_FLAG},
    {"format",
     "with --memory-only: elf, kdump-zlib, kdump-lzo, kdump-snappy, "
     "win-dmp",
     OPTION_STRING, .is_named_only = true},
    OPTION_VERBOSE,
    OPTION_END,
};

static const OptionDef create_options[] = {
    {"file", "file with the XML of the domain; - for standard input",
     OPTION_STRING, .is_required = true, .value = VALUE_FILE},
    {"paused", "do not let the guest run yet", OPTION_FLAG},
    {"autodestroy", "destroy it when the connection ends", OPTION_FLAG},
    {"validate", "hold the XML against the schema", OPTION_FLAG},
    {"reset-nvram", "start with fresh UEFI variables", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef cpu_options[] = {
    OPTION_DOMAIN,
    {"total", "of all processors together alone", OPTION_FLAG},
    {"start", "the first processor of the host", OPTION_NUMBER,
     .is_named_only = true},
    {"count", "how many of them at most", OPTION_NUMBER, .is_named_only = true},
    OPTION_END,
};

static const char *const wish_apart[] = {"running paused", NULL};
static const char *const dump_apart[] = {"crash live", "crash reset",
                                         "live reset", NULL};

const Command save_commands[] = {
    {"save", "save a running domain to a file, and end it",
     "Its memory and the state of its devices go into the file, from which\n"
     "restore makes it go on. Its disks do not: they must be as they are.",
     save_options, wish_apart, NULL, cmd_save},
    {"restore", "go on with a domain that was saved to a file", NULL,
     restore_options, wish_apart, NULL, cmd_restore},
    {"managedsave", "save a running domain; its next start goes on", NULL,
     managed_options, wish_apart, NULL, cmd_managedsave},
    {"managedsave-remove", "give the saved state of a domain up",
     "Its next start is one from nothing, with the disks as after a power "
     "cut.",
     domain_options, NULL, NULL, cmd_managedsave_remove},
    {"managedsave-dumpxml", "print what the saved state of a domain is of",
     NULL, managed_xml_options, NULL, xpath_needs, cmd_managedsave_dumpxml},
    {"save-image-dumpxml", "print what a file with a saved state is of", NULL,
     image_options, NULL, xpath_needs, cmd_save_image_dumpxml},
    {"save-image-define", "change what a file with a saved state is of",
     "Only where the domain's disks are may differ.", image_define_options,
     wish_apart, NULL, cmd_save_image_define},
    {"save-image-edit", "edit what a file with a saved state is of",
     "With the editor that VISUAL or EDITOR names, else vi.",
     image_edit_options, wish_apart, NULL, cmd_save_image_edit},
    {"managedsave-edit", "edit what the saved state of a domain is of",
     "With the editor that VISUAL or EDITOR names, else vi.",
     managed_edit_options, wish_apart, NULL, cmd_managedsave_edit},
    {"dump", "write a domain's memory to a file, for whoever looks into it",
     NULL, dump_options, dump_apart, NULL, cmd_dump},
    {"create", "start a domain that is not defined", "It is gone when it ends.",
     create_options, NULL, NULL, cmd_create},
    {"cpu-stats", "how long the host's processors worked for a domain", NULL,
     cpu_options, NULL, NULL, cmd_cpu_stats},
    {NULL},
};
