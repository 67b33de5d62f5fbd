/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a command is: a name, a table of options, and a function.
 *
 * Each cmd_*.c has one table of commands; command.c joins them in groups.  All
 * that is known of a command stands in its table entry, so parsing, help, and
 * the test that holds the manual against the tool need no second list.
 */
#pragma once

#include "cli/options.h"
#include "cli/tool.h"

/* One entry of a table that ends with a NULL name. */
typedef struct {
    const char *name;
    const char *summary;     /* half a line, for lists of commands */
    const char *description; /* nullable: full sentences */
    const OptionDef *options;
    /* NULL-terminated (or NULL): "a b": the options a and b exclude each
     * other; and: the option a has no meaning without b. */
    const char *const *apart;
    const char *const *needs;
    CommandResult (*run)(Tool *tool, const Options *options);
} Command;

typedef struct {
    const char *keyword; /* "help checkpoint" lists the group */
    const char *title;
    const Command *commands;
} CommandGroup;

/* All groups; ends with a NULL keyword. */
extern const CommandGroup command_groups[];

extern const Command backup_commands[];
extern const Command block_commands[];
extern const Command checkpoint_commands[];
extern const Command domain_commands[];
extern const Command event_commands[];
extern const Command guest_commands[];
extern const Command host_commands[];
extern const Command inside_commands[];
extern const Command job_commands[];
extern const Command metadata_commands[];
extern const Command monitor_commands[];
extern const Command save_commands[];
extern const Command migrate_commands[];
extern const Command snapshot_commands[];

extern const OptionDef no_options[];
/* For Command.needs where there is OPTIONS_XPATH. */
extern const char *const xpath_needs[];

/* The first option of nearly every command. */
#define OPTION_DOMAIN                                                   \
    {                                                                   \
        .name = "domain", .kind = OPTION_STRING, .is_required = true,   \
        .help = "name, id or UUID of the domain", .value = VALUE_DOMAIN \
    }

const Command *command_find(const char *name);

/** command_run: runs what the @arguments (at least one) say: one is a line of
 * commands; several are the words of one command, which the caller's shell has
 * taken apart.  Nothing runs unless all of it is understood.
 * Returns: the result of the last command. */
CommandResult command_run(Tool *tool, char **arguments);

/** command_event_kind: (nullable): the name of a type of events that "event"
 * knows, by number from 0. */
const char *command_event_kind(unsigned index);

/** command_help: prints name, synopsis, description and options of @command. */
void command_help(const Command *command, const Output *output);

/** command_list: prints the commands of @group, one line each. */
void command_list(const CommandGroup *group, const Output *output);
