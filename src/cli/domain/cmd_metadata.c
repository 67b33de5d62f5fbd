/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that read and change what is noted about a domain: its title and
 * description, and programs' own elements of its metadata.
 *
 * Both show without an argument and change with one, as virsh has it, and say
 * which of the two it was only when something was changed. */
#include "cli/command.h"
#include "cli/shell/editor.h"

#include <stdlib.h>
#include <string.h>

/* Which note it is, and of what. */
typedef struct {
    virDomainPtr domain;
    int type;
    const char *key;  /* nullable: none was given */
    const char *uri;  /* nullable: it is no element */
    const char *word; /* "description" */
    unsigned flags;
} Note;

/* None of the three is the same as "current", which has no bit of its own. */
static unsigned
impact_of(const Options *options)
{
    static const OptionBit bits[] = {
        {"live", VIR_DOMAIN_AFFECT_LIVE},
        {"config", VIR_DOMAIN_AFFECT_CONFIG},
        {"current", VIR_DOMAIN_AFFECT_CURRENT},
        {NULL},
    };

    return options_flags(options, bits);
}

/* ---- title and description ---- */

/* Also what comes out of the editor. */
static CommandResult
store_words(Tool *tool, const char *text, void *data)
{
    const Note *note = data;

    if (virDomainSetMetadata(note->domain, note->type, text, NULL, NULL,
                             note->flags) < 0)
        return tool_fail(tool, "Failed to set new domain %s", note->word);
    output_say(&tool->output, "Domain %s updated successfully", note->word);
    return RESULT_DONE;
}

/* NULL after an error, which @ret_is_absent tells from one: nothing is noted. */
static char *
read_note(const Note *note, bool *ret_is_absent)
{
    char *text =
        virDomainGetMetadata(note->domain, note->type, note->uri, note->flags);

    *ret_is_absent =
        !text && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_METADATA;
    return text;
}

/* That there is none is an answer, and no failure: so virsh has it. */
static CommandResult
show_words(Tool *tool, const Note *note, bool is_editing)
{
    bool is_absent = false;
    g_autofree char *text = read_note(note, &is_absent);
    g_autofree char *unchanged = NULL;

    if (!text && !is_absent)
        return tool_fail(tool, "Failed to get domain %s", note->word);
    if (is_absent)
        tool_forget_error();
    if (is_editing) {
        unchanged = g_strdup_printf("Domain %s not changed", note->word);
        return editor_run(tool, text ? text : "", unchanged, store_words,
                          (void *)note);
    }
    if (text) {
        output_print(&tool->output, "%s", text);
    } else {
        output_say(&tool->output, "No %s for domain: %s", note->word,
                   virDomainGetName(note->domain));
    }
    return RESULT_DONE;
}

/* Words that were given replace what is noted; "" takes it away. */
static CommandResult
cmd_desc(Tool *tool, const Options *options)
{
    unsigned count = 0;
    const char *const *words = options_list(options, "new-desc", &count);
    bool is_title = options_has(options, "title");
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    Note note = {
        .domain = domain,
        .type = is_title ? VIR_DOMAIN_METADATA_TITLE
                         : VIR_DOMAIN_METADATA_DESCRIPTION,
        .word = is_title ? "title" : "description",
        .flags = impact_of(options),
    };
    g_autofree char *text = NULL;

    if (!domain)
        return RESULT_FAILED;
    if (count == 0)
        return show_words(tool, &note, options_has(options, "edit"));
    text = g_strjoinv(" ", (char **)words);
    if (options_has(options, "edit"))
        return editor_run(tool, text, "", store_words, &note);
    return store_words(tool, text, &note);
}

/* ---- elements ---- */

static CommandResult
store_element(Tool *tool, const char *text, void *data)
{
    const Note *note = data;

    if (virDomainSetMetadata(note->domain, note->type, text, note->key,
                             note->uri, note->flags) < 0) {
        return tool_fail(tool, "Failed to %s metadata '%s'",
                         text ? "set" : "remove", note->uri);
    }
    output_say(&tool->output, "Metadata %s\n", text ? "modified" : "removed");
    return RESULT_DONE;
}

/* To a program, so that there is none is a failure here: it has nothing to
 * read. */
static CommandResult
show_element(Tool *tool, const Note *note, bool is_editing)
{
    bool is_absent = false;
    g_autofree char *text = read_note(note, &is_absent);

    if (!text && !(is_editing && is_absent))
        return tool_fail(tool, "Failed to get metadata '%s'", note->uri);
    if (is_editing) {
        return editor_run(tool, text ? text : "\n", "Metadata not changed",
                          store_element, (void *)note);
    }
    output_print(&tool->output, "%s\n", text);
    return RESULT_DONE;
}

/* Without an option that changes it, it is shown; the pairs that exclude
 * each other are in the table of options. */
static CommandResult
cmd_metadata(Tool *tool, const Options *options)
{
    const char *text = options_text(options, "set");
    bool is_editing = options_has(options, "edit");
    bool is_changing = text || is_editing;
    g_autoptr(virDomain) domain = NULL;
    Note note = {
        .type = VIR_DOMAIN_METADATA_ELEMENT,
        .key = options_text(options, "key"),
        .uri = options_text(options, "uri"),
        .word = "metadata",
        .flags = impact_of(options),
    };

    /* Before anything is asked: an editor that has been filled in vain would
     * be worse. */
    if (is_changing && !note.key) {
        return tool_misuse(tool, "namespace key is required when modifying "
                                 "metadata: give --key");
    }
    domain = tool_find_domain(tool, options);
    note.domain = domain;
    if (!domain)
        return RESULT_FAILED;
    if (options_has(options, "remove") || text)
        return store_element(tool, text, &note);
    return show_element(tool, &note, is_editing);
}

#define OPTIONS_IMPACT                                               \
    {"live", "of the running domain", OPTION_FLAG},                  \
        {"config", "of the definition", OPTION_FLAG},                \
    {                                                                \
        "current", "of the run, else of the definition", OPTION_FLAG \
    }

static const OptionDef desc_options[] = {
    OPTION_DOMAIN,
    OPTIONS_IMPACT,
    {"title", "the title instead of the description", OPTION_FLAG},
    {"edit", "change it in an editor", OPTION_FLAG},
    {"new-desc", "what it shall be", OPTION_LIST},
    OPTION_END,
};

static const OptionDef metadata_options[] = {
    OPTION_DOMAIN,
    {"uri", "namespace of the element", OPTION_STRING, .is_required = true},
    OPTIONS_IMPACT,
    {"edit", "change it in an editor", OPTION_FLAG},
    {"key", "prefix for the namespace, of an element that is set",
     OPTION_STRING, .is_named_only = true},
    {"set", "the element that it shall be, as XML", OPTION_STRING,
     .is_named_only = true},
    {"remove", "take the element away", OPTION_FLAG},
    OPTION_END,
};

static const char *const impact_apart[] = {"live current", "config current",
                                           NULL};
static const char *const metadata_apart[] = {"live current", "config current",
                                             "edit set",     "edit remove",
                                             "set remove",   NULL};

const Command metadata_commands[] = {
    {"desc", "show or change a domain's description or title",
     "Without new words it shows what there is.", desc_options, impact_apart,
     NULL, cmd_desc},
    {"metadata", "show or change a program's own metadata of a domain", NULL,
     metadata_options, metadata_apart, NULL, cmd_metadata},
    {NULL},
};
