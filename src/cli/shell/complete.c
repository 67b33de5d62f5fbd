/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/shell/complete.h"

#include "cli/command.h"
#include "cli/text/xml_query.h"

#include <stdlib.h>
#include <string.h>

/* The command so far. */
typedef struct {
    Tool *tool;
    const Command *command;
    GHashTable *given;        /* names of its options, to their last value */
    const OptionDef *pending; /* the last word is its value */
    bool is_literal;          /* "--" was seen: no more options */
    GPtrArray *found;
    bool is_file;
} Completion;

static void
offer(Completion *completion, const char *word)
{
    g_ptr_array_add(completion->found, g_strdup(word));
}

static void
offer_domains(Completion *completion, virConnectPtr connection)
{
    virDomainPtr *domains = NULL;
    int count = virConnectListAllDomains(connection, &domains, 0);

    for (int i = 0; i < count; i++) {
        offer(completion, virDomainGetName(domains[i]));
        virDomainFree(domains[i]);
    }
    free(domains);
}

static void
offer_checkpoints(Completion *completion, virDomainPtr domain)
{
    virDomainCheckpointPtr *checkpoints = NULL;
    int count = virDomainListAllCheckpoints(domain, &checkpoints, 0);

    for (int i = 0; i < count; i++) {
        offer(completion, virDomainCheckpointGetName(checkpoints[i]));
        virDomainCheckpointFree(checkpoints[i]);
    }
    free(checkpoints);
}

static void
offer_snapshots(Completion *completion, virDomainPtr domain)
{
    virDomainSnapshotPtr *snapshots = NULL;
    int count = virDomainListAllSnapshots(domain, &snapshots, 0);

    for (int i = 0; i < count; i++) {
        offer(completion, virDomainSnapshotGetName(snapshots[i]));
        virDomainSnapshotFree(snapshots[i]);
    }
    free(snapshots);
}

static void
offer_disks(Completion *completion, virDomainPtr domain)
{
    g_autofree char *xml = virDomainGetXMLDesc(domain, 0);
    g_autoptr(GPtrArray) disks = xml ? xml_query_disks(xml) : NULL;

    for (unsigned i = 0; disks && i < disks->len; i++) {
        const XmlDisk *disk = g_ptr_array_index(disks, i);

        if (disk->target)
            offer(completion, disk->target);
    }
}

static void
offer_jobs(Completion *completion, virDomainPtr domain)
{
    virDomainJobId *jobs = NULL;
    int count = virDomainListJobIds(domain, &jobs, 0);

    for (int i = 0; i < count; i++) {
        g_autofree char *id = g_strdup_printf("%d", jobs[i].id);

        offer(completion, id);
    }
    free(jobs);
}

static void
offer_commands(Completion *completion, bool with_groups)
{
    for (const CommandGroup *group = command_groups; group->keyword; group++) {
        if (with_groups)
            offer(completion, group->keyword);
        for (const Command *one = group->commands; one->name; one++)
            offer(completion, one->name);
    }
}

static void
offer_events(Completion *completion)
{
    for (unsigned i = 0; command_event_kind(i); i++)
        offer(completion, command_event_kind(i));
}

/* What belongs to a domain, which must have been named before. */
static void
offer_of_domain(Completion *completion, virConnectPtr connection,
                OptionValue value)
{
    const char *name = g_hash_table_lookup(completion->given, "domain");
    g_autoptr(virDomain) domain = name ? tool_look_up(connection, name) : NULL;

    if (!domain)
        return;
    if (value == VALUE_CHECKPOINT) {
        offer_checkpoints(completion, domain);
    } else if (value == VALUE_DISK) {
        offer_disks(completion, domain);
    } else if (value == VALUE_JOB) {
        offer_jobs(completion, domain);
    } else if (value == VALUE_SNAPSHOT) {
        offer_snapshots(completion, domain);
    }
}

static void
offer_values(Completion *completion, const OptionDef *def)
{
    virConnectPtr connection = NULL;

    switch (def->value) {
    case VALUE_TEXT:
        return;
    case VALUE_FILE:
        completion->is_file = true;
        return;
    case VALUE_COMMAND:
        offer_commands(completion, true);
        return;
    case VALUE_EVENT:
        offer_events(completion);
        return;
    case VALUE_CHECKPOINT:
    case VALUE_DISK:
    case VALUE_DOMAIN:
    case VALUE_JOB:
    case VALUE_SNAPSHOT:
        break;
    }
    connection = tool_connect_quietly(completion->tool);
    if (connection && def->value == VALUE_DOMAIN) {
        offer_domains(completion, connection);
    } else if (connection) {
        offer_of_domain(completion, connection, def->value);
    }
    tool_forget_error();
}

