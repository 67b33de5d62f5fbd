/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cmd_list.h"

#include "cli/text/wording.h"
#include "cli/text/xml_query.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

/* Domains as the library returned them: the array and each entry are ours. */
typedef struct {
    virDomainPtr *items;
    unsigned count;
} Domains;

static void
domains_clear(Domains *domains)
{
    for (unsigned i = 0; i < domains->count; i++)
        virDomainFree(domains->items[i]);
    free(domains->items);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Domains, domains_clear)

/* Running ones first, in the order of their ids; then the others, whose id -1
 * is the largest there is, by name. */
static int
compare_domains(const void *a, const void *b)
{
    virDomainPtr first = *(virDomainPtr const *)a;
    virDomainPtr second = *(virDomainPtr const *)b;
    unsigned first_id = virDomainGetID(first);
    unsigned second_id = virDomainGetID(second);

    if (first_id != second_id)
        return first_id < second_id ? -1 : 1;
    return g_ascii_strcasecmp(virDomainGetName(first),
                              virDomainGetName(second));
}

/* Without --all and --inactive only running ones are meant, whatever other
 * filters say: so --state-shutoff alone finds nothing, as with virsh. */
static unsigned
list_flags(const Options *options)
{
    static const OptionBit bits[] = {
        {"transient", VIR_CONNECT_LIST_DOMAINS_TRANSIENT},
        {"persistent", VIR_CONNECT_LIST_DOMAINS_PERSISTENT},
        {"with-snapshot", VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT},
        {"without-snapshot", VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT},
        {"with-checkpoint", VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT},
        {"without-checkpoint", VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT},
        {"with-backup-job", VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB},
        {"without-backup-job", VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB},
        {"state-running", VIR_CONNECT_LIST_DOMAINS_RUNNING},
        {"state-paused", VIR_CONNECT_LIST_DOMAINS_PAUSED},
        {"state-shutoff", VIR_CONNECT_LIST_DOMAINS_SHUTOFF},
        {"state-other", VIR_CONNECT_LIST_DOMAINS_OTHER},
        {"autostart", VIR_CONNECT_LIST_DOMAINS_AUTOSTART},
        {"no-autostart", VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART},
        {"with-managed-save", VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE},
        {"without-managed-save", VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE},
        {NULL},
    };
    unsigned flags = options_flags(options, bits);

    /* Both bits ask for both; leaving both out would do so too, and say
     * less. */
    if (options_has(options, "all")) {
        return flags | VIR_CONNECT_LIST_DOMAINS_ACTIVE |
               VIR_CONNECT_LIST_DOMAINS_INACTIVE;
    }
    if (options_has(options, "inactive"))
        return flags | VIR_CONNECT_LIST_DOMAINS_INACTIVE;
    return flags | VIR_CONNECT_LIST_DOMAINS_ACTIVE;
}

static char *
domain_id_text(virDomainPtr domain)
{
    unsigned id = virDomainGetID(domain);

    return id == (unsigned)-1 ? g_strdup("-") : g_strdup_printf("%u", id);
}

/* Asked for each row: the listing does not tell. */
static const char *
state_text(virDomainPtr domain)
{
    int state = VIR_DOMAIN_NOSTATE;

    /* A domain may end between the listing and this question. */
    if (virDomainGetState(domain, &state, NULL, 0) < 0)
        virResetLastError();
    return wording_state(state);
}

/* There is no call for the title alone. */
static char *
title_text(virDomainPtr domain)
{
    g_autofree char *xml = virDomainGetXMLDesc(domain, 0);

    if (!xml)
        virResetLastError();
    return xml ? xml_query_text(xml, "domain/title") : NULL;
}

