/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/config_file.h"

#include "base/error.h"

#include <string.h>

enum { LIST_LIMIT = 1000 };

typedef struct {
    const char *name; /* of the file */
    const char *next; /* byte to read */
    int line;
} Reader;

void
config_entry_free(ConfigEntry *entry)
{
    if (!entry)
        return;
    g_free(entry->key);
    g_free(entry->text);
    g_strfreev(entry->list);
    g_free(entry);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfigEntry, config_entry_free)

const char *
config_type_name(ConfigType type)
{
    static const char *const names[] = {"a number", "a text in quotes",
                                        "a list of texts in [ ]"};

    return names[type];
}

/* All that is wrong with the syntax is said with the place, and once: after the
 * first mistake nothing in the file can be trusted to mean what it says. */
static bool
refuse(const Reader *reader, GError **error, const char *what)
{
    return fail(error, VIR_ERR_CONF_SYNTAX, "%s:%d: %s", reader->name,
                reader->line, what);
}

/* A comment may stand wherever a line may end; it ends before the newline, which
 * is counted by whoever skips it. */
static void
skip_blanks(Reader *reader)
{
    while (*reader->next == ' ' || *reader->next == '\t' ||
           *reader->next == '\r')
        reader->next++;
    if (*reader->next == '#')
        reader->next += strcspn(reader->next, "\n");
}

/* Between entries and inside lists, where a newline means nothing. */
static void
skip_lines(Reader *reader)
{
    skip_blanks(reader);
    while (*reader->next == '\n') {
        reader->next++;
        reader->line++;
        skip_blanks(reader);
    }
}

/* As wide as libvirt's keys; which ones there are is not known here. */
static char *
read_key(Reader *reader, GError **error)
{
    const char *begin = reader->next;

    while (g_ascii_isalnum(*reader->next) || *reader->next == '_')
        reader->next++;
    if (reader->next == begin) {
        refuse(reader, error, "a key is expected here: key = value");
        return NULL;
    }
    return g_strndup(begin, (gsize)(reader->next - begin));
}

/* No escapes, as in libvirt's files: a text with one kind of quote in it stands
 * in the other. */
static char *
read_text(Reader *reader, GError **error)
{
    char quote = *reader->next;
    const char *begin = reader->next + 1;
    gsize length = 0;

    if (quote != '"' && quote != '\'') {
        refuse(reader, error, "a text in quotes is expected here");
        return NULL;
    }
    while (begin[length] && begin[length] != '\n' && begin[length] != quote)
        length++;
    if (begin[length] != quote) {
        refuse(reader, error, "the text does not end on its line");
        return NULL;
    }
    reader->next = begin + length + 1;
    return g_strndup(begin, length);
}

/* Decimal only: modes are texts, so that nobody writes 770 and gets another
 * mode.  The two ends of the range stand for an overflow. */
static bool
read_number(Reader *reader, gint64 *ret_number, GError **error)
{
    char *end = NULL;

    *ret_number = g_ascii_strtoll(reader->next, &end, 10);
    if (end == reader->next || *ret_number == G_MAXINT64 ||
        *ret_number == G_MININT64 || g_ascii_isalnum(*end)) {
        return refuse(reader, error,
                      "a number, a text in quotes or a list in [ ] is "
                      "expected here");
    }
    reader->next = end;
    return true;
}

/* A comma may stand behind the last one: lists that grow by lines have it. */
static GStrv
read_list(Reader *reader, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

    reader->next++;
    skip_lines(reader);
    while (*reader->next != ']') {
        char *text = read_text(reader, error);

        if (!text)
            return NULL;
        g_ptr_array_add(texts, text);
        skip_lines(reader);
        if (*reader->next == ',') {
            reader->next++;
        } else if (*reader->next != ']' || texts->len > LIST_LIMIT) {
            return refuse(reader, error, "',' or ']' is expected here"), NULL;
        }
        skip_lines(reader);
    }
    reader->next++;
    g_ptr_array_add(texts, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

/* The first byte tells the type; which type the key wants is asked later, when
 * the message can name it. */
static bool
read_value(Reader *reader, ConfigEntry *entry, GError **error)
{
    switch (*reader->next) {
    case '"':
    case '\'':
        entry->type = CONFIG_TEXT;
        entry->text = read_text(reader, error);
        return entry->text != NULL;
    case '[':
        entry->type = CONFIG_LIST;
        entry->list = read_list(reader, error);
        return entry->list != NULL;
    default:
        entry->type = CONFIG_NUMBER;
        return read_number(reader, &entry->number, error);
    }
}

/* One entry a line, so that a forgotten quote or newline is found where it is
 * and not at the end of the file. */
static ConfigEntry *
read_entry(Reader *reader, GError **error)
{
    g_autoptr(ConfigEntry) entry = g_new0(ConfigEntry, 1);

    entry->line = reader->line;
    entry->key = read_key(reader, error);
    if (!entry->key)
        return NULL;
    skip_blanks(reader);
    if (*reader->next != '=') {
        refuse(reader, error, "'=' is expected behind the key");
        return NULL;
    }
    reader->next++;
    skip_blanks(reader);
    if (!read_value(reader, entry, error))
        return NULL;
    skip_blanks(reader);
    if (*reader->next && *reader->next != '\n') {
        refuse(reader, error, "nothing more is expected on this line");
        return NULL;
    }
    return g_steal_pointer(&entry);
}

/* Files are small: each key is looked for in what was read. */
static bool
is_new(const Reader *reader, const GPtrArray *entries, const ConfigEntry *entry,
       GError **error)
{
    for (guint i = 0; i < entries->len; i++) {
        const ConfigEntry *other = entries->pdata[i];

        if (g_str_equal(other->key, entry->key)) {
            return fail(error, VIR_ERR_CONF_SYNTAX,
                        "%s:%d: '%s' is set in line %d already", reader->name,
                        entry->line, entry->key, other->line);
        }
    }
    return true;
}

GPtrArray *
config_file_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_entry_free);
    Reader reader = {.name = name, .next = text, .line = 1};

    skip_lines(&reader);
    while (*reader.next) {
        ConfigEntry *entry = read_entry(&reader, error);

        if (!entry)
            return NULL;
        if (!is_new(&reader, entries, entry, error)) {
            config_entry_free(entry);
            return NULL;
        }
        g_ptr_array_add(entries, entry);
        skip_lines(&reader);
    }
    return g_steal_pointer(&entries);
}
