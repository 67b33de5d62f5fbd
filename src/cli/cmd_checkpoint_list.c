/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cmd_checkpoint_list.h"

#include "cli/text/tree.h"
#include "cli/text/xml_query.h"

#include <stdlib.h>

/* A checkpoint and what the listings tell of it. */
typedef struct {
    virDomainCheckpointPtr checkpoint; /* owned */
    const char *name;
    char *parent; /* NULL for a root */
} Entry;

/* Each entry holds a handle of its own. */
static void
entry_free(gpointer data)
{
    Entry *entry = data;

    virDomainCheckpointFree(entry->checkpoint);
    g_free(entry->parent);
    g_free(entry);
}

/* Takes the reference over. */
static Entry *
entry_new(virDomainCheckpointPtr checkpoint)
{
    Entry *entry = g_new0(Entry, 1);
    g_autoptr(virDomainCheckpoint) parent =
        virDomainCheckpointGetParent(checkpoint, 0);

    /* A root: the library says "no such checkpoint", which is an answer
     * here. */
    if (!parent)
        virResetLastError();
    entry->checkpoint = checkpoint;
    entry->name = virDomainCheckpointGetName(checkpoint);
    entry->parent =
        parent ? g_strdup(virDomainCheckpointGetName(parent)) : NULL;
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

/* (transfer full): seconds since 1970 as "2026-11-20 10:37:05 +0000", in the
 * time zone of who reads it.  The domain's XML is left out of the question: it
 * can be large, and is asked for once a checkpoint. */
static char *
creation_time(virDomainCheckpointPtr checkpoint)
{
    g_autofree char *xml = virDomainCheckpointGetXMLDesc(
        checkpoint, VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_autofree char *text =
        xml ? xml_query_text(xml, "domaincheckpoint/creationTime") : NULL;
    gint64 seconds = text ? g_ascii_strtoll(text, NULL, 10) : 0;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(seconds);

    if (!xml)
        virResetLastError();
    if (!text || !time)
        return NULL;
    return g_date_time_format(time, "%Y-%m-%d %H:%M:%S %z");
}

/* A question for each checkpoint: its time is only in its XML. */
static void
print_table(const Tool *tool, const GPtrArray *entries, bool has_parent)
{
    static const char *const titles[] = {"Name", "Creation Time", "Parent",
                                         NULL};
    static const char *const short_titles[] = {"Name", "Creation Time", NULL};
    g_autoptr(Table) table = table_new(has_parent ? titles : short_titles);

    for (unsigned i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);
        g_autofree char *time = creation_time(entry->checkpoint);
        const char *cells[] = {entry->name, time, entry->parent};

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

/* For scripts: one a line, no heads. */
static void
print_names(const Tool *tool, const GPtrArray *entries)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const Entry *entry = g_ptr_array_index(entries, i);

        output_print(&tool->output, "%s\n", entry->name);
    }
}

/* The checkpoints that @options choose, @from (nullable, whose reference is
 * taken over) among them for a tree; NULL after reporting. */
static GPtrArray *
load_entries(const Tool *tool, virDomainPtr domain, const Options *options,
             virDomainCheckpointPtr from)
{
    static const OptionBit bits[] = {
        {"roots", VIR_DOMAIN_CHECKPOINT_LIST_ROOTS},
        {"descendants", VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS},
        {"leaves", VIR_DOMAIN_CHECKPOINT_LIST_LEAVES},
        {"no-leaves", VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES},
        {"topological", VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL},
        {NULL},
    };
    unsigned flags = options_flags(options, bits);
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
    virDomainCheckpointPtr *found = NULL;
    int count = from ? virDomainCheckpointListAllChildren(from, &found, flags)
                     : virDomainListAllCheckpoints(domain, &found, flags);

    if (count < 0) {
        (void)tool_fail(tool, "Failed to list the checkpoints of domain '%s'",
                        virDomainGetName(domain));
        return NULL;
    }
    for (int i = 0; i < count; i++)
        g_ptr_array_add(entries, entry_new(found[i]));
    free(found);
    /* The library's order is topological already. */
    if (!options_has(options, "topological"))
        g_ptr_array_sort(entries, compare_names);
    return g_steal_pointer(&entries);
}

/* Three layouts of one list; which filters go together is in the tables
 * below. */
CommandResult
cmd_checkpoint_list(Tool *tool, const Options *options)
{
    const char *from_name = options_text(options, "from");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) from = NULL;
    g_autoptr(GPtrArray) entries = NULL;

    if (!domain)
        return RESULT_FAILED;
    if (from_name) {
        from = virDomainCheckpointLookupByName(domain, from_name, 0);
        if (!from) {
            return tool_fail(tool,
                             "Failed to find checkpoint '%s' of domain '%s'",
                             from_name, virDomainGetName(domain));
        }
    }
    entries = load_entries(tool, domain, options, from);
    if (!entries)
        return RESULT_FAILED;
    if (options_has(options, "tree")) {
        /* A tree needs its root, which the children's list does not have. */
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

const OptionDef checkpoint_list_options[] = {
    OPTION_DOMAIN,
    {"parent", "with a column for the parent", OPTION_FLAG},
    {"roots", "those without a parent", OPTION_FLAG},
    {"leaves", "those without children", OPTION_FLAG},
    {"no-leaves", "those with children", OPTION_FLAG},
    {"tree", "drawn as a tree", OPTION_FLAG},
    {"from", "only the children of this checkpoint", OPTION_STRING,
     .value = VALUE_CHECKPOINT},
    {"descendants", "with --from: all that descend from it", OPTION_FLAG},
    {"name", "names instead of a table", OPTION_FLAG},
    {"topological", "parents before their children, not by name", OPTION_FLAG},
    OPTION_END,
};

const char *const checkpoint_list_apart[] = {"tree parent", "tree roots",
                                             "tree name", "from roots", NULL};
const char *const checkpoint_list_needs[] = {"descendants from", NULL};
