/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that make, show and remove checkpoints.  "checkpoint-list" stands
 * in cmd_checkpoint_list.c. */
#include "cli/cmd_checkpoint_list.h"
#include "cli/command.h"
#include "cli/shell/editor.h"
#include "cli/text/document.h"
#include "cli/text/xml_query.h"

#include <stdlib.h>
#include <string.h>

/* Reports in both names, since either may be the one that was mistyped. */
static virDomainCheckpointPtr
find_checkpoint(Tool *tool, virDomainPtr domain, const Options *options)
{
    const char *name = options_text(options, "checkpointname");
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointLookupByName(domain, name, 0);

    /* The handle does not hold it: it may be gone by the next call, which then
     * says so. */
    if (!checkpoint) {
        (void)tool_fail(tool, "Failed to find checkpoint '%s' of domain '%s'",
                        name, virDomainGetName(domain));
    }
    return checkpoint;
}

/* The name in the answer may be one that the library made up.  No line's end:
 * the one that follows each command is enough, as with virsh. */
static CommandResult
create_checkpoint(Tool *tool, virDomainPtr domain, const char *xml,
                  unsigned flags, const char *file)
{
    g_autoptr(virDomainCheckpoint) checkpoint =
        virDomainCheckpointCreateXML(domain, xml, flags);
    const char *name = NULL;

    if (!checkpoint) {
        return tool_fail(tool, "Failed to create a checkpoint of domain '%s'",
                         virDomainGetName(domain));
    }
    name = virDomainCheckpointGetName(checkpoint);
    if (file) {
        output_say(&tool->output, "Domain checkpoint %s created from '%s'",
                   name, file);
    } else {
        output_say(&tool->output, "Domain checkpoint %s created", name);
    }
    return RESULT_DONE;
}

/* Without a file the document is empty: a checkpoint of all disks, named after
 * the time. */
static CommandResult
cmd_checkpoint_create(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"redefine", VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE},
        {"redefine-validate", VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE},
        {"quiesce", VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE},
        {NULL},
    };
    const char *file = options_text(options, "xmlfile");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;

    if (!domain)
        return RESULT_FAILED;
    xml = file ? tool_read_file(tool, file) : g_strdup("<domaincheckpoint/>");
    if (!xml)
        return RESULT_FAILED;
    return create_checkpoint(tool, domain, xml, options_flags(options, bits),
                             file);
}

/* False if @spec is not understood.  Whether there is such a disk, and whether
 * it can have a bitmap, the library knows. */
static bool
append_disk(GString *xml, const char *spec)
{
    static const char *const names[] = {"checkpoint", "bitmap", NULL};
    const char *checkpoint = NULL;
    const char *bitmap = NULL;
    const char **values[] = {&checkpoint, &bitmap};
    g_auto(GStrv) parts = document_split(spec);

    /* The disk's name comes first, and without a key. */
    if (!*parts[0])
        return false;
    for (char **part = parts + 1; *part; part++) {
        if (!document_take(*part, names, values))
            return false;
    }
    g_string_append(xml, "    <disk");
    document_attribute(xml, "name", parts[0]);
    document_attribute(xml, "checkpoint", checkpoint);
    document_attribute(xml, "bitmap", bitmap);
    g_string_append(xml, "/>\n");
    return true;
}

/* The document that the arguments of checkpoint-create-as describe; NULL
 * after reporting. */
static char *
checkpoint_document(const Tool *tool, const Options *options)
{
    unsigned count = 0;
    const char *const *specs = options_list(options, "diskspec", &count);
    g_autoptr(GString) xml = g_string_new("<domaincheckpoint>\n");
    const char *wrong = NULL;

    document_element(xml, "name", options_text(options, "name"));
    document_element(xml, "description", options_text(options, "description"));
    wrong = document_disks(xml, specs, count, append_disk);
    if (wrong) {
        (void)tool_misuse(tool,
                          "Cannot understand diskspec '%s': it is "
                          "DISK[,checkpoint=no|bitmap|auto][,bitmap=NAME]",
                          wrong);
        return NULL;
    }
    g_string_append(xml, "</domaincheckpoint>\n");
    return g_string_free(g_steal_pointer(&xml), FALSE);
}

/* --print-xml needs no connection: the document can be made, read and kept
 * where there is no machine at all. */
static CommandResult
cmd_checkpoint_create_as(Tool *tool, const Options *options)
{
    unsigned flags = options_has(options, "quiesce")
                         ? VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE
                         : 0;
    g_autofree char *xml = checkpoint_document(tool, options);
    g_autoptr(virDomain) domain = NULL;

    if (!xml)
        return RESULT_USAGE;
    if (options_has(options, "print-xml")) {
        output_print(&tool->output, "%s", xml);
        return RESULT_DONE;
    }
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    return create_checkpoint(tool, domain, xml, flags, NULL);
}

/* How many checkpoints descend from @checkpoint, or are its children. */
static int
count_below(virDomainCheckpointPtr checkpoint, unsigned flags)
{
    return virDomainCheckpointListAllChildren(checkpoint, NULL, flags);
}

/* A root has no parent, and the library reports that as an error; here it is an
 * answer. */