static const OptionDef *
find_option(const Completion *completion, const char *name)
{
    const OptionDef *def = completion->command->options;

    while (def->name && strcmp(def->name, name) != 0)
        def++;
    return def->name ? def : NULL;
}

/* The option that a bare word would be the value of; the rule is that of
 * options.c. */
static const OptionDef *
next_positional(const Completion *completion)
{
    const OptionDef *def = completion->command->options;

    for (; def->name; def++) {
        if (def->kind == OPTION_FLAG || def->is_named_only)
            continue;
        if (def->kind == OPTION_LIST ||
            !g_hash_table_contains(completion->given, def->name))
            return def;
    }
    return NULL;
}

static void
give(Completion *completion, const OptionDef *def, const char *value)
{
    g_hash_table_replace(completion->given, g_strdup(def->name),
                         g_strdup(value));
}

/* A whole word before the last one. */
static void
take_word(Completion *completion, const char *word)
{
    const OptionDef *def = NULL;

    if (completion->pending) {
        give(completion, completion->pending, word);
        completion->pending = NULL;
    } else if (!completion->is_literal && strcmp(word, "--") == 0) {
        completion->is_literal = true;
    } else if (!completion->is_literal && g_str_has_prefix(word, "--")) {
        const char *equals = strchr(word, '=');
        g_autofree char *name = equals ? g_strndup(word + 2, equals - word - 2)
                                       : g_strdup(word + 2);

        def = find_option(completion, name);
        if (!def)
            return;
        give(completion, def, equals ? equals + 1 : "");
        if (!equals && def->kind != OPTION_FLAG)
            completion->pending = def;
    } else {
        def = next_positional(completion);
        if (def)
            give(completion, def, word);
    }
}

static void
offer_options(Completion *completion)
{
    const OptionDef *def = completion->command->options;

    for (; def->name; def++) {
        g_autofree char *word = g_strconcat("--", def->name, NULL);

        if (def->kind == OPTION_LIST ||
            !g_hash_table_contains(completion->given, def->name))
            offer(completion, word);
    }
}

/* "--domain=we": what is offered has the option before it, since it is to take
 * the place of the whole word. */
static void
offer_after_equals(Completion *completion, const char *word)
{
    g_autofree char *head = g_strndup(word, strchr(word, '=') - word + 1);
    g_autofree char *name = g_strndup(head + 2, strlen(head) - 3);
    const OptionDef *def = find_option(completion, name);

    if (!def || def->kind == OPTION_FLAG)
        return;
    offer_values(completion, def);
    for (unsigned i = 0; i < completion->found->len; i++) {
        char **one = (char **)&g_ptr_array_index(completion->found, i);
        char *value = *one;

        *one = g_strconcat(head, value, NULL);
        g_free(value);
    }
}

static void
offer_argument(Completion *completion, const char *last)
{
    const OptionDef *def = completion->pending;

    if (def) {
        offer_values(completion, def);
        return;
    }
    if (!completion->is_literal && g_str_has_prefix(last, "-")) {
        if (g_str_has_prefix(last, "--") && strchr(last, '=')) {
            offer_after_equals(completion, last);
        } else {
            offer_options(completion);
        }
        return;
    }
    def = next_positional(completion);
    if (def)
        offer_values(completion, def);
    /* Nothing typed, and nothing to say about the value: the options at least,
     * if it can be left out. */
    if (!*last && !completion->is_file && !completion->is_literal &&
        completion->found->len == 0 && (!def || !def->is_required))
        offer_options(completion);
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Those that begin with @prefix, each once. */
static GStrv
choose(GPtrArray *found, const char *prefix)
{
    g_autoptr(GStrvBuilder) chosen = g_strv_builder_new();
    const char *former = NULL;

    g_ptr_array_sort(found, compare_words);
    for (unsigned i = 0; i < found->len; i++) {
        const char *word = g_ptr_array_index(found, i);

        if (!g_str_has_prefix(word, prefix) || g_strcmp0(word, former) == 0)
            continue;
        g_strv_builder_add(chosen, word);
        former = word;
    }
    return g_strv_builder_end(chosen);
}

GStrv
complete_words(Tool *tool, const char *const *words, bool *ret_is_file)
{
    g_autoptr(GHashTable) given =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    Completion completion = {.tool = tool, .given = given, .found = found};
    const char *const *word = words;

    if (!word[1]) {
        offer_commands(&completion, false);
    } else {
        completion.command = command_find(*word);
        for (word++; completion.command && word[1]; word++)
            take_word(&completion, *word);
        if (completion.command)
            offer_argument(&completion, *word);
    }
    while (word[1])
        word++;
    *ret_is_file = completion.is_file;
    return choose(found, *word);
}
