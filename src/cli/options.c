/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/options.h"

#include "base/error.h"

#include <limits.h>
#include <string.h>

/* The values of each option given, in order; a flag has none. */
struct Options {
    GHashTable *values; /* char * (of the table) -> GPtrArray of char * */
};

/* What parsing one command needs to hand around. */
typedef struct {
    const OptionDef *defs;
    const char *command;
    Options *options;
} Parser;

/* The names in the table are the definitions' own. */
void
options_free(Options *options)
{
    if (!options)
        return;
    g_hash_table_unref(options->values);
    g_free(options);
}

static GPtrArray *
values_of(const Options *options, const char *name)
{
    return g_hash_table_lookup(options->values, name);
}

bool
options_has(const Options *options, const char *name)
{
    return values_of(options, name) != NULL;
}

const char *
options_text(const Options *options, const char *name)
{
    GPtrArray *values = values_of(options, name);

    return values ? g_ptr_array_index(values, 0) : NULL;
}

int
options_number(const Options *options, const char *name, int fallback)
{
    const char *text = options_text(options, name);

    /* options_parse() has seen that it is a number in range. */
    return text ? (int)g_ascii_strtoull(text, NULL, 10) : fallback;
}

/* Valid as long as @options. */
const char *const *
options_list(const Options *options, const char *name, unsigned *ret_count)
{
    GPtrArray *values = values_of(options, name);

    /* Without the NULL at its end. */
    *ret_count = values ? values->len - 1 : 0;
    return values ? (const char *const *)values->pdata : NULL;
}

/* One row a flag; the public constants stand in the commands, beside their
 * names. */
unsigned
options_flags(const Options *options, const OptionBit *map)
{
    unsigned flags = 0;

    for (; map->name; map++) {
        if (options_has(options, map->name))
            flags |= map->bit;
    }
    return flags;
}

/* Names are not completed from their beginnings: a script would break the day
 * that another option begins like that. */
static const OptionDef *
find_def(const OptionDef *defs, const char *name)
{
    for (; defs->name; defs++) {
        /* Tables are short, and read by people as well. */
        if (strcmp(defs->name, name) == 0)
            return defs;
    }
    return NULL;
}

/* Without a sign and without a unit: what libc would make of "5k" is not what
 * was meant. */
static bool
check_number(const OptionDef *def, const char *text, GError **error)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(text, 10, 0, INT_MAX, &number, NULL)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "--%s takes a whole number from 0 to %d, not '%s'",
                    def->name, INT_MAX, text);
    }
    return true;
}

/* Each array of values ends with a NULL that options_list() can hand out; a
 * flag has nothing but that. */
static bool
add_value(const Parser *parser, const OptionDef *def, const char *text,
          GError **error)
{
    GPtrArray *values = values_of(parser->options, def->name);

    /* The last one winning, as with most tools, would hide a mistake in a long
     * line. */
    if (values && def->kind != OPTION_LIST) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "command '%s' was given --%s twice", parser->command,
                    def->name);
    }
    if (text && !*text && def->kind != OPTION_LIST) {
        return fail(error, VIR_ERR_INVALID_ARG, "the value of --%s is empty",
                    def->name);
    }
    if (def->kind == OPTION_NUMBER && !check_number(def, text, error))
        return false;
    if (!values) {
        values = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(parser->options->values, (gpointer)def->name,
                            values);
    } else {
        g_ptr_array_set_size(values, values->len - 1);
    }
    if (text)
        g_ptr_array_add(values, g_strdup(text));
    g_ptr_array_add(values, NULL);
    return true;
}

/* The next option that a bare word may stand for. */
static const OptionDef *
next_positional(const Parser *parser)
{
    for (const OptionDef *def = parser->defs; def->name; def++) {
        if (def->kind == OPTION_FLAG || def->is_named_only)
            continue;
        /* A list stays the next one for ever: it takes all words that are
         * left. */
        if (def->kind == OPTION_LIST ||
            !options_has(parser->options, def->name))
            return def;
    }
    return NULL;
}

/* A single dash means nothing here: "-" is a file's name, and "-1" a wrong
 * number, which is said of the option that gets it. */
static bool
take_bare_word(const Parser *parser, const char *word, GError **error)
{
    const OptionDef *def = next_positional(parser);

    if (!def) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "command '%s' does not know what to do with '%s'",
                    parser->command, word);
    }
    return add_value(parser, def, word, error);
}

/* @word is --name or --name=value; @next the word after it (nullable).  Sets
 * *@ret_used_next when that was the value. */
static bool
take_option(const Parser *parser, const char *word, const char *next,
            bool *ret_used_next, GError **error)
{
    const char *equals = strchr(word, '=');
    g_autofree char *name =
        equals ? g_strndup(word + 2, equals - word - 2) : g_strdup(word + 2);
    const OptionDef *def = find_def(parser->defs, name);
    const char *value = equals ? equals + 1 : NULL;

    if (!def) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "command '%s' has no option --%s", parser->command, name);
    }
    if (def->kind == OPTION_FLAG) {
        if (equals) {
            return fail(error, VIR_ERR_INVALID_ARG, "--%s takes no value",
                        name);
        }
        return add_value(parser, def, NULL, error);
    }
    /* The next word is the value even if it begins with dashes: a name may. */
    if (!equals) {
        value = next;
        *ret_used_next = true;
    }
    if (!value) {
        return fail(error, VIR_ERR_INVALID_ARG, "--%s needs a value: --%s <%s>",
                    name, name,
                    def->kind == OPTION_NUMBER ? "number" : "string");
    }
    return add_value(parser, def, value, error);
}

/* One walk over the words; each is an option, its value, or a bare word. */
static bool
take_words(const Parser *parser, const char *const *words, GError **error)
{
    bool is_literal = false;

    for (; *words; words++) {
        bool used_next = false;

        if (!is_literal && strcmp(*words, "--") == 0) {
            is_literal = true;
            continue;
        }
        if (is_literal || !g_str_has_prefix(*words, "--")) {
            if (!take_bare_word(parser, *words, error))
                return false;
            continue;
        }
        if (!take_option(parser, *words, words[1], &used_next, error))
            return false;
        if (used_next)
            words++;
    }
    return true;
}

/* What is returned was complete when it was checked: callers need not ask again
 * whether a required option is there. */
Options *
options_parse(const OptionDef *defs, const char *command,
              const char *const *words, GError **error)
{
    g_autoptr(GHashTable) values = g_hash_table_new_full(
        g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    Options options = {.values = values};
    Parser parser = {.defs = defs, .command = command, .options = &options};
    Options *parsed = NULL;

    if (!take_words(&parser, words, error))
        return NULL;
    /* After all words: which option is missing does not depend on their
     * order. */
    for (const OptionDef *def = defs; def->name; def++) {
        if (!def->is_required || options_has(&options, def->name))
            continue;
        fail(error, VIR_ERR_INVALID_ARG, "command '%s' needs <%s>, the %s",
             command, def->name, def->help);
        return NULL;
    }
    parsed = g_new0(Options, 1);
    parsed->values = g_steal_pointer(&values);
    return parsed;
}
