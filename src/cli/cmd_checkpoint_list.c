/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cmd_checkpoint_list.h"

#include "cli/moment_rows.h"

#include <stdlib.h>

/* (transfer full) (nullable): its time is only in its XML.  The domain's is left
 * out of the question: it can be large, and is asked for once a checkpoint. */
static char *
creation_time(virDomainCheckpointPtr checkpoint)
{
    g_autofree char *xml = virDomainCheckpointGetXMLDesc(
        checkpoint, VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);

    if (xml)
        return moment_rows_time(xml, "domaincheckpoint/creationTime");
    virResetLastError();
    return NULL;
}

/* Names and trees show no time, and need no XML. */
static MomentRow *
row_new(virDomainCheckpointPtr checkpoint, bool has_time)
{
    MomentRow *row = g_new0(MomentRow, 1);
    g_autoptr(virDomainCheckpoint) parent =
        virDomainCheckpointGetParent(checkpoint, 0);

    /* A root: the library says "no such checkpoint", which is an answer
     * here. */
    if (!parent)
        virResetLastError();
    row->name = g_strdup(virDomainCheckpointGetName(checkpoint));
    row->parent = parent ? g_strdup(virDomainCheckpointGetName(parent)) : NULL;
    row->time = has_time ? creation_time(checkpoint) : NULL;
    return row;
}

/* The checkpoints that @options choose, below @from if it is not NULL; NULL
 * after reporting. */
static GPtrArray *
load_rows(const Tool *tool, virDomainPtr domain, const Options *options,
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
    bool is_table =
        !options_has(options, "tree") && !options_has(options, "name");
    g_autoptr(GPtrArray) rows = moment_rows_new();
    virDomainCheckpointPtr *found = NULL;
    int count = from ? virDomainCheckpointListAllChildren(from, &found, flags)
                     : virDomainListAllCheckpoints(domain, &found, flags);

    if (count < 0) {
        (void)tool_fail(tool, "Failed to list the checkpoints of domain '%s'",
                        virDomainGetName(domain));
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        g_ptr_array_add(rows, row_new(found[i], is_table));
        virDomainCheckpointFree(found[i]);
    }
    free(found);
    /* The library's order is topological already. */
    if (!options_has(options, "topological"))
        moment_rows_sort(rows);
    return g_steal_pointer(&rows);
}

/* Three layouts of one list; which filters go together is in the tables
 * below. */
CommandResult
cmd_checkpoint_list(Tool *tool, const Options *options)
{
    const char *from_name = options_text(options, "from");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) from = NULL;
    g_autoptr(GPtrArray) rows = NULL;

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
    rows = load_rows(tool, domain, options, from);
    if (!rows)
        return RESULT_FAILED;
    /* A tree needs its root, which the children's list does not have. */
    if (from && options_has(options, "tree"))
        g_ptr_array_insert(rows, 0, row_new(from, false));
    moment_rows_print(tool, options, rows, false);
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
