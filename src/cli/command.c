/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/command.h"

#include "base/error.h"
#include "cli/text/words.h"

#include <string.h>

/* Beyond it, a word is not a slip of the finger. */
#define LONGEST_SLIP 32

const OptionDef no_options[] = {OPTION_END};

const char *const xpath_needs[] = {"wrap xpath", NULL};

const CommandGroup command_groups[] = {
    {"domain", "Domains", domain_commands},
    {"monitor", "What domains are and have", monitor_commands},
    {"metadata", "Notes about domains", metadata_commands},
    {"save", "Saved machines and dumps", save_commands},
    {"migrate", "Machines that move", migrate_commands},
    {"checkpoint", "Checkpoints", checkpoint_commands},
    {"snapshot", "Snapshots", snapshot_commands},
    {"backup", "Backups", backup_commands},
    {"block", "Jobs that move a disk's data", block_commands},
    {"job", "Jobs", job_commands},
    {"guest", "Guest agent and QEMU monitor", guest_commands},
    {"inside", "What a guest tells of itself", inside_commands},
    {"events", "Events", event_commands},
    {"host", "Connection and the tool itself", host_commands},
    {NULL},
};

/* A walk through all tables: there are some sixty commands, and one is looked
 * for once. */
const Command *
command_find(const char *name)
{
    for (const CommandGroup *group = command_groups; group->keyword; group++) {
        for (const Command *command = group->commands; command->name;
             command++) {
            if (strcmp(command->name, name) == 0)
                return command;
        }
    }
    return NULL;
}

/* A command line that is ready to run. */
typedef struct {
    const Command *command;
    Options *options;
} CommandCall;

/* The command itself is static. */
static void
command_call_free(CommandCall *call)
{
    if (!call)
        return;
    options_free(call->options);
    g_free(call);
}

/* @rule is "a b". */
static void
split_rule(const char *rule, char **ret_first, char **ret_second)
{
    const char *blank = strchr(rule, ' ');

    g_assert(blank);
    *ret_first = g_strndup(rule, blank - rule);
    *ret_second = g_strdup(blank + 1);
}

/* The tables hold what the library would refuse too, with words about options
 * instead of flags. */
static bool
check_rules(const Command *command, const Options *options, GError **error)
{
    static const char *const none[] = {NULL};
    const char *const *apart = command->apart ? command->apart : none;
    const char *const *needs = command->needs ? command->needs : none;

    /* Before the command runs, and before it connects: the tables say what
     * excludes what. */
    for (; *apart; apart++) {
        g_autofree char *first = NULL;
        g_autofree char *second = NULL;

        split_rule(*apart, &first, &second);
        if (options_has(options, first) && options_has(options, second)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "--%s and --%s exclude each other", first, second);
        }
    }
    for (; *needs; needs++) {
        g_autofree char *first = NULL;
        g_autofree char *second = NULL;

        split_rule(*needs, &first, &second);
        if (options_has(options, first) && !options_has(options, second)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "--%s has no meaning without --%s", first, second);
        }
    }
    return true;
}

/* Only before "--", and only --help: -h could be the value of an option. */
static bool
asks_for_help(const char *const *words)
{
    for (; *words && strcmp(*words, "--") != 0; words++) {
        if (strcmp(*words, "--help") == 0)
            return true;
    }
    return false;
}

/* How many letters must be changed, added or taken out to make @b of @a; the
 * usual table, of which two rows are enough. */
static unsigned
edit_distance(const char *a, const char *b)
{
    gsize width = strlen(b) + 1;
    g_autoptr(GArray) rows =
        g_array_sized_new(FALSE, TRUE, sizeof(unsigned), 2 * width);
    unsigned *row = (unsigned *)rows->data;
    unsigned *last = row + width;

    for (unsigned i = 0; i < width; i++)
        last[i] = i;
    for (unsigned line = 1; *a; a++, line++) {
        unsigned *full = row;

        row[0] = line;
        for (unsigned i = 1; i < width; i++) {
            unsigned changed = last[i - 1] + (*a == b[i - 1] ? 0 : 1);
            unsigned added = MIN(row[i - 1], last[i]) + 1;

            row[i] = MIN(changed, added);
        }
        row = last;
        last = full;
    }
    return last[width - 1];
}

/* (nullable): the command that @name was most likely meant to be: one slip in
 * three letters is one too many. */
static const char *
suggest(const char *name)
{
    unsigned best = (unsigned)MIN(strlen(name) / 3, 3) + 1;
    const char *suggestion = NULL;

    /* It also bounds the table of edit_distance(), whose size is the user's to
     * choose. */
    if (strlen(name) > LONGEST_SLIP)
        return NULL;
    for (const CommandGroup *group = command_groups; group->keyword; group++) {
        for (const Command *one = group->commands; one->name; one++) {
            unsigned distance = edit_distance(name, one->name);

            if (distance < best) {
                best = distance;
                suggestion = one->name;
            }
        }
    }
    return suggestion;
}

/* With a suggestion where one is near enough to be a slip. */
static bool
fail_unknown(const char *name, GError **error)
{
    const char *suggestion = suggest(name);

    if (suggestion) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "there is no command '%s'; did you mean '%s'?", name,
                    suggestion);
    }
    return fail(error, VIR_ERR_INVALID_ARG,
                "there is no command '%s'; 'strandline help' lists all", name);
}

