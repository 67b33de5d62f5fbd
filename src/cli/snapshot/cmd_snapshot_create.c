/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "snapshot-create" and "snapshot-create-as". */
#include "cli/snapshot/cmd_snapshot.h"
#include "cli/text/document.h"

#include <string.h>

static const OptionBit create_bits[] = {
    {"redefine", VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE},
    {"current", VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT},
    {"no-metadata", VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA},
    {"halt", VIR_DOMAIN_SNAPSHOT_CREATE_HALT},
    {"disk-only", VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY},
    {"reuse-external", VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT},
    {"quiesce", VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE},
    {"atomic", VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC},
    {"live", VIR_DOMAIN_SNAPSHOT_CREATE_LIVE},
    {"validate", VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE},
    {NULL},
};

/* With a checkpoint both are of one moment, which is a call of its own.  No
 * line's end: the one that follows each command is enough, as with virsh. */
static CommandResult
create_snapshot(Tool *tool, virDomainPtr domain, const char *xml,
                const Options *options)
{
    unsigned flags = options_flags(options, create_bits);
    const char *checkpoint_file = options_text(options, "checkpointxml");
    const char *file = options_text(options, "xmlfile");
    g_autofree char *checkpoint = NULL;
    g_autoptr(virDomainSnapshot) snapshot = NULL;

    if (checkpoint_file) {
        checkpoint = tool_read_file(tool, checkpoint_file);
        if (!checkpoint)
            return RESULT_FAILED;
        snapshot = virDomainSnapshotCreateXML2(domain, xml, checkpoint, flags);
    } else {
        snapshot = virDomainSnapshotCreateXML(domain, xml, flags);
    }
    if (!snapshot) {
        return tool_fail(tool, "Failed to create a snapshot of domain '%s'",
                         virDomainGetName(domain));
    }
    output_say(&tool->output, "Domain snapshot %s created",
               virDomainSnapshotGetName(snapshot));
    if (file)
        output_say(&tool->output, " from '%s'", file);
    return RESULT_DONE;
}

/* Without a file the document is empty: all disks, named after the time. */
CommandResult
cmd_snapshot_create(Tool *tool, const Options *options)
{
    const char *file = options_text(options, "xmlfile");
    const char *checkpoint = options_text(options, "checkpointxml");
    g_autoptr(virDomain) domain = NULL;
    g_autofree char *xml = NULL;

    if (g_strcmp0(file, "-") == 0 && g_strcmp0(checkpoint, "-") == 0) {
        return tool_misuse(tool, "The snapshot and the checkpoint cannot both "
                                 "be read from standard input");
    }
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    xml = file ? tool_read_file(tool, file) : g_strdup("<domainsnapshot/>");
    if (!xml)
        return RESULT_FAILED;
    return create_snapshot(tool, domain, xml, options);
}

/* What a diskspec says of a disk; all borrowed. */
typedef struct {
    const char *snapshot;
    const char *driver;
    const char *type;
    const char *file;
} DiskSpec;

static void
append_source(GString *xml, const DiskSpec *spec)
{
    if (spec->driver) {
        g_string_append(xml, "      <driver");
        document_attribute(xml, "type", spec->driver);
        g_string_append(xml, "/>\n");
    }
    if (spec->file) {
        bool is_block = g_strcmp0(spec->type, "block") == 0;

        g_string_append(xml, "      <source");
        document_attribute(xml, is_block ? "dev" : "file", spec->file);
        g_string_append(xml, "/>\n");
    }
}

/* False if @text is not understood.  Whether there is such a disk, and whether
 * it can be kept so, the library knows. */
static bool
append_disk(GString *xml, const char *text)
{
    static const char *const names[] = {"snapshot", "driver", "stype", "file",
                                        NULL};
    DiskSpec spec = {NULL, NULL, NULL, NULL};
    const char **values[] = {&spec.snapshot, &spec.driver, &spec.type,
                             &spec.file};
    g_auto(GStrv) parts = document_split(text);

    if (!*parts[0])
        return false;
    for (char **part = parts + 1; *part; part++) {
        if (!document_take(*part, names, values))
            return false;
    }
    if (spec.type && strcmp(spec.type, "file") != 0 &&
        strcmp(spec.type, "block") != 0)
        return false;
    g_string_append(xml, "    <disk");
    document_attribute(xml, "name", parts[0]);
    document_attribute(xml, "snapshot", spec.snapshot);
    document_attribute(xml, "type", spec.type);
    if (spec.driver || spec.file) {
        g_string_append(xml, ">\n");
        append_source(xml, &spec);
        g_string_append(xml, "    </disk>\n");
    } else {
        g_string_append(xml, "/>\n");
    }
    return true;
}

