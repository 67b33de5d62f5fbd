/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that ask a guest about itself, through its agent, in virsh's words.
 *
 * Scripts read what these print, so it is virsh's to the blank: single values stand
 * alone, named ones in lines of their own, and only addresses have a heading. */
#include "cli/command.h"
#include "cli/text/wording.h"

#include <stdlib.h>
#include <string.h>

/* A hint for the guest, which may discard more or less; it prints nothing,
 * as virsh. */
static CommandResult
cmd_domfstrim(Tool *tool, const Options *options)
{
    const char *minimum = options_text(options, "minimum");
    guint64 bytes = 0;
    g_autoptr(virDomain) domain = NULL;

    if (minimum &&
        !g_ascii_string_to_unsigned(minimum, 10, 0, G_MAXUINT64, &bytes, NULL))
        return tool_misuse(tool, "--minimum takes a number of bytes");
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (virDomainFSTrim(domain, options_text(options, "mountpoint"), bytes, 0) <
        0)
        return tool_fail(tool, "Unable to invoke fstrim");
    return RESULT_DONE;
}

/* The whole seconds, as virsh. */
static CommandResult
show_time(Tool *tool, virDomainPtr domain, bool is_pretty)
{
    long long seconds = 0;
    g_autoptr(GDateTime) date = NULL;
    g_autofree char *text = NULL;

    if (virDomainGetTime(domain, &seconds, NULL, 0) < 0) {
        return tool_fail(tool, "Failed to ask for the time of '%s'",
                         virDomainGetName(domain));
    }
    date = is_pretty ? g_date_time_new_from_unix_utc(seconds) : NULL;
    text = date ? g_date_time_format(date, "%Y-%m-%d %H:%M:%S")
                : g_strdup_printf("%lld", seconds);
    output_print(&tool->output, "Time: %s", text);
    return RESULT_DONE;
}

/* Setting and showing are one command, as in virsh. "Now" is this host's
 * time and not that of the machine's host, which may be another. */
static CommandResult
cmd_domtime(Tool *tool, const Options *options)
{
    const char *time = options_text(options, "time");
    bool is_sync = options_has(options, "sync");
    bool is_setting = time || is_sync || options_has(options, "now");
    gint64 seconds = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(virDomain) domain = NULL;

    if (time && !g_ascii_string_to_signed(time, 10, G_MININT64, G_MAXINT64,
                                          &seconds, NULL))
        return tool_misuse(tool, "--time takes seconds since 1970");
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (!is_setting)
        return show_time(tool, domain, options_has(options, "pretty"));
    if (virDomainSetTime(domain, is_sync ? 0 : seconds, 0,
                         is_sync ? VIR_DOMAIN_TIME_SYNC : 0) < 0) {
        return tool_fail(tool, "Failed to set the time of '%s'",
                         virDomainGetName(domain));
    }
    return RESULT_DONE;
}

/* The place of @word among @names; -1: it is none of them. */
static int
find_word(const char *const *names, const char *word)
{
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], word) == 0)
            return i;
    }
    return -1;
}

/* Who is asked is the library's to refuse: the tool knows only the words. */
static CommandResult
cmd_domhostname(Tool *tool, const Options *options)
{
    static const char *const names[] = {"lease", "agent", NULL};
    const char *word = options_text(options, "source");
    int source = word ? find_word(names, word) : -1;
    g_autoptr(virDomain) domain = NULL;
    g_autofree char *name = NULL;

    if (word && source < 0)
        return tool_misuse(tool, "Unknown data source '%s'", word);
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    /* The flags are the bits of the words' places. */
    name = virDomainGetHostname(domain, source < 0 ? 0 : 1U << source);
    if (!name)
        return tool_fail(tool, "failed to get hostname");
    output_print(&tool->output, "%s\n", name);
    return RESULT_DONE;
}

