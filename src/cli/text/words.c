/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/words.h"

#include "base/error.h"

#include <string.h>

typedef struct {
    const char *at;
    GString *word; /* NULL between words; "" is a word once a quote opened */
    GPtrArray *command;
    GPtrArray *commands;
} Splitter;

/* Between two words nothing is open. */
static void
end_word(Splitter *splitter)
{
    if (!splitter->word)
        return;
    g_ptr_array_add(splitter->command, g_string_free(splitter->word, FALSE));
    splitter->word = NULL;
}

/* Its words go to the list as one NULL-terminated array. */
static void
end_command(Splitter *splitter)
{
    end_word(splitter);
    /* ";;" and blank lines are no commands. */
    if (splitter->command->len == 0)
        return;
    g_ptr_array_add(splitter->command, NULL);
    g_ptr_array_add(splitter->commands,
                    g_ptr_array_free(splitter->command, FALSE));
    splitter->command = g_ptr_array_new();
}

/* A quote makes a word even if nothing is in it. */
static GString *
word_at(Splitter *splitter)
{
    if (!splitter->word)
        splitter->word = g_string_new(NULL);
    return splitter->word;
}

/* Everything up to the next quote. */
static bool
take_single_quoted(Splitter *splitter, GError **error)
{
    const char *start = splitter->at + 1;
    /* No escapes at all within: what stands there is meant. */
    const char *end = strchr(start, '\'');

    if (!end) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "a ' is not closed in the command line");
    }
    g_string_append_len(word_at(splitter), start, end - start);
    splitter->at = end + 1;
    return true;
}

/* Up to the next quote that no backslash protects. */
static bool
take_double_quoted(Splitter *splitter, GError **error)
{
    GString *word = word_at(splitter);
    const char *at = splitter->at + 1;

    while (*at && *at != '"') {
        /* Other backslashes stay: paths of other systems have them. */
        if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
            at++;
        g_string_append_c(word, *at);
        at++;
    }
    if (!*at) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "a \" is not closed in the command line");
    }
    splitter->at = at + 1;
    return true;
}

/* Whatever the next character is, it is meant. */
static bool
take_escaped(Splitter *splitter, GError **error)
{
    if (!splitter->at[1]) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "a backslash ends the command line: nothing follows that "
                    "it could quote");
    }
    g_string_append_c(word_at(splitter), splitter->at[1]);
    splitter->at += 2;
    return true;
}

/* One step: as much as belongs together. */
static bool
take(Splitter *splitter, GError **error)
{
    switch (*splitter->at) {
    case '\'':
        return take_single_quoted(splitter, error);
    case '"':
        return take_double_quoted(splitter, error);
    case '\\':
        return take_escaped(splitter, error);
    case ' ':
    case '\t':
    case '\r':
        end_word(splitter);
        splitter->at++;
        return true;
    case ';':
    case '\n':
        end_command(splitter);
        splitter->at++;
        return true;
    case '#':
        if (!splitter->word) {
            splitter->at += strcspn(splitter->at, "\n");
            return true;
        }
        break;
    }
    g_string_append_c(word_at(splitter), *splitter->at);
    splitter->at++;
    return true;
}

/* Either the whole text is understood, or nothing of it is used. */
GPtrArray *
words_split(const char *text, GError **error)
{
    g_autoptr(GPtrArray) commands =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    Splitter splitter = {.at = text, .commands = commands};
    bool is_sound = true;

    splitter.command = g_ptr_array_new();
    while (is_sound && *splitter.at)
        is_sound = take(&splitter, error);
    /* Also after a mistake: it gives back what was begun. */
    end_command(&splitter);
    g_ptr_array_free(splitter.command, TRUE);
    return is_sound ? g_steal_pointer(&commands) : NULL;
}

/* A letter that nobody types, put where the next one would go, tells the word
 * that is being typed from those before it; a quote that is open is closed
 * behind it. */
GStrv
words_at_end(const char *text)
{
    static const char *const endings[] = {"\001", "\001'", "\001\""};
    GStrv empty = g_new0(char *, 2);

    for (unsigned i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *line = g_strconcat(text, endings[i], NULL);
        g_autoptr(GPtrArray) commands = words_split(line, NULL);
        GStrv words = NULL;
        char *last = NULL;

        if (!commands || commands->len == 0)
            continue;
        words = g_ptr_array_index(commands, commands->len - 1);
        last = words[g_strv_length(words) - 1];
        if (!g_str_has_suffix(last, "\001"))
            continue; /* in a comment */
        last[strlen(last) - 1] = '\0';
        g_strfreev(empty);
        return g_strdupv(words);
    }
    empty[0] = g_strdup("");
    return empty;
}

char *
words_quote(const char *word)
{
    g_autoptr(GString) quoted = g_string_new(NULL);

    if (!*word)
        return g_strdup("''");
    for (const char *at = word; *at; at++) {
        if (strchr(" \t\r\n;'\"\\#", *at))
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *at);
    }
    return g_string_free(g_steal_pointer(&quoted), FALSE);
}