/* "[file=]NAME[,snapshot=TYPE]". */
static bool
append_memory(GString *xml, const char *text)
{
    static const char *const names[] = {"snapshot", "file", NULL};
    const char *snapshot = NULL;
    const char *file = NULL;
    const char **values[] = {&snapshot, &file};
    g_auto(GStrv) parts = document_split(text);

    for (char **part = parts; *part; part++) {
        if (document_take(*part, names, values))
            continue;
        if (part != parts || !**part)
            return false;
        file = *part;
    }
    g_string_append(xml, "  <memory");
    document_attribute(xml, "snapshot", snapshot);
    document_attribute(xml, "file", file);
    g_string_append(xml, "/>\n");
    return true;
}

/* The document that the arguments describe; NULL after reporting. */
static char *
snapshot_document(const Tool *tool, const Options *options)
{
    unsigned count = 0;
    const char *const *specs = options_list(options, "diskspec", &count);
    const char *memory = options_text(options, "memspec");
    g_autoptr(GString) xml = g_string_new("<domainsnapshot>\n");
    const char *wrong = NULL;

    document_element(xml, "name", options_text(options, "name"));
    document_element(xml, "description", options_text(options, "description"));
    if (memory && !append_memory(xml, memory)) {
        (void)tool_misuse(tool,
                          "Cannot understand memspec '%s': it is "
                          "[file=]NAME[,snapshot=no|internal|external]",
                          memory);
        return NULL;
    }
    wrong = document_disks(xml, specs, count, append_disk);
    if (wrong) {
        (void)tool_misuse(tool,
                          "Cannot understand diskspec '%s': it is "
                          "DISK[,snapshot=TYPE][,driver=FORMAT]"
                          "[,stype=file|block][,file=NAME]",
                          wrong);
        return NULL;
    }
    g_string_append(xml, "</domainsnapshot>\n");
    return g_string_free(g_steal_pointer(&xml), FALSE);
}

/* --print-xml needs no connection, as in checkpoint-create-as. */
CommandResult
cmd_snapshot_create_as(Tool *tool, const Options *options)
{
    g_autofree char *xml = snapshot_document(tool, options);
    g_autoptr(virDomain) domain = NULL;

    if (!xml)
        return RESULT_USAGE;
    if (options_has(options, "print-xml")) {
        output_print(&tool->output, "%s\n", xml);
        return RESULT_DONE;
    }
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    return create_snapshot(tool, domain, xml, options);
}

#define OPTIONS_CREATE                                                      \
    {"no-metadata", "keep nothing of it but the files", OPTION_FLAG},       \
        {"halt", "turn the domain off after it", OPTION_FLAG},              \
        {"disk-only", "disks without memory", OPTION_FLAG},                 \
        {"reuse-external", "write into files that are there", OPTION_FLAG}, \
        {"quiesce", "have the guest agent freeze the file systems",         \
         OPTION_FLAG},                                                      \
        {"atomic", "all disks or none", OPTION_FLAG},                       \
        {"live", "save memory while the guest runs", OPTION_FLAG},          \
        {"validate", "hold the XML against the schema", OPTION_FLAG},       \
    {                                                                       \
        "checkpointxml",                                                    \
            "file with the XML of a checkpoint to make at the same moment", \
            OPTION_STRING, .is_named_only = true, .value = VALUE_FILE       \
    }

const OptionDef snapshot_create_options[] = {
    OPTION_DOMAIN,
    {"xmlfile", "file with the XML of the snapshot; - for standard input",
     OPTION_STRING, .value = VALUE_FILE},
    {"redefine", "remember a snapshot that is there already", OPTION_FLAG},
    {"current", "with --redefine: make it the current one", OPTION_FLAG},
    OPTIONS_CREATE,
    OPTION_END,
};

const char *const snapshot_create_needs[] = {"current redefine", NULL};

const OptionDef snapshot_create_as_options[] = {
    OPTION_DOMAIN,
    {"name", "name it shall have; without, the time in seconds", OPTION_STRING},
    {"description", "text to keep with it", OPTION_STRING},
    {"print-xml", "print the document and create nothing", OPTION_FLAG},
    OPTIONS_CREATE,
    {"memspec", "[file=]NAME[,snapshot=no|internal|external]", OPTION_STRING,
     .is_named_only = true},
    {"diskspec",
     "DISK[,snapshot=TYPE][,driver=FORMAT][,stype=file|block][,file=NAME]",
     OPTION_LIST},
    OPTION_END,
};
