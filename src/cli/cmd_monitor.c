/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that tell what a domain is, what state it is in and what it has.
 * "list" stands in cmd_list.c, since its filters need room. */
#include "cli/cmd_list.h"

#include "cli/command.h"
#include "cli/stats/cmd_stats.h"
#include "cli/text/wording.h"
#include "cli/text/xml_query.h"

#include <string.h>

/* Two words for scripts to compare with, so nothing else is printed. */
static CommandResult
cmd_domstate(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    int state = 0;
    int reason = 0;

    if (!domain)
        return RESULT_FAILED;
    if (virDomainGetState(domain, &state, &reason, 0) < 0) {
        return tool_fail(tool, "Failed to get the state of domain '%s'",
                         virDomainGetName(domain));
    }
    if (options_has(options, "reason")) {
        output_print(&tool->output, "%s (%s)\n", wording_state(state),
                     wording_reason(state, reason));
    } else {
        output_print(&tool->output, "%s\n", wording_state(state));
    }
    return RESULT_DONE;
}

/* For scripts, which keep it since names change. */
static CommandResult
cmd_domuuid(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    char uuid[VIR_UUID_STRING_BUFLEN] = "";

    if (!domain)
        return RESULT_FAILED;
    if (virDomainGetUUIDString(domain, uuid) < 0) {
        return tool_fail(tool, "Failed to get the UUID of domain '%s'",
                         virDomainGetName(domain));
    }
    output_print(&tool->output, "%s\n", uuid);
    return RESULT_DONE;
}

/* Of a domain that was given by id or UUID. */
static CommandResult
cmd_domname(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    output_print(&tool->output, "%s\n", virDomainGetName(domain));
    return RESULT_DONE;
}

/* An id of -1 is the library's way to say that the domain is shut off. */
static CommandResult
cmd_domid(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainGetID(domain) == (unsigned)-1) {
        output_print(&tool->output, "-\n");
    } else {
        output_print(&tool->output, "%u\n", virDomainGetID(domain));
    }
    return RESULT_DONE;
}

/* As the library writes it, byte for byte. */
static CommandResult
cmd_dumpxml(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"inactive", VIR_DOMAIN_XML_INACTIVE},
        {"security-info", VIR_DOMAIN_XML_SECURE},
        {"update-cpu", VIR_DOMAIN_XML_UPDATE_CPU},
        {"migratable", VIR_DOMAIN_XML_MIGRATABLE},
        {NULL},
    };
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;

    if (!domain)
        return RESULT_FAILED;
    xml = virDomainGetXMLDesc(domain, options_flags(options, bits));
    if (!xml) {
        return tool_fail(tool, "Failed to get the XML of domain '%s'",
                         virDomainGetName(domain));
    }
    return tool_print_document(tool, options, xml);
}

/* "yes", "no", or "?" where the driver cannot tell. */
static const char *
yes_no(int answer)
{
    if (answer < 0)
        return "?";
    return answer ? "yes" : "no";
}

/* What a driver cannot tell is left out, as virsh leaves it out. */
static void
print_identity(const Tool *tool, virDomainPtr domain)
{
    const Output *output = &tool->output;
    g_autofree char *os_type = virDomainGetOSType(domain);
    char uuid[VIR_UUID_STRING_BUFLEN] = "";
    unsigned id = virDomainGetID(domain);

    if (id == (unsigned)-1) {
        output_field(output, "Id", "-");
    } else {
        output_field(output, "Id", "%u", id);
    }
    output_field(output, "Name", "%s", virDomainGetName(domain));
    /* The error of what is left out is reset by the caller. */
    if (virDomainGetUUIDString(domain, uuid) == 0)
        output_field(output, "UUID", "%s", uuid);
    if (os_type)
        output_field(output, "OS Type", "%s", os_type);
}

/* Only the first question must be answered; the rest is told as far as it is
 * known.  A processor time of 0 is that of a domain which is shut off. */
