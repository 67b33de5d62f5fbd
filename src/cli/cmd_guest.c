/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that speak with the guest agent or with QEMU itself. */
#include "cli/command.h"
#include "cli/text/json_text.h"

#include <libvirt/libvirt-qemu.h>
#include <stdlib.h>
#include <string.h>

/* The freeze lasts beyond this command, on purpose: that is what it is for. */
static CommandResult
cmd_domfsfreeze(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    unsigned count = 0;
    /* The list is the options' own and outlives the call; the cast is the
     * public signature's. */
    const char **mountpoints =
        (const char **)options_list(options, "mountpoint", &count);
    int frozen = 0;

    if (!domain)
        return RESULT_FAILED;
    frozen = virDomainFSFreeze(domain, mountpoints, count, 0);
    if (frozen < 0) {
        return tool_fail(tool, "Failed to freeze the file systems of '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Froze %d filesystem(s)\n", frozen);
    return RESULT_DONE;
}

/* The agent thaws all at once; mount points are accepted as virsh does. */
static CommandResult
cmd_domfsthaw(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    unsigned count = 0;
    const char **mountpoints =
        (const char **)options_list(options, "mountpoint", &count);
    int thawed = 0;

    if (!domain)
        return RESULT_FAILED;
    thawed = virDomainFSThaw(domain, mountpoints, count, 0);
    if (thawed < 0) {
        return tool_fail(tool, "Failed to thaw the file systems of '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Thawed %d filesystem(s)\n", thawed);
    return RESULT_DONE;
}

/* One that lies on several disks has them all in its last cell. */
static void
add_filesystem(Table *table, const virDomainFSInfo *info)
{
    g_autoptr(GPtrArray) targets = g_ptr_array_new();
    g_autofree char *joined = NULL;
    const char *cells[] = {info->mountpoint, info->name, info->fstype, NULL};

    for (size_t i = 0; i < info->ndevAlias; i++)
        g_ptr_array_add(targets, info->devAlias[i]);
    g_ptr_array_add(targets, NULL);
    joined = g_strjoinv(",", (char **)targets->pdata);
    cells[3] = joined;
    table_add(table, cells);
}

/* What the guest says, in a table that makes control characters visible. */
static CommandResult
cmd_domfsinfo(Tool *tool, const Options *options)
{
    static const char *const titles[] = {"Mountpoint", "Name", "Type", "Target",
                                         NULL};
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(Table) table = table_new(titles);
    virDomainFSInfoPtr *infos = NULL;
    int count = 0;

    if (!domain)
        return RESULT_FAILED;
    count = virDomainGetFSInfo(domain, &infos, 0);
    if (count < 0) {
        return tool_fail(tool, "Failed to ask about the file systems of '%s'",
                         virDomainGetName(domain));
    }
    for (int i = 0; i < count; i++) {
        add_filesystem(table, infos[i]);
        /* Each entry and then the array: both are the caller's. */
        virDomainFSInfoFree(infos[i]);
    }
    free(infos);
    if (count == 0) {
        output_say(&tool->output, "No filesystems are mounted in the domain");
    } else {
        table_print(table, &tool->output);
    }
    return RESULT_DONE;
}

/* The words of the command as one text. */
static char *
command_text(const Options *options)
{
    unsigned count = 0;
    const char *const *words = options_list(options, "cmd", &count);

    return g_strjoinv(" ", (char **)words);
}

/* What is not JSON is printed as it came. */
static void
print_reply(const Tool *tool, const char *reply, bool is_pretty)
{
    g_autofree char *pretty = is_pretty ? json_text_pretty(reply) : NULL;
    const char *text = pretty ? pretty : reply;

    output_print(&tool->output, "%s%s", text,
                 g_str_has_suffix(text, "\n") ? "" : "\n");
}

/* The reply is printed as it came, also when QEMU refused: the tool has sent
 * what it was given, and who speaks with QEMU reads its answers. */
static CommandResult
cmd_qemu_monitor_command(Tool *tool, const Options *options)
{
    unsigned flags = options_has(options, "hmp")
                         ? VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP
                         : VIR_DOMAIN_QEMU_MONITOR_COMMAND_DEFAULT;
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *command = command_text(options);
    g_autofree char *reply = NULL;
    g_autofree char *value = NULL;

    if (!domain)
        return RESULT_FAILED;
    if (virDomainQemuMonitorCommand(domain, command, &reply, flags) < 0) {
        return tool_fail(tool, "Failed to run the monitor command on '%s'",
                         virDomainGetName(domain));
    }
    /* Of a refusal there is no such value, and the whole reply is shown. */
    if (options_has(options, "return-value")) {
        value = json_text_member(reply, "return");
        if (!value)
            return tool_refuse(tool, "The reply has no 'return': %s", reply);
    }
    print_reply(tool, value ? value : reply, options_has(options, "pretty"));
    return RESULT_DONE;
}

/* Without an option the library waits as long as it thinks right.  An agent
 * that is not waited for gives no reply, which is then no failure. */
static CommandResult
cmd_qemu_agent_command(Tool *tool, const Options *options)
{
    int timeout = VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT;
    g_autofree char *command = command_text(options);
    g_autofree char *reply = NULL;
    g_autoptr(virDomain) domain = NULL;

    if (options_has(options, "timeout")) {
        timeout = options_number(options, "timeout", 0);
        if (timeout == 0)
            return tool_misuse(tool, "--timeout takes at least 1 second");
    }
    /* The three exclude each other, which the table of options has seen to. */
    if (options_has(options, "async"))
        timeout = VIR_DOMAIN_QEMU_AGENT_COMMAND_NOWAIT;
    if (options_has(options, "block"))
        timeout = VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    reply = virDomainQemuAgentCommand(domain, command, timeout, 0);
    if (reply) {
        print_reply(tool, reply, options_has(options, "pretty"));
    } else if (timeout != VIR_DOMAIN_QEMU_AGENT_COMMAND_NOWAIT ||
               virGetLastErrorCode() != VIR_ERR_OK) {
        return tool_fail(tool, "Failed to run the agent command on '%s'",
                         virDomainGetName(domain));
    }
    return RESULT_DONE;
}

static const OptionDef domain_options[] = {OPTION_DOMAIN, OPTION_END};

static const OptionDef mountpoint_options[] = {
    OPTION_DOMAIN,
    {"mountpoint", "only these, as the guest names them", OPTION_LIST},
    OPTION_END,
};

static const OptionDef monitor_options[] = {
    OPTION_DOMAIN,
    {"hmp", "the command is in the language for people", OPTION_FLAG},
    {"pretty", "lay the reply out in lines", OPTION_FLAG},
    {"return-value", "only the value of 'return' in the reply", OPTION_FLAG},
    {"cmd", "command: JSON, or with --hmp as a person types it", OPTION_LIST,
     .is_required = true},
    OPTION_END,
};

static const char *const monitor_apart[] = {"hmp pretty", "hmp return-value",
                                            NULL};

static const OptionDef agent_options[] = {
    OPTION_DOMAIN,
    {"timeout", "seconds to wait for the reply", OPTION_NUMBER,
     .is_named_only = true},
    {"async", "do not wait for a reply", OPTION_FLAG},
    {"block", "wait for the reply as long as it takes", OPTION_FLAG},
    {"pretty", "lay the reply out in lines", OPTION_FLAG},
    {"cmd", "command: JSON", OPTION_LIST, .is_required = true},
    OPTION_END,
};

static const char *const agent_apart[] = {"timeout async", "timeout block",
                                          "async block", NULL};

const Command guest_commands[] = {
    {"domfsfreeze", "freeze the guest's file systems",
     "The guest's writes wait until 'domfsthaw'; do not leave it so.",
     mountpoint_options, NULL, NULL, cmd_domfsfreeze},
    {"domfsinfo", "list the guest's file systems", NULL, domain_options, NULL,
     NULL, cmd_domfsinfo},
    {"domfsthaw", "let a frozen guest write again", NULL, mountpoint_options,
     NULL, NULL, cmd_domfsthaw},
    {"qemu-agent-command", "send a command to the guest agent",
     "What the command does to the guest is yours to know.", agent_options,
     agent_apart, NULL, cmd_qemu_agent_command},
    {"qemu-monitor-command", "send a command to QEMU's monitor",
     "A command that changes the machine behind the library's back can break\n"
     "    its checkpoints and backups.",
     monitor_options, monitor_apart, NULL, cmd_qemu_monitor_command},
    {NULL},
};