/* In the guest's order, which says what belongs together. */
static CommandResult
cmd_guestinfo(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"user", VIR_DOMAIN_GUEST_INFO_USERS},
        {"os", VIR_DOMAIN_GUEST_INFO_OS},
        {"timezone", VIR_DOMAIN_GUEST_INFO_TIMEZONE},
        {"hostname", VIR_DOMAIN_GUEST_INFO_HOSTNAME},
        {"filesystem", VIR_DOMAIN_GUEST_INFO_FILESYSTEM},
        {"disk", VIR_DOMAIN_GUEST_INFO_DISKS},
        {"interface", VIR_DOMAIN_GUEST_INFO_INTERFACES},
        {NULL},
    };
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    virTypedParameterPtr params = NULL;
    int count = 0;

    if (!domain)
        return RESULT_FAILED;
    if (virDomainGetGuestInfo(domain, options_flags(options, bits), &params,
                              &count, 0) < 0) {
        return tool_fail(tool, "Failed to ask '%s' about itself",
                         virDomainGetName(domain));
    }
    for (int i = 0; i < count; i++) {
        g_autofree char *value = wording_param(&params[i]);

        output_print(&tool->output, "%-20s: %s\n", params[i].field, value);
    }
    virTypedParamsFree(params, count);
    return RESULT_DONE;
}

/* One line for each address; who has none is there all the same. */
static void
print_interface(const Tool *tool, const virDomainInterface *interface,
                bool is_full)
{
    const char *hwaddr = interface->hwaddr ? interface->hwaddr : "";

    if (interface->naddrs == 0) {
        output_print(&tool->output, " %-10s %-17s    %-12s %s\n",
                     interface->name, hwaddr, "N/A", "N/A");
    }
    for (unsigned i = 0; i < interface->naddrs; i++) {
        const virDomainIPAddress *address = &interface->addrs[i];
        bool is_named = is_full || i == 0;

        output_print(&tool->output, " %-10s %-17s    %-12s %s/%u\n",
                     is_named ? interface->name : "-", is_named ? hwaddr : "-",
                     address->type == VIR_IP_ADDR_TYPE_IPV6 ? "ipv6" : "ipv4",
                     address->addr, address->prefix);
    }
}

/* Leases are asked for unless it is said otherwise, since virsh does so; our
 * own drivers have none and say whom to ask instead. */
static CommandResult
cmd_domifaddr(Tool *tool, const Options *options)
{
    static const char *const names[] = {"lease", "agent", "arp", NULL};
    const char *word = options_text(options, "source");
    const char *only = options_text(options, "interface");
    int source = word ? find_word(names, word) : 0;
    g_autoptr(virDomain) domain = NULL;
    g_autofree virDomainInterfacePtr *list = NULL;
    g_autofree char *line = g_strnfill(79, '-');
    int count = 0;

    if (source < 0)
        return tool_misuse(tool, "Unknown data source '%s'", word);
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    count = virDomainInterfaceAddresses(domain, &list, (unsigned)source, 0);
    if (count < 0)
        return tool_fail(tool, "Failed to query for interfaces addresses");
    output_say(&tool->output, " %-10s %-20s %-8s     %s\n%s\n", "Name",
               "MAC address", "Protocol", "Address", line);
    for (int i = 0; i < count; i++) {
        if (!only || strcmp(only, list[i]->name) == 0)
            print_interface(tool, list[i], options_has(options, "full"));
        virDomainInterfaceFree(list[i]);
    }
    return RESULT_DONE;
}

/* -1 and -2 have a meaning, so it is no plain number. */
static CommandResult
cmd_guest_agent_timeout(Tool *tool, const Options *options)
{
    const char *text = options_text(options, "timeout");
    gint64 seconds = VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK;
    g_autoptr(virDomain) domain = NULL;

    if (text &&
        !g_ascii_string_to_signed(text, 10, G_MININT, G_MAXINT, &seconds, NULL))
        return tool_misuse(tool, "--timeout takes a number of seconds");
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (virDomainAgentSetResponseTimeout(domain, (int)seconds, 0) < 0) {
        return tool_fail(tool, "Failed to set the agent's timeout of '%s'",
                         virDomainGetName(domain));
    }
    return RESULT_DONE;
}

/* The password is an argument, as in virsh, and can be seen by who looks at
 * processes: help and manual say so. */
