/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about the connection and the tool itself. */
#include "cli/command.h"
#include "cli/shell/complete.h"
#include "cli/text/xml_query.h"

#include <errno.h>
#include <libvirt/libvirt-strandline.h>
#include <string.h>
#include <unistd.h>

/* Later commands of the line use what this one opened.  A failure leaves no
 * connection: falling back to the former one would run them elsewhere. */
static CommandResult
cmd_connect(Tool *tool, const Options *options)
{
    tool_clear(tool);
    tool->uri = g_strdup(options_text(options, "name"));
    tool->is_readonly = options_has(options, "readonly");
    return tool_connect(tool) ? RESULT_DONE : RESULT_FAILED;
}

/* Canonical, as the library has it: what was typed may say less. */
static CommandResult
cmd_uri(Tool *tool, const Options *options G_GNUC_UNUSED)
{
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *uri = NULL;

    if (!connection)
        return RESULT_FAILED;
    uri = virConnectGetURI(connection);
    if (!uri)
        return tool_fail(tool, "Failed to get the URI");
    output_print(&tool->output, "%s\n", uri);
    return RESULT_DONE;
}

/* Of the host that the machines run on. */
static CommandResult
cmd_hostname(Tool *tool, const Options *options G_GNUC_UNUSED)
{
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *name = NULL;

    if (!connection)
        return RESULT_FAILED;
    name = virConnectGetHostname(connection);
    if (!name)
        return tool_fail(tool, "Failed to get the name of the host");
    output_print(&tool->output, "%s\n", name);
    return RESULT_DONE;
}

/* 7002022 as "7.2.22". */
static char *
version_text(unsigned long version)
{
    return g_strdup_printf("%lu.%lu.%lu", version / 1000000,
                           version / 1000 % 1000, version % 1000);
}

/* Each answer as soon as it is there, so that a failure further down does not
 * hide the first. */
static CommandResult
cmd_version(Tool *tool, const Options *options)
{
    const Output *output = &tool->output;
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *library_text = NULL;
    g_autofree char *api_text = NULL;
    g_autofree char *machine_text = NULL;
    const char *type = NULL;
    unsigned long library = 0;
    unsigned long machine = 0;
    unsigned long daemon = 0;

    if (!connection)
        return RESULT_FAILED;
    type = virConnectGetType(connection);
    if (!type || virGetVersion(&library, NULL, NULL) < 0)
        return tool_fail(tool, "Failed to get the version of the library");
    library_text = version_text(library);
    output_print(output, "Compiled against library: strandline %s\n",
                 PROJECT_VERSION);
    output_print(output, "Using library: strandline %s\n", library_text);
    output_print(output, "Using API: %s %s\n", type, library_text);
    if (virConnectGetVersion(connection, &machine) < 0)
        return tool_fail(tool, "Failed to get the version of %s", type);
    machine_text = version_text(machine);
    output_print(output, "Running hypervisor: %s %s\n", type, machine_text);
    /* Asked for only: an embedded driver has no daemon, and would make the
     * whole command fail. */
    if (!options_has(options, "daemon"))
        return RESULT_DONE;
    if (virConnectGetLibVersion(connection, &daemon) < 0)
        return tool_fail(tool, "Failed to get the version of the daemon");
    api_text = version_text(daemon);
    output_print(output, "Running against daemon: %s\n", api_text);
    return RESULT_DONE;
}

/* What depends on nothing of the four is asked with each of them left out. */
static CommandResult
cmd_domcapabilities(Tool *tool, const Options *options)
{
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *xml = NULL;

    if (!connection)
        return RESULT_FAILED;
    xml = virConnectGetDomainCapabilities(
        connection, options_text(options, "emulatorbin"),
        options_text(options, "arch"), options_text(options, "machine"),
        options_text(options, "virttype"), 0);
    return xml ? tool_print_document(tool, options, xml)
               : tool_fail(tool, "failed to get emulator capabilities");
}