/* The title costs the domain's whole XML, so only with --title. */
static void
print_table(const Tool *tool, const Domains *domains, bool has_title)
{
    static const char *const titles[] = {"Id", "Name", "State", "Title", NULL};
    static const char *const short_titles[] = {"Id", "Name", "State", NULL};
    g_autoptr(Table) table = table_new(has_title ? titles : short_titles);

    for (unsigned i = 0; i < domains->count; i++) {
        virDomainPtr domain = domains->items[i];
        g_autofree char *id = domain_id_text(domain);
        g_autofree char *title = has_title ? title_text(domain) : NULL;
        const char *cells[] = {id, virDomainGetName(domain), state_text(domain),
                               title};

        table_add(table, cells);
    }
    table_print(table, &tool->output);
}

/* One line each of what was asked for, in the order UUID, id, name. */
static void
print_plain(const Tool *tool, const Domains *domains, const Options *options)
{
    for (unsigned i = 0; i < domains->count; i++) {
        virDomainPtr domain = domains->items[i];
        /* One line a domain, for scripts: no heads, no padding. */
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *line = NULL;
        char uuid[VIR_UUID_STRING_BUFLEN] = "";

        if (options_has(options, "uuid") &&
            virDomainGetUUIDString(domain, uuid) == 0)
            g_ptr_array_add(words, g_strdup(uuid));
        if (options_has(options, "id"))
            g_ptr_array_add(words, domain_id_text(domain));
        if (options_has(options, "name"))
            g_ptr_array_add(words, g_strdup(virDomainGetName(domain)));
        g_ptr_array_add(words, NULL);
        line = g_strjoinv(" ", (char **)words->pdata);
        output_print(&tool->output, "%s\n", line);
    }
}

/* The library filters; this sorts and prints. */
CommandResult
cmd_list(Tool *tool, const Options *options)
{
    virConnectPtr connection = tool_connect(tool);
    g_auto(Domains) domains = {NULL, 0};
    int count = 0;

    if (!connection)
        return RESULT_FAILED;
    count = virConnectListAllDomains(connection, &domains.items,
                                     list_flags(options));
    if (count < 0)
        return tool_fail(tool, "Failed to list domains");
    domains.count = (unsigned)count;
    /* qsort() of nothing would be passed NULL. */
    if (count > 0) {
        qsort(domains.items, domains.count, sizeof(virDomainPtr),
              compare_domains);
    }
    if (options_has(options, "uuid") || options_has(options, "name") ||
        options_has(options, "id")) {
        print_plain(tool, &domains, options);
    } else {
        print_table(tool, &domains, options_has(options, "title"));
    }
    return RESULT_DONE;
}

const OptionDef list_options[] = {
    {"inactive", "those that are shut off", OPTION_FLAG},
    {"all", "running and shut off", OPTION_FLAG},
    {"transient", "those without a stored definition", OPTION_FLAG},
    {"persistent", "those with a stored definition", OPTION_FLAG},
    {"with-snapshot", "those with snapshots", OPTION_FLAG},
    {"without-snapshot", "those without snapshots", OPTION_FLAG},
    {"with-checkpoint", "those with checkpoints", OPTION_FLAG},
    {"without-checkpoint", "those without checkpoints", OPTION_FLAG},
    {"with-backup-job", "those of which a backup is under way", OPTION_FLAG},
    {"without-backup-job", "those of which none is", OPTION_FLAG},
    {"state-running", "those that run", OPTION_FLAG},
    {"state-paused", "those that are paused", OPTION_FLAG},
    {"state-shutoff", "those that are shut off (with --all or --inactive)",
     OPTION_FLAG},
    {"state-other", "those in any other state", OPTION_FLAG},
    {"autostart", "those marked to be started with the host", OPTION_FLAG},
    {"no-autostart", "those not marked so", OPTION_FLAG},
    {"with-managed-save", "those with a saved state", OPTION_FLAG},
    {"without-managed-save", "those without a saved state", OPTION_FLAG},
    {"uuid", "UUIDs instead of a table", OPTION_FLAG},
    {"name", "names instead of a table", OPTION_FLAG},
    {"id", "ids instead of a table", OPTION_FLAG},
    {"table", "a table, which is also what no option means", OPTION_FLAG},
    {"title", "with a column for the title", OPTION_FLAG},
    OPTION_END,
};

const char *const list_apart[] = {"table uuid", "table name", "table id", NULL};
