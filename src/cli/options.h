/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of one command: what it takes, and what it was given.
 *
 * A command declares its options once, in a table; parsing, help and the check
 * of the manual all read that table.  The rules are those people know from
 * virsh: a value may be given by name (--domain web, --domain=web) or by
 * position, in the table's order; "--" ends the options; an option is given
 * once, except a list, which takes all words that are left.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    OPTION_FLAG = 1, /* --all: there or not */
    OPTION_STRING,
    OPTION_NUMBER, /* 0 to INT_MAX */
    OPTION_LIST,   /* may be repeated; by position it takes the rest */
} OptionKind;

/* What a value names, for those who complete it. */
typedef enum {
    VALUE_TEXT, /* anything; nobody can say how it goes on */
    VALUE_CHECKPOINT,
    VALUE_COMMAND,
    VALUE_DISK, /* a disk's target */
    VALUE_DOMAIN,
    VALUE_EVENT,
    VALUE_FILE,
    VALUE_JOB,
    VALUE_SNAPSHOT,
} OptionValue;

/* One entry of a table that ends with a NULL name. */
typedef struct {
    const char *name;
    const char *help;
    OptionKind kind;
    bool is_required;
    bool is_named_only; /* never taken from a bare word */
    OptionValue value;
} OptionDef;

/* The end of a table of options. */
#define OPTION_END   \
    {                \
        .name = NULL \
    }

typedef struct Options Options;

/** options_parse: @words is what follows the name of @command, which only
 * serves messages.  Fails with VIR_ERR_INVALID_ARG. */
Options *options_parse(const OptionDef *defs, const char *command,
                       const char *const *words, GError **error);
void options_free(Options *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Options, options_free)

/** options_has: whether @name was given, as a flag or with a value. */
bool options_has(const Options *options, const char *name);

/** options_text: (nullable): the value of a string. */
const char *options_text(const Options *options, const char *name);

/** options_number: the value of a number, or @fallback when not given. */
int options_number(const Options *options, const char *name, int fallback);

/** options_list: (nullable): the values of a list, NULL-terminated. */
const char *const *options_list(const Options *options, const char *name,
                                unsigned *ret_count);

/** options_flags: the sum of the bits of those flags of @map (which ends with
 * a NULL name) that were given. */
typedef struct {
    const char *name;
    unsigned bit;
} OptionBit;
unsigned options_flags(const Options *options, const OptionBit *map);