/* Of a domain of the usual machine. */
static CommandResult
cmd_maxvcpus(Tool *tool, const Options *options)
{
    virConnectPtr connection = tool_connect(tool);
    int count = 0;

    if (!connection)
        return RESULT_FAILED;
    /* virsh asks for the domain capabilities first, which readers may not. */
    count = virConnectGetMaxVcpus(connection, options_text(options, "type"));
    if (count < 0)
        return tool_fail(tool, "Failed to get the most processors of a domain");
    output_print(&tool->output, "%d\n", count);
    return RESULT_DONE;
}

static const OptionDef maxvcpus_options[] = {
    {"type", "kind of virtualisation: kvm, qemu", OPTION_STRING},
    OPTION_END,
};

static const OptionDef domcapabilities_options[] = {
    {"virttype", "kind of virtualisation: kvm, qemu", OPTION_STRING},
    {"emulatorbin", "absolute path of an emulator", OPTION_STRING,
     .value = VALUE_FILE},
    {"arch", "architecture of the domain", OPTION_STRING},
    {"machine", "kind of machine: pc, q35", OPTION_STRING},
    OPTIONS_XPATH,
    OPTION_END,
};

/* By its keyword, as in "help checkpoint". */
static const CommandGroup *
find_group(const char *keyword)
{
    for (const CommandGroup *group = command_groups; group->keyword; group++) {
        if (strcmp(group->keyword, keyword) == 0)
            return group;
    }
    return NULL;
}

/* A command and a group never have the same name; a command would win. */
static CommandResult
cmd_help(Tool *tool, const Options *options)
{
    const Output *output = &tool->output;
    const char *name = options_text(options, "command");
    const Command *command = name ? command_find(name) : NULL;
    const CommandGroup *group = name ? find_group(name) : NULL;

    if (command) {
        command_help(command, output);
        return RESULT_DONE;
    }
    if (group) {
        command_list(group, output);
        return RESULT_DONE;
    }
    /* No connection is needed for any of this. */
    if (name)
        return tool_misuse(tool, "There is no command and no group '%s'", name);
    output_print(output, "Grouped commands:\n\n");
    for (group = command_groups; group->keyword; group++) {
        command_list(group, output);
        output_print(output, "\n");
    }
    return RESULT_DONE;
}

/* Where relative paths of files begin that later lines name.  Elsewhere it
 * would do nothing that anybody could see. */
static CommandResult
cmd_cd(Tool *tool, const Options *options)
{
    const char *folder = options_text(options, "dir");

    if (!tool->is_shell) {
        return tool_misuse(tool, "'cd' has a use in the shell alone: call "
                                 "'strandline' without a command");
    }
    if (!folder)
        folder = g_get_home_dir();
    if (chdir(folder) < 0) {
        return tool_refuse(tool, "Failed to go to folder '%s': %s", folder,
                           g_strerror(errno));
    }
    return RESULT_DONE;
}

static CommandResult
cmd_pwd(Tool *tool, const Options *options G_GNUC_UNUSED)
{
    g_autofree char *folder = g_get_current_dir();

    output_print(&tool->output, "%s\n", folder);
    return RESULT_DONE;
}

static CommandResult
cmd_quit(Tool *tool, const Options *options G_GNUC_UNUSED)
{
    tool->wants_quit = true;
    return RESULT_DONE;
}

/* What the shell completion of others asks.  It fails where a file's name is
 * wanted: whoever asks knows better how those are completed. */
static CommandResult
cmd_complete(Tool *tool, const Options *options)
{
    static const char *const nothing[] = {"", NULL};
    unsigned count = 0;
    const char *const *words = options_list(options, "word", &count);
    bool is_file = false;
    g_auto(GStrv) found =
        complete_words(tool, words ? words : nothing, &is_file);

    for (char **word = found; *word; word++)
        output_print(&tool->output, "%s\n", *word);
    /* No empty line after these, unlike other answers. */
    tool->wants_quit = true;
    return is_file ? RESULT_FAILED : RESULT_DONE;
}

static const OptionDef cd_options[] = {
    {"dir", "folder; without, the home folder", OPTION_STRING,
     .value = VALUE_FILE},
    OPTION_END,
};

static const OptionDef complete_options[] = {
    {"word", "words of a command, the last one unfinished", OPTION_LIST},
    OPTION_END,
};

