/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/snapshot/cmd_snapshot.h"

#include "cli/text/xml_query.h"
#include "cli/text/xpath.h"

#include <libvirt/virterror.h>
#include <string.h>

const char *const snapshot_apart[] = {"snapshotname current", NULL};

/* By name or the current one, of which the options let only one through; the
 * handle is the caller's.  *@ret_result says how the command ends without
 * one. */
virDomainSnapshotPtr
snapshot_find(const Tool *tool, virDomainPtr domain, const Options *options,
              CommandResult *ret_result)
{
    const char *name = options_text(options, "snapshotname");
    virDomainSnapshotPtr snapshot = NULL;

    if (name) {
        snapshot = virDomainSnapshotLookupByName(domain, name, 0);
        if (!snapshot) {
            *ret_result =
                tool_fail(tool, "Failed to find snapshot '%s' of domain '%s'",
                          name, virDomainGetName(domain));
        }
        return snapshot;
    }
    if (!options_has(options, "current")) {
        *ret_result =
            tool_misuse(tool, "Which snapshot: --snapshotname or --current");
        return NULL;
    }
    snapshot = virDomainSnapshotCurrent(domain, 0);
    if (!snapshot) {
        *ret_result = tool_fail(
            tool, "Failed to find the current snapshot of domain '%s'",
            virDomainGetName(domain));
    }
    return snapshot;
}

/* The state, and where it is kept: the memory and each disk may have places of
 * their own; one in a file makes it external. */
static void
print_state(const Tool *tool, const char *xml)
{
    g_autofree char *state = xml_query_text(xml, "domainsnapshot/state");
    g_autofree char *external =
        xpath_select(xml,
                     "/domainsnapshot/*[self::memory or self::disks]"
                     "/descendant-or-self::*[@snapshot='external']",
                     false, NULL);
    bool is_external = external && *external;

    output_field(&tool->output, "State", "%s", state ? state : "-");
    if (g_strcmp0(state, "disk-snapshot") == 0)
        is_external = true;
    output_field(&tool->output, "Location", "%s",
                 is_external ? "external" : "internal");
}

/* Counted by the library: a list of names would be made for its length
 * alone. */
static CommandResult
print_family(const Tool *tool, virDomainSnapshotPtr snapshot)
{
    g_autoptr(virDomainSnapshot) parent =
        virDomainSnapshotGetParent(snapshot, 0);
    int children = 0;
    int descendants = 0;

    /* A root has none, and the library reports that as an error. */
    if (!parent)
        tool_forget_error();
    children = virDomainSnapshotNumChildren(snapshot, 0);
    descendants = virDomainSnapshotNumChildren(
        snapshot, VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS);
    if (children < 0 || descendants < 0) {
        return tool_fail(tool, "Failed to count the children of '%s'",
                         virDomainSnapshotGetName(snapshot));
    }
    output_field(&tool->output, "Parent", "%s",
                 parent ? virDomainSnapshotGetName(parent) : "-");
    output_field(&tool->output, "Children", "%d", children);
    output_field(&tool->output, "Descendants", "%d", descendants);
    return RESULT_DONE;
}

/* All that is told is asked first, so a failure leaves no half table behind. */
static CommandResult
cmd_snapshot_info(Tool *tool, const Options *options)
{
    const Output *output = &tool->output;
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) snapshot = NULL;
    g_autofree char *xml = NULL;
    CommandResult result = RESULT_FAILED;
    int is_current = 0;
    int has_metadata = 0;

    if (!domain)
        return RESULT_FAILED;
    snapshot = snapshot_find(tool, domain, options, &result);
    if (!snapshot)
        return result;
    is_current = virDomainSnapshotIsCurrent(snapshot, 0);
    has_metadata = virDomainSnapshotHasMetadata(snapshot, 0);
    xml = virDomainSnapshotGetXMLDesc(snapshot, 0);
    if (!xml || is_current < 0 || has_metadata < 0) {
        return tool_fail(tool, "Failed to look at snapshot '%s'",
                         virDomainSnapshotGetName(snapshot));
    }
    output_field(output, "Name", "%s", virDomainSnapshotGetName(snapshot));
    output_field(output, "Domain", "%s", virDomainGetName(domain));
    output_field(output, "Current", "%s", is_current ? "yes" : "no");
    print_state(tool, xml);
    result = print_family(tool, snapshot);
    if (result == RESULT_DONE)
        output_field(output, "Metadata", "%s", has_metadata ? "yes" : "no");
    return result;
}