/* @words is a name and what follows it; --help among the options turns it into
 * a call of "help NAME". */
static CommandCall *
parse_command(const char *const *words, GError **error)
{
    const Command *command = command_find(words[0]);
    const char *help[] = {words[0], NULL};
    const char *const *rest = words + 1;
    g_autoptr(Options) options = NULL;
    CommandCall *call = NULL;

    if (!command) {
        fail_unknown(words[0], error);
        return NULL;
    }
    /* Whatever else is wrong with the words: who asks for help has not finished
     * typing. */
    if (asks_for_help(rest)) {
        command = command_find("help");
        rest = help;
    }
    options = options_parse(command->options, command->name, rest, error);
    if (!options || !check_rules(command, options, error))
        return NULL;
    call = g_new0(CommandCall, 1);
    call->command = command;
    call->options = g_steal_pointer(&options);
    return call;
}

/* One argument is a line of commands; several are the words of one command,
 * which the caller's shell has taken apart already. */
static GPtrArray *
split_arguments(char **arguments, GError **error)
{
    GPtrArray *commands = NULL;

    /* As with virsh: one argument may hold several commands, parted by ';'. */
    if (!arguments[1])
        return words_split(arguments[0], error);
    commands = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_ptr_array_add(commands, g_strdupv(arguments));
    return commands;
}

/* The whole line before any of it runs, so that a mistake at its end cannot
 * leave it half done. */
static GPtrArray *
parse_commands(char **arguments, GError **error)
{
    g_autoptr(GPtrArray) calls =
        g_ptr_array_new_with_free_func((GDestroyNotify)command_call_free);
    g_autoptr(GPtrArray) commands = split_arguments(arguments, error);

    if (!commands)
        return NULL;
    for (unsigned i = 0; i < commands->len; i++) {
        const char *const *words = g_ptr_array_index(commands, i);
        CommandCall *call = parse_command(words, error);

        /* None of the line runs if any of it cannot be understood. */
        if (!call)
            return NULL;
        g_ptr_array_add(calls, call);
    }
    return g_steal_pointer(&calls);
}

/* A command that fails does not keep the next ones from running: lines such as
 * "destroy x; undefine x" are written for that.  Only Ctrl-C and "quit" end the
 * line. */
static CommandResult
run_commands(Tool *tool, const GPtrArray *calls)
{
    CommandResult result = RESULT_DONE;

    for (unsigned i = 0; i < calls->len; i++) {
        const CommandCall *call = g_ptr_array_index(calls, i);

        result = call->command->run(tool, call->options);
        /* The line that virsh leaves between answers. */
        if (result == RESULT_DONE && !tool->wants_quit)
            output_say(&tool->output, "\n");
        if (result == RESULT_INTERRUPTED || tool->wants_quit)
            break;
    }
    return result;
}

/* Mistakes in the line have an exit code of their own. */
CommandResult
command_run(Tool *tool, char **arguments)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) calls = parse_commands(arguments, &error);

    if (!calls) {
        g_assert(error);
        return tool_misuse(tool, "%s", error->message);
    }
    return run_commands(tool, calls);
}

static const char *
value_kind(const OptionDef *def)
{
    return def->kind == OPTION_NUMBER ? "<number>" : "<string>";
}

/* In the notation that virsh uses. */
static void
print_synopsis(const OptionDef *def, const Output *output)
{
    const char *value = value_kind(def);

    if (def->kind == OPTION_FLAG) {
        output_print(output, " [--%s]", def->name);
    } else if (def->kind == OPTION_LIST) {
        output_print(output,
                     def->is_required ? " {[--%s] %s}..." : " [[--%s] %s]...",
                     def->name, value);
    } else if (def->is_required) {
        output_print(output, " <%s>", def->name);
    } else if (def->is_named_only) {
        output_print(output, " [--%s %s]", def->name, value);
    } else {
        output_print(output, " [[--%s] %s]", def->name, value);
    }
}

/* One line each; the manual says more. */
static void
print_option(const OptionDef *def, const Output *output)
{
    g_autofree char *shown = NULL;

    if (def->kind == OPTION_FLAG) {
        shown = g_strdup_printf("--%s", def->name);
    } else if (def->is_named_only) {
        shown = g_strdup_printf("--%s %s", def->name, value_kind(def));
    } else {
        shown = g_strdup_printf("[--%s] %s", def->name, value_kind(def));
    }
    output_print(output, "    %-26s %s\n", shown, def->help);
}

/* From the table alone, so help cannot fall behind. */
void
command_help(const Command *command, const Output *output)
{
    output_print(output, "  NAME\n    %s - %s\n\n  SYNOPSIS\n    %s",
                 command->name, command->summary, command->name);
    for (const OptionDef *def = command->options; def->name; def++)
        print_synopsis(def, output);
    output_print(output, "\n");
    if (command->description)
        output_print(output, "\n  DESCRIPTION\n    %s\n", command->description);
    if (command->options->name)
        output_print(output, "\n  OPTIONS\n");
    for (const OptionDef *def = command->options; def->name; def++)
        print_option(def, output);
}

/* In the order of the tables, which is by name. */
void
command_list(const CommandGroup *group, const Output *output)
{
    output_print(output, " %s (help keyword '%s'):\n", group->title,
                 group->keyword);
    for (const Command *command = group->commands; command->name; command++)
        output_print(output, "    %-30s %s\n", command->name, command->summary);
}