static CommandResult
cmd_set_user_password(Tool *tool, const Options *options)
{
    const char *user = options_text(options, "user");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainSetUserPassword(
            domain, user, options_text(options, "password"),
            options_has(options, "encrypted") ? VIR_DOMAIN_PASSWORD_ENCRYPTED
                                              : 0) < 0) {
        return tool_fail(tool, "Failed to set the password of '%s' in '%s'",
                         user, virDomainGetName(domain));
    }
    output_say(&tool->output, "Password set successfully for %s in %s", user,
               virDomainGetName(domain));
    return RESULT_DONE;
}

static const OptionDef trim_options[] = {
    OPTION_DOMAIN,
    {"minimum", "leave free ranges of fewer bytes", OPTION_STRING,
     .is_named_only = true},
    {"mountpoint", "only this one; no agent can", OPTION_STRING,
     .is_named_only = true},
    OPTION_END,
};

static const OptionDef time_options[] = {
    OPTION_DOMAIN,
    {"now", "set it to this host's time", OPTION_FLAG},
    {"pretty", "as a date, in UTC", OPTION_FLAG},
    {"sync", "set it by the machine's own clock", OPTION_FLAG},
    {"time", "set it to so many seconds since 1970", OPTION_STRING,
     .is_named_only = true},
    OPTION_END,
};

static const char *const time_apart[] = {"now sync", "now time", "sync time",
                                         NULL};

static const OptionDef hostname_options[] = {
    OPTION_DOMAIN,
    {"source", "who is asked: agent, lease", OPTION_STRING,
     .is_named_only = true},
    OPTION_END,
};

static const OptionDef info_options[] = {
    OPTION_DOMAIN,
    {"user", "who is logged in", OPTION_FLAG},
    {"os", "its system", OPTION_FLAG},
    {"timezone", "its time zone", OPTION_FLAG},
    {"hostname", "its name for itself", OPTION_FLAG},
    {"filesystem", "its file systems", OPTION_FLAG},
    {"disk", "its disks", OPTION_FLAG},
    {"interface", "its network interfaces", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef address_options[] = {
    OPTION_DOMAIN,
    {"interface", "only this one, as the guest names it", OPTION_STRING,
     .is_named_only = true},
    {"full", "name and MAC address in each line", OPTION_FLAG},
    {"source", "who is asked: agent, lease, arp", OPTION_STRING,
     .is_named_only = true},
    OPTION_END,
};

static const OptionDef timeout_options[] = {
    OPTION_DOMAIN,
    {"timeout", "seconds; 0: none, -1: the default, -2: for ever",
     OPTION_STRING, .is_named_only = true},
    OPTION_END,
};

static const OptionDef password_options[] = {
    OPTION_DOMAIN,
    {"user", "of the guest", OPTION_STRING, .is_required = true},
    {"password", "the new one", OPTION_STRING, .is_required = true},
    {"encrypted", "it is what the guest's file holds", OPTION_FLAG},
    OPTION_END,
};

const Command inside_commands[] = {
    {"domfstrim", "let a guest discard what its file systems do not use", NULL,
     trim_options, NULL, NULL, cmd_domfstrim},
    {"domhostname", "print a guest's name for itself", NULL, hostname_options,
     NULL, NULL, cmd_domhostname},
    {"domifaddr", "list the addresses of a guest",
     "Only its agent knows them: give --source agent.", address_options, NULL,
     NULL, cmd_domifaddr},
    {"domtime", "show or set a guest's time", NULL, time_options, time_apart,
     NULL, cmd_domtime},
    {"guest-agent-timeout", "say how long to wait for a guest's agent",
     "Without --timeout, for ever.", timeout_options, NULL, NULL,
     cmd_guest_agent_timeout},
    {"guestinfo", "print what a guest tells of itself",
     "Without options all that its agent knows.", info_options, NULL, NULL,
     cmd_guestinfo},
    {"set-user-password", "set the password of a guest's user",
     "Other users of this host can see it in the list of processes.",
     password_options, NULL, NULL, cmd_set_user_password},
    {NULL},
};