/* Without passwords unless they are asked for: it is often sent to others. */
static CommandResult
print_xml(const Tool *tool, const Options *options,
          virDomainSnapshotPtr snapshot)
{
    unsigned flags = options_has(options, "security-info")
                         ? VIR_DOMAIN_SNAPSHOT_XML_SECURE
                         : 0;
    g_autofree char *xml = virDomainSnapshotGetXMLDesc(snapshot, flags);

    if (!xml) {
        return tool_fail(tool, "Failed to get the XML of snapshot '%s'",
                         virDomainSnapshotGetName(snapshot));
    }
    return tool_print_document(tool, options, xml);
}

static CommandResult
cmd_snapshot_dumpxml(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) snapshot = NULL;
    CommandResult result = RESULT_FAILED;

    if (!domain)
        return RESULT_FAILED;
    snapshot = snapshot_find(tool, domain, options, &result);
    return snapshot ? print_xml(tool, options, snapshot) : result;
}

/* The line's end is the one that follows each command, but when quiet. */
static void
print_name(const Tool *tool, virDomainSnapshotPtr snapshot)
{
    output_print(&tool->output, "%s%s", virDomainSnapshotGetName(snapshot),
                 tool->output.is_quiet ? "\n" : "");
}

/* The library has one code for "no parent" and for "no such snapshot"; the
 * snapshot was found just before. */
static CommandResult
cmd_snapshot_parent(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) snapshot = NULL;
    g_autoptr(virDomainSnapshot) parent = NULL;
    CommandResult result = RESULT_FAILED;

    if (!domain)
        return RESULT_FAILED;
    snapshot = snapshot_find(tool, domain, options, &result);
    if (!snapshot)
        return result;
    parent = virDomainSnapshotGetParent(snapshot, 0);
    if (parent) {
        print_name(tool, parent);
        return RESULT_DONE;
    }
    if (virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_SNAPSHOT) {
        return tool_fail(tool, "Failed to get the parent of snapshot '%s'",
                         virDomainSnapshotGetName(snapshot));
    }
    tool_forget_error();
    return tool_refuse(tool, "snapshot '%s' has no parent",
                       virDomainSnapshotGetName(snapshot));
}

/* The name is the handle's and outlives the snapshot. */
static CommandResult
cmd_snapshot_delete(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"children", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN},
        {"children-only", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY},
        {"metadata", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY},
        {NULL},
    };
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) snapshot = NULL;
    CommandResult result = RESULT_FAILED;
    const char *name = NULL;

    if (!domain)
        return RESULT_FAILED;
    snapshot = snapshot_find(tool, domain, options, &result);
    if (!snapshot)
        return result;
    name = virDomainSnapshotGetName(snapshot);
    if (virDomainSnapshotDelete(snapshot, options_flags(options, bits)) < 0)
        return tool_fail(tool, "Failed to delete snapshot %s", name);
    output_say(&tool->output, "Domain snapshot %s %sdeleted\n", name,
               options_has(options, "children-only") ? "children " : "");
    return RESULT_DONE;
}

/* --force is for what would be refused without: so it is not told to the
 * library unless it does refuse. */
static CommandResult
cmd_snapshot_revert(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"running", VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING},
        {"paused", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED},
        {"reset-nvram", VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM},
        {NULL},
    };
    unsigned flags = options_flags(options, bits);
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) snapshot = NULL;
    CommandResult result = RESULT_FAILED;
    int reverted = 0;

    if (!domain)
        return RESULT_FAILED;
    snapshot = snapshot_find(tool, domain, options, &result);
    if (!snapshot)
        return result;
    reverted = virDomainRevertToSnapshot(snapshot, flags);
    if (reverted < 0 && options_has(options, "force") &&
        virGetLastErrorCode() == VIR_ERR_SNAPSHOT_REVERT_RISKY) {
        tool_forget_error();
        reverted = virDomainRevertToSnapshot(
            snapshot, flags | VIR_DOMAIN_SNAPSHOT_REVERT_FORCE);
    }
    if (reverted < 0) {
        return tool_fail(tool, "Failed to revert snapshot %s",
                         virDomainSnapshotGetName(snapshot));
    }
    output_say(&tool->output, "Domain snapshot %s reverted\n",
               virDomainSnapshotGetName(snapshot));
    return RESULT_DONE;
}

