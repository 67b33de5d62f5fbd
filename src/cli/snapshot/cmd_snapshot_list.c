/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "snapshot-list": a table, names, or a tree. */
#include "cli/moment_rows.h"
#include "cli/snapshot/cmd_snapshot.h"
#include "cli/text/xml_query.h"

#include <stdlib.h>

/* A snapshot that is gone by now keeps a row with its name. */
static MomentRow *
row_new(virDomainSnapshotPtr snapshot)
{
    MomentRow *row = g_new0(MomentRow, 1);
    g_autofree char *xml = virDomainSnapshotGetXMLDesc(snapshot, 0);

    row->name = g_strdup(virDomainSnapshotGetName(snapshot));
    if (xml) {
        row->parent = xml_query_text(xml, "domainsnapshot/parent/name");
        row->state = xml_query_text(xml, "domainsnapshot/state");
        row->time = moment_rows_time(xml, "domainsnapshot/creationTime");
    }
    tool_forget_error();
    return row;
}

/* Those that @options choose, below @from if it is not NULL; NULL after
 * reporting. */
static GPtrArray *
load_rows(const Tool *tool, virDomainPtr domain, const Options *options,
          virDomainSnapshotPtr from)
{
    static const OptionBit bits[] = {
        {"roots", VIR_DOMAIN_SNAPSHOT_LIST_ROOTS},
        {"descendants", VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS},
        {"leaves", VIR_DOMAIN_SNAPSHOT_LIST_LEAVES},
        {"no-leaves", VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES},
        {"metadata", VIR_DOMAIN_SNAPSHOT_LIST_METADATA},
        {"no-metadata", VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA},
        {"inactive", VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE},
        {"active", VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE},
        {"disk-only", VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY},
        {"internal", VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL},
        {"external", VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL},
        {"topological", VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL},
        {NULL},
    };
    unsigned flags = options_flags(options, bits);
    g_autoptr(GPtrArray) rows = moment_rows_new();
    virDomainSnapshotPtr *found = NULL;
    int count = from ? virDomainSnapshotListAllChildren(from, &found, flags)
                     : virDomainListAllSnapshots(domain, &found, flags);

    if (count < 0) {
        (void)tool_fail(tool, "Failed to list the snapshots of domain '%s'",
                        virDomainGetName(domain));
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        g_ptr_array_add(rows, row_new(found[i]));
        virDomainSnapshotFree(found[i]);
    }
    free(found);
    if (!options_has(options, "topological"))
        moment_rows_sort(rows);
    return g_steal_pointer(&rows);
}

/* The snapshot that --from or --current names, to *@ret_from; NULL when there
 * is neither option. */
static CommandResult
find_from(const Tool *tool, virDomainPtr domain, const Options *options,
          virDomainSnapshotPtr *ret_from)
{
    const char *name = options_text(options, "from");

    *ret_from = NULL;
    if (name) {
        *ret_from = virDomainSnapshotLookupByName(domain, name, 0);
    } else if (options_has(options, "current")) {
        *ret_from = virDomainSnapshotCurrent(domain, 0);
    } else if (options_has(options, "descendants")) {
        return tool_misuse(tool,
                           "--descendants has no meaning without --from or "
                           "--current");
    } else {
        return RESULT_DONE;
    }
    if (*ret_from)
        return RESULT_DONE;
    return name ? tool_fail(tool, "Failed to find snapshot '%s' of domain '%s'",
                            name, virDomainGetName(domain))
                : tool_fail(tool,
                            "Failed to find the current snapshot of domain "
                            "'%s'",
                            virDomainGetName(domain));
}

CommandResult
cmd_snapshot_list(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) from = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    CommandResult result = RESULT_DONE;

    if (!domain)
        return RESULT_FAILED;
    result = find_from(tool, domain, options, &from);
    if (result != RESULT_DONE)
        return result;
    rows = load_rows(tool, domain, options, from);
    if (!rows)
        return RESULT_FAILED;
    /* A tree needs its root, which the children's list does not have. */
    if (from && options_has(options, "tree"))
        g_ptr_array_insert(rows, 0, row_new(from));
    moment_rows_print(tool, options, rows, true);
    return RESULT_DONE;
}

const OptionDef snapshot_list_options[] = {
    OPTION_DOMAIN,
    {"parent", "with a column for the parent", OPTION_FLAG},
    {"roots", "those without a parent", OPTION_FLAG},
    {"leaves", "those without children", OPTION_FLAG},
    {"no-leaves", "those with children", OPTION_FLAG},
    {"metadata", "those that undefining would forget", OPTION_FLAG},
    {"no-metadata", "those that nothing is kept of", OPTION_FLAG},
    {"inactive", "taken while the domain was off", OPTION_FLAG},
    {"active", "taken while it ran, with memory", OPTION_FLAG},
    {"disk-only", "taken while it ran, without memory", OPTION_FLAG},
    {"internal", "those inside the images", OPTION_FLAG},
    {"external", "those in files of their own", OPTION_FLAG},
    {"tree", "drawn as a tree", OPTION_FLAG},
    {"from", "only the children of this snapshot", OPTION_STRING,
     .value = VALUE_SNAPSHOT},
    {"current", "only the children of the current snapshot", OPTION_FLAG},
    {"descendants", "with --from or --current: all that descend from it",
     OPTION_FLAG},
    {"name", "names instead of a table", OPTION_FLAG},
    {"topological", "parents before their children, not by name", OPTION_FLAG},
    OPTION_END,
};

const char *const snapshot_list_apart[] = {
    "tree parent",   "tree roots",   "tree name", "from roots",
    "roots current", "from current", NULL};