static CommandResult
cmd_dominfo(Tool *tool, const Options *options)
{
    const Output *output = &tool->output;
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    virDomainInfo info = {0};
    int autostart = -1;

    if (!domain)
        return RESULT_FAILED;
    if (virDomainGetInfo(domain, &info) < 0) {
        return tool_fail(tool, "Failed to get information on domain '%s'",
                         virDomainGetName(domain));
    }
    print_identity(tool, domain);
    output_field(output, "State", "%s", wording_state(info.state));
    output_field(output, "CPU(s)", "%u", info.nrVirtCpu);
    /* As virsh: a domain that is off has used none. */
    if (info.cpuTime != 0)
        output_field(output, "CPU time", "%.1fs", (double)info.cpuTime / 1e9);
    output_field(output, "Max memory", "%lu KiB", info.maxMem);
    output_field(output, "Used memory", "%lu KiB", info.memory);
    output_field(output, "Persistent", "%s",
                 yes_no(virDomainIsPersistent(domain)));
    if (virDomainGetAutostart(domain, &autostart) == 0) {
        output_field(output, "Autostart", "%s",
                     autostart ? "enable" : "disable");
    }
    virResetLastError();
    return RESULT_DONE;
}

/* The disks of the domain's XML; NULL after reporting. */
static GPtrArray *
domain_disks(const Tool *tool, virDomainPtr domain, unsigned flags)
{
    g_autofree char *xml = virDomainGetXMLDesc(domain, flags);

    if (!xml) {
        (void)tool_fail(tool, "Failed to get the XML of domain '%s'",
                        virDomainGetName(domain));
        return NULL;
    }
    return xml_query_disks(xml);
}

/* With and without details the rows are the same; without, their first two
 * cells and titles are skipped. */
static CommandResult
cmd_domblklist(Tool *tool, const Options *options)
{
    static const char *const titles[] = {"Type", "Device", "Target", "Source",
                                         NULL};
    bool has_details = options_has(options, "details");
    unsigned flags =
        options_has(options, "inactive") ? VIR_DOMAIN_XML_INACTIVE : 0;
    g_autoptr(Table) table = table_new(has_details ? titles : titles + 2);
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(GPtrArray) disks = NULL;

    if (!domain)
        return RESULT_FAILED;
    disks = domain_disks(tool, domain, flags);
    if (!disks)
        return RESULT_FAILED;
    for (unsigned i = 0; i < disks->len; i++) {
        /* From the domain's XML: there is no call that lists disks. */
        const XmlDisk *disk = g_ptr_array_index(disks, i);
        const char *cells[] = {disk->type, disk->device,
                               disk->target ? disk->target : "-",
                               disk->source ? disk->source : "-"};

        table_add(table, has_details ? cells : cells + 2);
    }
    table_print(table, &tool->output);
    return RESULT_DONE;
}

/* In one unit or in bytes; never both. */
static char *
size_text(unsigned long long bytes, bool is_human)
{
    const char *unit = NULL;
    double size = size_in_units(bytes, &unit);

    /* Bytes are what scripts calculate with. */
    if (is_human)
        return g_strdup_printf("%.3f %s", size, unit);
    return g_strdup_printf("%llu", bytes);
}

/* virsh's three lines. */
static CommandResult
print_one_size(const Tool *tool, virDomainPtr domain, const char *device,
               bool is_human)
{
    virDomainBlockInfo info = {0};
    g_autofree char *capacity = NULL;
    g_autofree char *allocation = NULL;
    g_autofree char *physical = NULL;

    if (virDomainGetBlockInfo(domain, device, &info, 0) < 0)
        return tool_fail(tool, "Failed to get the size of disk '%s'", device);
    capacity = size_text(info.capacity, is_human);
    allocation = size_text(info.allocation, is_human);
    physical = size_text(info.physical, is_human);
    output_field(&tool->output, "Capacity", "%s", capacity);
    output_field(&tool->output, "Allocation", "%s", allocation);
    output_field(&tool->output, "Physical", "%s", physical);
    return RESULT_DONE;
}

/* One question a disk: the library has no call for all of them, and a domain
 * has few. */
