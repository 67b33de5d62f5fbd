/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/stats/cmd_stats.h"

#include <stdlib.h>
#include <string.h>

/* ---- domstats ---- */

/* As virsh: a boolean is a word, everything else is as C prints it. */
static void
print_param(const Output *output, const virTypedParameter *param)
{
    switch (param->type) {
    case VIR_TYPED_PARAM_INT:
        output_print(output, "  %s=%d\n", param->field, param->value.i);
        break;
    case VIR_TYPED_PARAM_UINT:
        output_print(output, "  %s=%u\n", param->field, param->value.ui);
        break;
    case VIR_TYPED_PARAM_LLONG:
        output_print(output, "  %s=%lld\n", param->field, param->value.l);
        break;
    case VIR_TYPED_PARAM_ULLONG:
        output_print(output, "  %s=%llu\n", param->field, param->value.ul);
        break;
    case VIR_TYPED_PARAM_DOUBLE:
        output_print(output, "  %s=%f\n", param->field, param->value.d);
        break;
    case VIR_TYPED_PARAM_BOOLEAN:
        output_print(output, "  %s=%s\n", param->field,
                     param->value.b ? "yes" : "no");
        break;
    default:
        output_print(output, "  %s=%s\n", param->field, param->value.s);
        break;
    }
}

/* An empty line between the domains and after the last, which the output adds
 * to every answer. */
static void
print_records(const Output *output, virDomainStatsRecordPtr *records)
{
    for (virDomainStatsRecordPtr *record = records; *record; record++) {
        output_print(output, "%sDomain: '%s'\n", record == records ? "" : "\n",
                     virDomainGetName((*record)->dom));
        for (int i = 0; i < (*record)->nparams; i++)
            print_param(output, &(*record)->params[i]);
    }
}

static const OptionBit group_bits[] = {
    {"state", VIR_DOMAIN_STATS_STATE},
    {"cpu-total", VIR_DOMAIN_STATS_CPU_TOTAL},
    {"balloon", VIR_DOMAIN_STATS_BALLOON},
    {"vcpu", VIR_DOMAIN_STATS_VCPU},
    {"interface", VIR_DOMAIN_STATS_INTERFACE},
    {"block", VIR_DOMAIN_STATS_BLOCK},
    {"perf", VIR_DOMAIN_STATS_PERF},
    {"iothread", VIR_DOMAIN_STATS_IOTHREAD},
    {"memory", VIR_DOMAIN_STATS_MEMORY},
    {"dirtyrate", VIR_DOMAIN_STATS_DIRTYRATE},
    {"vm", VIR_DOMAIN_STATS_VM},
    {NULL},
};

static const OptionBit flag_bits[] = {
    {"list-active", VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE},
    {"list-inactive", VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE},
    {"list-persistent", VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT},
    {"list-transient", VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT},
    {"list-running", VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING},
    {"list-paused", VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED},
    {"list-shutoff", VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF},
    {"list-other", VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER},
    {"nowait", VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT},
    {"backing", VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING},
    {"enforce", (unsigned)VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS},
    {NULL},
};

const OptionDef domstats_options[] = {
    {"state", "the state, and why", OPTION_FLAG},
    {"cpu-total", "processor time", OPTION_FLAG},
    {"balloon", "memory", OPTION_FLAG},
    {"vcpu", "each virtual processor", OPTION_FLAG},
    {"interface", "network interfaces", OPTION_FLAG},
    {"block", "disks", OPTION_FLAG},
    {"perf", "events of the processor: none is counted", OPTION_FLAG},
    {"iothread", "I/O threads", OPTION_FLAG},
    {"memory", "bandwidth of memory: it is not watched", OPTION_FLAG},
    {"dirtyrate", "how fast memory is written to", OPTION_FLAG},
    {"vm", "the hypervisor's own: there are none", OPTION_FLAG},
    {"list-active", "of domains that run", OPTION_FLAG},
    {"list-inactive", "of those that do not", OPTION_FLAG},
    {"list-persistent", "of those with a definition", OPTION_FLAG},
    {"list-transient", "of those without one", OPTION_FLAG},
    {"list-running", "of those in the state 'running'", OPTION_FLAG},
    {"list-paused", "of those in the state 'paused'", OPTION_FLAG},
    {"list-shutoff", "of those in the state 'shut off'", OPTION_FLAG},
    {"list-other", "of those in another state", OPTION_FLAG},
    {"raw", "numbers as they are: they always are", OPTION_FLAG},
    {"enforce", "fail if a group is not known", OPTION_FLAG},
    {"backing", "of each image below a disk, too", OPTION_FLAG},
    {"nowait", "leave out what would have to be waited for", OPTION_FLAG},
    {"domain", "domains; without, all that the filters choose", OPTION_LIST,
     .value = VALUE_DOMAIN},
    OPTION_END,
};