/* What is known of it, said again: the one way to name the current one. */
static CommandResult
set_current(const Tool *tool, virDomainPtr domain, const char *name)
{
    g_autoptr(virDomainSnapshot) snapshot =
        virDomainSnapshotLookupByName(domain, name, 0);
    g_autoptr(virDomainSnapshot) current = NULL;
    g_autofree char *xml = NULL;

    if (!snapshot) {
        return tool_fail(tool, "Failed to find snapshot '%s' of domain '%s'",
                         name, virDomainGetName(domain));
    }
    xml = virDomainSnapshotGetXMLDesc(snapshot, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    if (xml) {
        current =
            virDomainSnapshotCreateXML(domain, xml,
                                       VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
                                           VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT);
    }
    if (!current)
        return tool_fail(tool, "Failed to make snapshot '%s' current", name);
    output_say(&tool->output, "Snapshot %s set as current", name);
    return RESULT_DONE;
}

static CommandResult
cmd_snapshot_current(Tool *tool, const Options *options)
{
    const char *name = options_text(options, "snapshotname");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainSnapshot) current = NULL;
    int has_current = 0;

    if (!domain)
        return RESULT_FAILED;
    if (name)
        return set_current(tool, domain, name);
    has_current = virDomainHasCurrentSnapshot(domain, 0);
    if (has_current == 0) {
        return tool_refuse(tool, "domain '%s' has no current snapshot",
                           virDomainGetName(domain));
    }
    if (has_current > 0)
        current = virDomainSnapshotCurrent(domain, 0);
    if (!current) {
        return tool_fail(tool,
                         "Failed to find the current snapshot of domain '%s'",
                         virDomainGetName(domain));
    }
    if (!options_has(options, "name"))
        return print_xml(tool, options, current);
    print_name(tool, current);
    return RESULT_DONE;
}

static const OptionDef info_options[] = {
    OPTION_DOMAIN,
    OPTION_SNAPSHOT,
    OPTION_CURRENT,
    OPTION_END,
};

static const OptionDef dumpxml_options[] = {
    OPTION_DOMAIN,
    {"snapshotname", "name of the snapshot", OPTION_STRING, .is_required = true,
     .value = VALUE_SNAPSHOT},
    {"security-info", "include passwords and the like", OPTION_FLAG},
    OPTIONS_XPATH,
    OPTION_END,
};

static const OptionDef delete_options[] = {
    OPTION_DOMAIN,
    OPTION_SNAPSHOT,
    OPTION_CURRENT,
    {"children", "it and all that descend from it", OPTION_FLAG},
    {"children-only", "all that descend from it, but not itself", OPTION_FLAG},
    {"metadata", "forget it and leave what it keeps", OPTION_FLAG},
    OPTION_END,
};

static const char *const delete_apart[] = {"snapshotname current",
                                           "children children-only", NULL};

static const OptionDef revert_options[] = {
    OPTION_DOMAIN,
    OPTION_SNAPSHOT,
    OPTION_CURRENT,
    {"running", "and let it run", OPTION_FLAG},
    {"paused", "and leave it paused", OPTION_FLAG},
    {"force", "even if something may be lost", OPTION_FLAG},
    {"reset-nvram", "with fresh UEFI variables", OPTION_FLAG},
    OPTION_END,
};

static const char *const revert_apart[] = {"snapshotname current",
                                           "running paused", NULL};

static const OptionDef current_options[] = {
    OPTION_DOMAIN,
    {"name", "its name instead of its XML", OPTION_FLAG},
    {"security-info", "include passwords and the like", OPTION_FLAG},
    {"snapshotname", "make this one current", OPTION_STRING,
     .value = VALUE_SNAPSHOT},
    OPTION_END,
};

static const char *const current_apart[] = {"name snapshotname", NULL};

const Command snapshot_commands[] = {
    {"snapshot-create", "make a snapshot from XML",
     "Keeps the state of the domain, to return to. Without a file all disks\n"
     "    are in it.",
     snapshot_create_options, NULL, snapshot_create_needs, cmd_snapshot_create},
    {"snapshot-create-as", "make a snapshot from arguments", NULL,
     snapshot_create_as_options, NULL, NULL, cmd_snapshot_create_as},
    {"snapshot-current", "show the current snapshot, or say which it is", NULL,
     current_options, current_apart, NULL, cmd_snapshot_current},
    {"snapshot-delete", "delete a snapshot",
     "The domain stays as it is; there is no way back any more.",
     delete_options, delete_apart, NULL, cmd_snapshot_delete},
    {"snapshot-dumpxml", "XML of a snapshot", NULL, dumpxml_options, NULL,
     xpath_needs, cmd_snapshot_dumpxml},
    {"snapshot-edit", "edit the XML of a snapshot",
     "With the editor that VISUAL or EDITOR names, else vi.",
     snapshot_edit_options, snapshot_edit_apart, NULL, cmd_snapshot_edit},
    {"snapshot-info", "basic information on a snapshot", NULL, info_options,
     snapshot_apart, NULL, cmd_snapshot_info},
    {"snapshot-list", "list the snapshots of a domain", NULL,
     snapshot_list_options, snapshot_list_apart, NULL, cmd_snapshot_list},
    {"snapshot-parent", "name of the snapshot before another", NULL,
     info_options, snapshot_apart, NULL, cmd_snapshot_parent},
    {"snapshot-revert", "return to a snapshot",
     "What was written since is lost, unless another snapshot keeps it.",
     revert_options, revert_apart, NULL, cmd_snapshot_revert},
    {NULL},
};