static CommandResult
print_all_sizes(const Tool *tool, virDomainPtr domain, bool is_human)
{
    static const char *const titles[] = {"Target", "Capacity", "Allocation",
                                         "Physical", NULL};
    g_autoptr(Table) table = table_new(titles);
    g_autoptr(GPtrArray) disks = domain_disks(tool, domain, 0);

    if (!disks)
        return RESULT_FAILED;
    for (unsigned i = 0; i < disks->len; i++) {
        const XmlDisk *disk = g_ptr_array_index(disks, i);
        virDomainBlockInfo info = {0};
        g_autofree char *capacity = NULL;
        g_autofree char *allocation = NULL;
        g_autofree char *physical = NULL;
        const char *cells[] = {disk->target, "-", "-", "-"};

        /* An empty drive has no size; the others are still of use. */
        if (disk->source && disk->target) {
            if (virDomainGetBlockInfo(domain, disk->target, &info, 0) < 0) {
                return tool_fail(tool, "Failed to get the size of disk '%s'",
                                 disk->target);
            }
            capacity = size_text(info.capacity, is_human);
            allocation = size_text(info.allocation, is_human);
            physical = size_text(info.physical, is_human);
            cells[1] = capacity;
            cells[2] = allocation;
            cells[3] = physical;
        }
        table_add(table, cells);
    }
    table_print(table, &tool->output);
    return RESULT_DONE;
}

/* One disk or all of them: a missing name is no wish for all. */
static CommandResult
cmd_domblkinfo(Tool *tool, const Options *options)
{
    const char *device = options_text(options, "device");
    bool is_human = options_has(options, "human");
    g_autoptr(virDomain) domain = NULL;

    if (!device && !options_has(options, "all"))
        return tool_misuse(tool, "Which disk: give its name, or --all");
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    return device ? print_one_size(tool, domain, device, is_human)
                  : print_all_sizes(tool, domain, is_human);
}

static const OptionDef domain_options[] = {OPTION_DOMAIN, OPTION_END};

static const OptionDef domstate_options[] = {
    OPTION_DOMAIN,
    {"reason", "also say how it got there", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef dumpxml_options[] = {
    OPTION_DOMAIN,
    {"inactive", "the definition that counts from the next start", OPTION_FLAG},
    {"security-info", "include passwords and the like", OPTION_FLAG},
    {"update-cpu", "with the host's CPU filled in", OPTION_FLAG},
    {"migratable", "in the form that another host understands", OPTION_FLAG},
    OPTIONS_XPATH,
    OPTION_END,
};

static const OptionDef domblklist_options[] = {
    OPTION_DOMAIN,
    {"inactive", "the definition that counts from the next start", OPTION_FLAG},
    {"details", "also show the type and the kind of device", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef domblkinfo_options[] = {
    OPTION_DOMAIN,
    {"device", "disk: its target name, such as vda", OPTION_STRING,
     .value = VALUE_DISK},
    {"human", "sizes in units that read well", OPTION_FLAG},
    {"all", "a table of all disks", OPTION_FLAG},
    OPTION_END,
};

static const char *const domblkinfo_apart[] = {"device all", NULL};

const Command monitor_commands[] = {
    {"domblkerror", "disks of a running domain that are in trouble",
     "Those whose last request failed, and for which the guest was stopped.",
     domblkerror_options, NULL, NULL, cmd_domblkerror},
    {"domblkinfo", "sizes of a disk",
     "Capacity is what the guest sees, allocation what is in use on the host,\n"
     "    physical the size of the file or device.",
     domblkinfo_options, domblkinfo_apart, NULL, cmd_domblkinfo},
    {"domblklist", "disks of a domain", NULL, domblklist_options, NULL, NULL,
     cmd_domblklist},
    {"domid", "number of a running domain", NULL, domain_options, NULL, NULL,
     cmd_domid},
    {"dominfo", "basic information on a domain", NULL, domain_options, NULL,
     NULL, cmd_dominfo},
    {"dommemstat", "memory of a running domain",
     "KiB, but for faults and huge pages, which are numbers of events.",
     dommemstat_options, NULL, NULL, cmd_dommemstat},
    {"domname", "name of a domain", NULL, domain_options, NULL, NULL,
     cmd_domname},
    {"domstate", "state of a domain", NULL, domstate_options, NULL, NULL,
     cmd_domstate},
    {"domstats", "many figures of many domains",
     "Of all groups of figures, or of those that are named.", domstats_options,
     NULL, NULL, cmd_domstats},
    {"domuuid", "UUID of a domain", NULL, domain_options, NULL, NULL,
     cmd_domuuid},
    {"dumpxml", "XML of a domain",
     "With --inactive the XML can be given to 'define' again.", dumpxml_options,
     NULL, xpath_needs, cmd_dumpxml},
    {"list", "list domains",
     "Lists running domains, or those that the options choose.", list_options,
     list_apart, NULL, cmd_list},
    {NULL},
};