/* For virDomainListGetStats(): NULL after reporting which there is not. */
static virDomainPtr *
find_domains(Tool *tool, virConnectPtr connection, const char *const *names,
             unsigned count)
{
    virDomainPtr *domains = g_new0(virDomainPtr, (gsize)count + 1);

    for (unsigned i = 0; i < count; i++) {
        domains[i] = tool_look_up(connection, names[i]);
        if (domains[i])
            continue;
        /* All or none: figures of the others would hide that one is missing. */
        (void)tool_fail(tool, "failed to get domain '%s'", names[i]);
        while (i > 0)
            (void)virDomainFree(domains[--i]);
        g_free(domains);
        return NULL;
    }
    return domains;
}

/* Of those that are named, or of all that the filters choose. */
CommandResult
cmd_domstats(Tool *tool, const Options *options)
{
    virConnectPtr connection = tool_connect(tool);
    unsigned groups = options_flags(options, group_bits);
    unsigned flags = options_flags(options, flag_bits);
    unsigned count = 0;
    const char *const *names = options_list(options, "domain", &count);
    virDomainPtr *domains = NULL;
    virDomainStatsRecordPtr *records = NULL;
    int found = 0;

    if (!connection)
        return RESULT_FAILED;
    /* Two calls: without a domain it is all of them, which an empty list is
     * not. */
    if (count > 0) {
        domains = find_domains(tool, connection, names, count);
        if (!domains)
            return RESULT_FAILED;
        found = virDomainListGetStats(domains, groups, &records, flags);
    } else {
        found =
            virConnectGetAllDomainStats(connection, groups, &records, flags);
    }
    if (found >= 0)
        print_records(&tool->output, records);
    virDomainStatsRecordListFree(records);
    for (virDomainPtr *domain = domains; domain && *domain; domain++)
        (void)virDomainFree(*domain);
    g_free(domains);
    return found < 0 ? tool_fail(tool, "Failed to get statistics")
                     : RESULT_DONE;
}

/* ---- dommemstat ---- */

const OptionDef dommemstat_options[] = {
    OPTION_DOMAIN,
    OPTION_END,
};

/* virsh's words, by virDomainMemoryStatTags. */
static const char *const memory_words[VIR_DOMAIN_MEMORY_STAT_NR] = {
    "swap_in",        "swap_out",    "major_fault", "minor_fault",
    "unused",         "available",   "actual",      "rss",
    "usable",         "last_update", "disk_caches", "hugetlb_pgalloc",
    "hugetlb_pgfail",
};

/* A figure of a later daemon, whose name is not known here, is skipped. */
CommandResult
cmd_dommemstat(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    virDomainMemoryStatStruct stats[VIR_DOMAIN_MEMORY_STAT_NR] = {0};
    int count = 0;

    if (!domain)
        return RESULT_FAILED;
    count = virDomainMemoryStats(domain, stats, VIR_DOMAIN_MEMORY_STAT_NR, 0);
    if (count < 0) {
        return tool_fail(tool, "Failed to get memory statistics for domain %s",
                         virDomainGetName(domain));
    }
    for (int i = 0; i < count; i++) {
        if (stats[i].tag >= 0 && stats[i].tag < VIR_DOMAIN_MEMORY_STAT_NR) {
            output_print(&tool->output, "%s %llu\n", memory_words[stats[i].tag],
                         stats[i].val);
        }
    }
    return RESULT_DONE;
}

/* ---- domblkerror ---- */

const OptionDef domblkerror_options[] = {
    OPTION_DOMAIN,
    OPTION_END,
};

/* virsh's words; a code that is new to us is some error. */
static const char *
error_word(int code)
{
    return code == VIR_DOMAIN_DISK_ERROR_NO_SPACE ? "no space"
                                                  : "unspecified error";
}

/* More than there are disks there cannot be. */
CommandResult
cmd_domblkerror(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree virDomainDiskErrorPtr errors = NULL;
    int count = 0;

    if (!domain)
        return RESULT_FAILED;
    count = virDomainGetDiskErrors(domain, NULL, 0, 0);
    if (count > 0) {
        errors = g_new0(virDomainDiskError, (gsize)count);
        count = virDomainGetDiskErrors(domain, errors, (unsigned)count, 0);
    }
    if (count < 0) {
        return tool_fail(tool, "Failed to get the errors of the disks of '%s'",
                         virDomainGetName(domain));
    }
    if (count == 0)
        output_print(&tool->output, "No errors found\n");
    for (int i = 0; i < count; i++) {
        output_print(&tool->output, "%s: %s\n", errors[i].disk,
                     error_word(errors[i].error));
        free(errors[i].disk);
    }
    return RESULT_DONE;
}
