/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/save/cmd_save_edit.h"

#include "cli/shell/editor.h"

/* One of the two: a file, or what lies with a domain. */
typedef struct {
    virConnectPtr connection;
    const char *file;
    virDomainPtr domain; /* NULL: it is the file */
    unsigned flags;      /* whether it will run */
} Edited;

static unsigned
wish_of(const Options *options)
{
    static const OptionBit bits[] = {
        {"running", VIR_DOMAIN_SAVE_RUNNING},
        {"paused", VIR_DOMAIN_SAVE_PAUSED},
        {NULL},
    };

    return options_flags(options, bits);
}

/* The library refuses what is not the same machine, and so the editor is offered
 * again. */
static CommandResult
define_edited(Tool *tool, const char *text, void *data)
{
    const Edited *edited = data;
    const char *name = edited->domain ? virDomainGetName(edited->domain) : NULL;

    if (name) {
        if (virDomainManagedSaveDefineXML(edited->domain, text, edited->flags) <
            0) {
            return tool_fail(
                tool, "Failed to update managed save image of domain '%s'",
                name);
        }
        output_say(&tool->output, "Managed save image of domain '%s' edited.\n",
                   name);
        return RESULT_DONE;
    }
    if (virDomainSaveImageDefineXML(edited->connection, edited->file, text,
                                    edited->flags) < 0)
        return tool_fail(tool, "Failed to update %s", edited->file);
    output_say(&tool->output, "State file %s edited.\n", edited->file);
    return RESULT_DONE;
}

/* With passwords: what is not in the text would be lost by it. */
CommandResult
cmd_save_image_edit(Tool *tool, const Options *options)
{
    Edited edited = {.file = options_text(options, "file"),
                     .flags = wish_of(options)};
    g_autofree char *xml = NULL;
    g_autofree char *unchanged = NULL;

    edited.connection = tool_connect(tool);
    if (!edited.connection)
        return RESULT_FAILED;
    xml = virDomainSaveImageGetXMLDesc(edited.connection, edited.file,
                                       VIR_DOMAIN_SAVE_IMAGE_XML_SECURE);
    if (!xml) {
        return tool_fail(tool, "Failed to read saved domain in %s",
                         edited.file);
    }
    unchanged = g_strdup_printf("Saved image %s XML configuration not changed.",
                                edited.file);
    return editor_run(tool, xml, unchanged, define_edited, &edited);
}

CommandResult
cmd_managedsave_edit(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    Edited edited = {.domain = domain, .flags = wish_of(options)};
    g_autofree char *xml = NULL;
    g_autofree char *unchanged = NULL;

    if (!domain)
        return RESULT_FAILED;
    xml = virDomainManagedSaveGetXMLDesc(domain,
                                         VIR_DOMAIN_SAVE_IMAGE_XML_SECURE);
    if (!xml) {
        return tool_fail(tool, "Failed to read managed save of domain '%s'",
                         virDomainGetName(domain));
    }
    unchanged = g_strdup_printf("Managed save image of domain '%s' XML "
                                "configuration not changed.",
                                virDomainGetName(domain));
    return editor_run(tool, xml, unchanged, define_edited, &edited);
}