static CommandResult
cmd_checkpoint_info(Tool *tool, const Options *options)
{
    const Output *output = &tool->output;
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) checkpoint = NULL;
    g_autoptr(virDomainCheckpoint) parent = NULL;
    int children = 0;
    int descendants = 0;

    if (!domain)
        return RESULT_FAILED;
    checkpoint = find_checkpoint(tool, domain, options);
    if (!checkpoint)
        return RESULT_FAILED;
    children = count_below(checkpoint, 0);
    descendants =
        count_below(checkpoint, VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS);
    /* Both numbers or neither: half of an answer looks like all of it. */
    if (children < 0 || descendants < 0) {
        return tool_fail(tool, "Failed to count the children of '%s'",
                         virDomainCheckpointGetName(checkpoint));
    }
    parent = virDomainCheckpointGetParent(checkpoint, 0);
    if (!parent && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_CHECKPOINT) {
        return tool_fail(tool, "Failed to find the parent of '%s'",
                         virDomainCheckpointGetName(checkpoint));
    }
    virResetLastError();
    output_field(output, "Name", "%s", virDomainCheckpointGetName(checkpoint));
    output_field(output, "Domain", "%s", virDomainGetName(domain));
    output_field(output, "Parent", "%s",
                 parent ? virDomainCheckpointGetName(parent) : "-");
    output_field(output, "Children", "%d", children);
    output_field(output, "Descendants", "%d", descendants);
    return RESULT_DONE;
}

/* --size costs a look into QEMU's bitmaps and needs a running domain; the
 * library says so if there is none. */
static CommandResult
cmd_checkpoint_dumpxml(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"security-info", VIR_DOMAIN_CHECKPOINT_XML_SECURE},
        {"no-domain", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN},
        {"size", VIR_DOMAIN_CHECKPOINT_XML_SIZE},
        {NULL},
    };
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) checkpoint = NULL;
    g_autofree char *xml = NULL;

    if (!domain)
        return RESULT_FAILED;
    checkpoint = find_checkpoint(tool, domain, options);
    if (!checkpoint)
        return RESULT_FAILED;
    xml =
        virDomainCheckpointGetXMLDesc(checkpoint, options_flags(options, bits));
    if (!xml) {
        return tool_fail(tool, "Failed to get the XML of checkpoint '%s'",
                         virDomainCheckpointGetName(checkpoint));
    }
    return tool_print_document(tool, options, xml);
}

/* "No parent" is a failure of this command, since nothing can be printed: but
 * one with a sentence of its own. */
static CommandResult
cmd_checkpoint_parent(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) checkpoint = NULL;
    g_autoptr(virDomainCheckpoint) parent = NULL;

    if (!domain)
        return RESULT_FAILED;
    checkpoint = find_checkpoint(tool, domain, options);
    if (!checkpoint)
        return RESULT_FAILED;
    parent = virDomainCheckpointGetParent(checkpoint, 0);
    if (!parent && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_CHECKPOINT) {
        virResetLastError();
        return tool_refuse(tool, "checkpoint '%s' has no parent",
                           virDomainCheckpointGetName(checkpoint));
    }
    if (!parent) {
        return tool_fail(tool, "Failed to get the parent of checkpoint '%s'",
                         virDomainCheckpointGetName(checkpoint));
    }
    /* The line's end is the one that follows each command, but when quiet. */
    output_print(&tool->output, "%s%s", virDomainCheckpointGetName(parent),
                 tool->output.is_quiet ? "\n" : "");
    return RESULT_DONE;
}

/* What it recorded is not lost: the library merges it into the one before. */
static CommandResult
cmd_checkpoint_delete(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"children", VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN},
        {"children-only", VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY},
        {"metadata", VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY},
        {NULL},
    };
    /* As it was typed: after a success the handle names nothing that is
     * there. */
    const char *name = options_text(options, "checkpointname");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) checkpoint = NULL;

    if (!domain)
        return RESULT_FAILED;
    checkpoint = find_checkpoint(tool, domain, options);
    if (!checkpoint)
        return RESULT_FAILED;
    if (virDomainCheckpointDelete(checkpoint, options_flags(options, bits)) < 0)
        return tool_fail(tool, "Failed to delete checkpoint %s", name);
    output_say(&tool->output, "Domain checkpoint %s %sdeleted\n", name,
               options_has(options, "children-only") ? "children " : "");
    return RESULT_DONE;
}

/* What an edited document belongs to. */
typedef struct {
    virDomainPtr domain;
    const char *name;
} Edited;

/* Another name would make another checkpoint, whose bitmaps nobody has made:
 * this is for what is said about one. */
static CommandResult
redefine_edited(Tool *tool, const char *text, void *data)
{
    const Edited *edited = data;
    g_autofree char *name = xml_query_text(text, "domaincheckpoint/name");
    g_autoptr(virDomainCheckpoint) checkpoint = NULL;

    if (name && strcmp(name, edited->name) != 0) {
        return tool_refuse(tool, "Cannot rename checkpoint %s to %s",
                           edited->name, name);
    }
    checkpoint = virDomainCheckpointCreateXML(
        edited->domain, text, VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE);
    if (!checkpoint) {
        return tool_fail(tool, "Failed to update checkpoint '%s'",
                         edited->name);
    }
    output_say(&tool->output, "Checkpoint %s edited.\n", edited->name);
    return RESULT_DONE;
}

