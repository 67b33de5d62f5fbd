/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "snapshot-list": a table, names, or a tree. */
#include "cli/snapshot/cmd_snapshot.h"
#include "cli/text/tree.h"
#include "cli/text/xml_query.h"

#include <stdlib.h>

/* A snapshot and what the listings tell of it. */
typedef struct {
    const char *name;              /* of the handle */
    virDomainSnapshotPtr snapshot; /* owned */
    char *parent;                  /* NULL for a root */
    char *state;                   /* (nullable) */
    char *time;                    /* (nullable): when it was made */
} Entry;

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    virDomainSnapshotFree(entry->snapshot);
    g_free(entry->parent);
    g_free(entry->state);
    g_free(entry->time);
    g_free(entry);
}

/* (transfer full) (nullable): in the time zone of who reads it. */
static char *
creation_time(const char *xml)
{
    g_autofree char *text = xml_query_text(xml, "domainsnapshot/creationTime");
    gint64 seconds = text ? g_ascii_strtoll(text, NULL, 10) : 0;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(seconds);

    return text && time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S %z")
                        : NULL;
}

/* Takes the reference over.  A snapshot that is gone by now keeps a row with
 * its name. */
static Entry *
entry_new(virDomainSnapshotPtr snapshot)
{
    Entry *entry = g_new0(Entry, 1);
    g_autofree char *xml = virDomainSnapshotGetXMLDesc(snapshot, 0);

    entry->snapshot = snapshot;
    entry->name = virDomainSnapshotGetName(snapshot);
    if (xml) {
        entry->parent = xml_query_text(xml, "domainsnapshot/parent/name");
        entry->state = xml_query_text(xml, "domainsnapshot/state");
        entry->time = creation_time(xml);
    }
    tool_forget_error();
    return entry;
}

/* Names sort without regard to case, as virsh has them. */
static int
compare_names(const void *a, const void *b)
{
    const Entry *first = *(Entry *const *)a;
    const Entry *second = *(Entry *const *)b;

    return g_ascii_strcasecmp(first->name, second->name);
}

static void
print_table(const Tool *tool, const GPtrArray *entries, bool has_parent)
{
    static const char *const titles[] = {"Name", "Creation Time", "State",
                                         "Parent", NULL};
    static const char *const short_titles[] = {"Name", "Creation Time", "State",
                                               NULL};
    g_autoptr(Table) table = table_new(has_parent ? titles : short_titles);

    for (unsigned i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);
        const char *cells[] = {entry->name, entry->time, entry->state,
                               entry->parent};

        table_add(table, cells);
    }
    table_print(table, &tool->output);
}

/* Entries own what the nodes point to. */
static void
print_tree(const Tool *tool, const GPtrArray *entries)
{
    g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(TreeNode));

    for (unsigned i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);
        TreeNode node = {entry->name, entry->parent};

        g_array_append_val(nodes, node);
    }
    tree_print((const TreeNode *)nodes->data, nodes->len, &tool->output);
}

static void
print_names(const Tool *tool, const GPtrArray *entries)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);

        output_print(&tool->output, "%s\n", entry->name);
    }
}

/* Those that @options choose, below @from if it is not NULL; NULL after
 * reporting. */
static GPtrArray *
load_entries(const Tool *tool, virDomainPtr domain, const Options *options,
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
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
    virDomainSnapshotPtr *found = NULL;
    int count = from ? virDomainSnapshotListAllChildren(from, &found, flags)
                     : virDomainListAllSnapshots(domain, &found, flags);

    if (count < 0) {
        (void)tool_fail(tool, "Failed to list the snapshots of domain '%s'",
                        virDomainGetName(domain));
        return NULL;
    }
    for (int i = 0; i < count; i++)
        g_ptr_array_add(entries, entry_new(found[i]));
    free(found);
    if (!options_has(options, "topological"))
        g_ptr_array_sort(entries, compare_names);
    return g_steal_pointer(&entries);
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
    g_autoptr(GPtrArray) entries = NULL;
    CommandResult result = RESULT_DONE;

    if (!domain)
        return RESULT_FAILED;
    result = find_from(tool, domain, options, &from);
    if (result != RESULT_DONE)
        return result;
    entries = load_entries(tool, domain, options, from);
    if (!entries)
        return RESULT_FAILED;
    if (options_has(options, "tree")) {
        if (from)
            g_ptr_array_insert(entries, 0, entry_new(g_steal_pointer(&from)));
        print_tree(tool, entries);
    } else if (options_has(options, "name")) {
        print_names(tool, entries);
    } else {
        print_table(tool, entries, options_has(options, "parent"));
    }
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