/* "3 of 5000". */
static char *
used_text(const char *xml, const char *path)
{
    g_autofree char *now = xml_query_attribute(xml, path, "now");
    g_autofree char *most = xml_query_attribute(xml, path, "max");

    return g_strdup_printf("%s of %s", now ? now : "-", most ? most : "-");
}

/* What is missing (of another release's daemon) is a dash, and the rest is told
 * all the same. */
static void
print_status(Output *output, const char *xml)
{
    static const struct {
        const char *title;
        const char *path;
    } rows[] = {
        {"Clients:", "daemonstatus/clients"},
        {"Strangers:", "daemonstatus/strangers"},
        {"From network:", "daemonstatus/networkStrangers"},
        {"Calls:", "daemonstatus/calls"},
        {"Message bytes:", "daemonstatus/messages"},
    };
    g_autofree char *release =
        xml_query_attribute(xml, "daemonstatus", "release");
    g_autofree char *pid = xml_query_attribute(xml, "daemonstatus", "pid");
    g_autofree char *seconds = xml_query_text(xml, "daemonstatus/uptime");

    output_print(output, "%-15s %s\n", "Release:", release ? release : "-");
    output_print(output, "%-15s %s\n", "Process:", pid ? pid : "-");
    output_print(output, "%-15s %s s\n", "Uptime:", seconds ? seconds : "-");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *used = used_text(xml, rows[i].path);

        output_print(output, "%-15s %s\n", rows[i].title, used);
    }
}

/* Of the daemon at the other end; a driver in this process has none. */
static CommandResult
cmd_daemon_status(Tool *tool, const Options *options)
{
    virConnectPtr connection = tool_connect(tool);
    g_autofree char *xml = NULL;

    if (!connection)
        return RESULT_FAILED;
    xml = virConnectGetDaemonStatus(connection, 0);
    if (!xml)
        return tool_fail(tool, "Failed to get the status of the daemon");
    if (options_has(options, "xml")) {
        output_print(&tool->output, "%s\n", xml);
    } else {
        print_status(&tool->output, xml);
    }
    return RESULT_DONE;
}

/* For programs: the lines above are for people, and may change. */
static const OptionDef status_options[] = {
    {"xml", "the document", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef connect_options[] = {
    {"name", "URI to connect to; without, the default", OPTION_STRING},
    {"readonly", "refuse all that changes something", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef version_options[] = {
    {"daemon", "also that of the daemon", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef help_options[] = {
    {"command", "command or group to explain", OPTION_STRING,
     .value = VALUE_COMMAND},
    OPTION_END,
};

const Command host_commands[] = {
    {"cd", "go to another folder", "In the shell alone.", cd_options, NULL,
     NULL, cmd_cd},
    {"complete", "print how the last of some words may go on",
     "For the completion of other shells. Fails where the name of a file is\n"
     "    wanted.",
     complete_options, NULL, NULL, cmd_complete},
    {"connect", "connect to another URI",
     "For the commands that follow in the same command line.", connect_options,
     NULL, NULL, cmd_connect},
    {"daemon-status", "how the daemon is, and how much of its limits is used",
     NULL, status_options, NULL, NULL, cmd_daemon_status},
    {"domcapabilities", "what a domain may have on this host",
     "Of the usual emulator, for what is not said.", domcapabilities_options,
     NULL, xpath_needs, cmd_domcapabilities},
    {"exit", "end, as 'quit' does", NULL, no_options, NULL, NULL, cmd_quit},
    {"help", "list the commands, or explain one", NULL, help_options, NULL,
     NULL, cmd_help},
    {"hostname", "name of the host that the domains run on", NULL, no_options,
     NULL, NULL, cmd_hostname},
    {"maxvcpus", "how many processors a domain can have", NULL,
     maxvcpus_options, NULL, NULL, cmd_maxvcpus},
    {"pwd", "print the folder that relative paths begin at", NULL, no_options,
     NULL, NULL, cmd_pwd},
    {"quit", "end; what follows in a line is not run", NULL, no_options, NULL,
     NULL, cmd_quit},
    {"uri", "URI of the connection", NULL, no_options, NULL, NULL, cmd_uri},
    {"version", "versions of the library and of QEMU", NULL, version_options,
     NULL, NULL, cmd_version},
    {NULL},
};