/* The document goes to an editor and comes back by REDEFINE, which refuses to
 * move what is on record. */
static CommandResult
cmd_checkpoint_edit(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autoptr(virDomainCheckpoint) checkpoint = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *unchanged = NULL;
    Edited edited = {.domain = domain};

    if (!domain)
        return RESULT_FAILED;
    checkpoint = find_checkpoint(tool, domain, options);
    if (!checkpoint)
        return RESULT_FAILED;
    edited.name = virDomainCheckpointGetName(checkpoint);
    xml = virDomainCheckpointGetXMLDesc(checkpoint,
                                        VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    if (!xml) {
        return tool_fail(tool, "Failed to get the XML of checkpoint '%s'",
                         edited.name);
    }
    unchanged = g_strdup_printf("Checkpoint %s XML configuration not changed.",
                                edited.name);
    return editor_run(tool, xml, unchanged, redefine_edited, &edited);
}

static const OptionDef create_options[] = {
    OPTION_DOMAIN,
    {"xmlfile", "file with the XML of the checkpoint; - for standard input",
     OPTION_STRING, .value = VALUE_FILE},
    {"redefine", "take up again a checkpoint whose bitmaps are there",
     OPTION_FLAG},
    {"redefine-validate", "and see whether its bitmaps can be used",
     OPTION_FLAG},
    {"quiesce", "have the guest agent freeze the file systems", OPTION_FLAG},
    OPTION_END,
};

static const char *const create_needs[] = {"redefine-validate redefine", NULL};

static const OptionDef create_as_options[] = {
    OPTION_DOMAIN,
    {"name", "name it shall have; without, the time in seconds", OPTION_STRING},
    {"description", "text to keep with it", OPTION_STRING},
    {"print-xml", "print the document and create nothing", OPTION_FLAG},
    {"quiesce", "have the guest agent freeze the file systems", OPTION_FLAG},
    {"diskspec", "DISK[,checkpoint=no|bitmap|auto][,bitmap=NAME]", OPTION_LIST},
    OPTION_END,
};

#define OPTION_CHECKPOINT                                                     \
    {                                                                         \
        .name = "checkpointname", .help = "name of the checkpoint",           \
        .kind = OPTION_STRING, .is_required = true, .value = VALUE_CHECKPOINT \
    }

static const OptionDef checkpoint_options[] = {
    OPTION_DOMAIN,
    OPTION_CHECKPOINT,
    OPTION_END,
};

static const OptionDef dumpxml_options[] = {
    OPTION_DOMAIN,
    OPTION_CHECKPOINT,
    {"security-info", "include passwords and the like", OPTION_FLAG},
    {"no-domain", "leave out the definition of the domain", OPTION_FLAG},
    {"size", "with what an incremental backup since then would hold",
     OPTION_FLAG},
    OPTIONS_XPATH,
    OPTION_END,
};

static const OptionDef delete_options[] = {
    OPTION_DOMAIN,
    OPTION_CHECKPOINT,
    {"children", "it and all that descend from it", OPTION_FLAG},
    {"children-only", "all that descend from it, but not itself", OPTION_FLAG},
    {"metadata", "forget the name and leave the bitmaps", OPTION_FLAG},
    OPTION_END,
};

static const char *const delete_apart[] = {"children children-only", NULL};

const Command checkpoint_commands[] = {
    {"checkpoint-create", "make a checkpoint from XML",
     "From now on the writes to its disks are recorded, for incremental\n"
     "    backups. Without a file all disks that can be are in it.",
     create_options, NULL, create_needs, cmd_checkpoint_create},
    {"checkpoint-create-as", "make a checkpoint from arguments", NULL,
     create_as_options, NULL, NULL, cmd_checkpoint_create_as},
    {"checkpoint-delete", "delete a checkpoint",
     "What it recorded goes to the one before it, so that backups since that\n"
     "    one stay complete.",
     delete_options, delete_apart, NULL, cmd_checkpoint_delete},
    {"checkpoint-dumpxml", "XML of a checkpoint", NULL, dumpxml_options, NULL,
     xpath_needs, cmd_checkpoint_dumpxml},
    {"checkpoint-edit", "edit the XML of a checkpoint",
     "With the editor that VISUAL or EDITOR names, else vi.",
     checkpoint_options, NULL, NULL, cmd_checkpoint_edit},
    {"checkpoint-info", "basic information on a checkpoint", NULL,
     checkpoint_options, NULL, NULL, cmd_checkpoint_info},
    {"checkpoint-list", "list the checkpoints of a domain", NULL,
     checkpoint_list_options, checkpoint_list_apart, checkpoint_list_needs,
     cmd_checkpoint_list},
    {"checkpoint-parent", "name of the checkpoint before another", NULL,
     checkpoint_options, NULL, NULL, cmd_checkpoint_parent},
    {NULL},
};
