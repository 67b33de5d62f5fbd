/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "snapshot-edit": what is said about a snapshot, also under another name. */
#include "cli/shell/editor.h"
#include "cli/snapshot/cmd_snapshot.h"
#include "cli/text/xml_query.h"

#include <string.h>

typedef struct {
    virDomainPtr domain;
    virDomainSnapshotPtr snapshot; /* before it was edited */
    unsigned flags;                /* of the call that redefines it */
    bool may_rename;
    bool may_clone;
} Edited;

/* The new one is there: the old name goes, and no file with it. */
static CommandResult
forget_former(const Tool *tool, const Edited *edited, const char *former,
              const char *name)
{
    if (virDomainSnapshotDelete(edited->snapshot,
                                VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY) < 0) {
        return tool_fail(tool,
                         "Failed to forget snapshot '%s' after it was "
                         "redefined as '%s'",
                         former, name);
    }
    output_say(&tool->output, "Snapshot %s renamed to %s.\n", former, name);
    return RESULT_DONE;
}

/* A name that was left out is the former one as well: the library would make
 * one up. */
static CommandResult
redefine_edited(Tool *tool, const char *text, void *data)
{
    const Edited *edited = data;
    const char *former = virDomainSnapshotGetName(edited->snapshot);
    g_autofree char *name = xml_query_text(text, "domainsnapshot/name");
    g_autoptr(virDomainSnapshot) made = NULL;
    bool is_same = name && strcmp(name, former) == 0;

    if (!name)
        return tool_refuse(tool, "Snapshot %s needs a name", former);
    if (!is_same && !edited->may_rename && !edited->may_clone) {
        return tool_refuse(tool,
                           "Must use --rename or --clone to change %s to %s",
                           former, name);
    }
    made = virDomainSnapshotCreateXML(edited->domain, text, edited->flags);
    if (!made)
        return tool_fail(tool, "Failed to update snapshot '%s'", former);
    if (is_same) {
        output_say(&tool->output, "Snapshot %s edited.\n", former);
        return RESULT_DONE;
    }
    if (edited->may_rename)
        return forget_former(tool, edited, former, name);
    output_say(&tool->output, "Snapshot %s cloned to %s.\n", former, name);
    return RESULT_DONE;
}

CommandResult
cmd_snapshot_edit(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) snapshot = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *unchanged = NULL;
    CommandResult result = RESULT_FAILED;
    Edited edited = {
        .domain = domain,
        .flags = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE,
        .may_rename = options_has(options, "rename"),
        .may_clone = options_has(options, "clone"),
    };

    if (!domain)
        return RESULT_FAILED;
    snapshot = snapshot_find(tool, domain, options, &result);
    if (!snapshot)
        return result;
    /* With a name this is a wish of its own; without, it was current before. */
    if (options_has(options, "current"))
        edited.flags |= VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT;
    edited.snapshot = snapshot;
    xml = virDomainSnapshotGetXMLDesc(snapshot, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    if (!xml) {
        return tool_fail(tool, "Failed to get the XML of snapshot '%s'",
                         virDomainSnapshotGetName(snapshot));
    }
    unchanged = g_strdup_printf("Snapshot %s XML configuration not changed.",
                                virDomainSnapshotGetName(snapshot));
    return editor_run(tool, xml, unchanged, redefine_edited, &edited);
}

const OptionDef snapshot_edit_options[] = {
    OPTION_DOMAIN,
    OPTION_SNAPSHOT,
    {"current", "edit the current one, or make it current as well",
     OPTION_FLAG},
    {"rename", "it may get another name", OPTION_FLAG},
    {"clone", "one with another name may be made of it", OPTION_FLAG},
    OPTION_END,
};

const char *const snapshot_edit_apart[] = {"rename clone", NULL};
