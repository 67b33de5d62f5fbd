/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/writer.h"

#include "xml/fragment.h"
#include "xml/reader.h"

#include <inttypes.h>
#include <string.h>

/* What the innermost element holds so far decides how it is closed. */
typedef enum {
    CONTENT_NONE, /* its start tag still lacks the '>' */
    CONTENT_TEXT, /* the end tag follows on the same line */
    CONTENT_ELEMENTS,
} Content;

typedef struct {
    char *name;
    Content content;
} Element;

struct Writer {
    GString *text;
    GArray *open; /* of Element, outermost first */
};

/* Called by the array for whatever is left open, so that a writer can be thrown
 * away half done. */
static void
clear_element(gpointer data)
{
    g_free(((Element *)data)->name);
}

/* A document grows in memory and is handed over as a whole; nothing of it is
 * seen before it is complete. */
Writer *
writer_new(void)
{
    Writer *writer = g_new0(Writer, 1);

    writer->text = g_string_new(NULL);
    writer->open = g_array_new(FALSE, FALSE, sizeof(Element));
    g_array_set_clear_func(writer->open, clear_element);
    return writer;
}

/* Also of one that is half written. */
void
writer_free(Writer *writer)
{
    if (!writer)
        return;
    if (writer->text)
        g_string_free(writer->text, TRUE);
    g_array_unref(writer->open);
    g_free(writer);
}

static Element *
innermost(Writer *writer)
{
    guint depth = writer->open->len;

    return depth ? &g_array_index(writer->open, Element, depth - 1) : NULL;
}

/* Two blanks a level, as libvirt does. */
static void
indent(Writer *writer)
{
    g_string_append_printf(writer->text, "%*s", (int)(2 * writer->open->len),
                           "");
}

/* Something is about to be put on a line of its own inside the innermost. */
static void
begin_line(Writer *writer)
{
    Element *parent = innermost(writer);

    if (parent) {
        /* Mixed content would be read back with other white space than was
         * written. */
        g_assert(parent->content != CONTENT_TEXT);
        if (parent->content == CONTENT_NONE)
            g_string_append(writer->text, ">\n");
        parent->content = CONTENT_ELEMENTS;
    }
    indent(writer);
}

/* @name is ours or an echoed element's, and needs no escaping. */
void
writer_open(Writer *writer, const char *name)
{
    Element element = {g_strdup(name), CONTENT_NONE};

    begin_line(writer);
    /* The '>' comes with the first thing that is put in: until then attributes
     * may follow. */
    g_string_append_printf(writer->text, "<%s", name);
    g_array_append_val(writer->open, element);
}

/* An element that got nothing is written <name/>. */
void
writer_close(Writer *writer)
{
    Element *element = innermost(writer);
    g_autofree char *name = NULL;
    Content content;

    g_assert(element);
    content = element->content;
    /* Taken out before the array shrinks, which would free it. */
    name = g_steal_pointer(&element->name);
    g_array_set_size(writer->open, writer->open->len - 1);

    if (content == CONTENT_NONE) {
        g_string_append(writer->text, "/>\n");
        return;
    }
    if (content == CONTENT_ELEMENTS)
        indent(writer);
    g_string_append_printf(writer->text, "</%s>\n", name);
}

/* Only directly after writer_open(): asserted, since anything else would write
 * XML that nobody can read. */
void
writer_attribute(Writer *writer, const char *name, const char *value)
{
    Element *element = innermost(writer);

    g_assert(element && element->content == CONTENT_NONE);
    /* Absent attributes are the rule in libvirt's documents, so callers pass
     * what they have. */
    if (!value)
        return;
    g_string_append_printf(writer->text, " %s='", name);
    fragment_escape(writer->text, value, TRUE);
    g_string_append_c(writer->text, '\'');
}

void
writer_attribute_uint(Writer *writer, const char *name, uint64_t value)
{
    writer_attribute_format(writer, name, "%" PRIu64, value);
}

/* For numbers and for addresses in hexadecimal. */
void
writer_attribute_format(Writer *writer, const char *name, const char *format,
                        ...)
{
    g_autofree char *value = NULL;
    va_list args;

    va_start(args, format);
    value = g_strdup_vprintf(format, args);
    va_end(args);
    writer_attribute(writer, name, value);
}

/* The usual leaf. */
void
writer_element(Writer *writer, const char *name, const char *text)
{
    if (!text)
        return;
    writer_open(writer, name);
    writer_text(writer, text);
    writer_close(writer);
}

void
writer_element_uint(Writer *writer, const char *name, uint64_t value)
{
    g_autofree char *text = g_strdup_printf("%" PRIu64, value);

    writer_element(writer, name, text);
}

/* The empty text is nothing, so that <name/> stays possible. */
void
writer_text(Writer *writer, const char *text)
{
    Element *element = innermost(writer);

    g_assert(element && element->content != CONTENT_ELEMENTS);
    if (*text == '\0')
        return;
    if (element->content == CONTENT_NONE)
        g_string_append_c(writer->text, '>');
    element->content = CONTENT_TEXT;
    fragment_escape(writer->text, text, FALSE);
}

/* Parsed and written anew rather than pasted: only so can it be indented
 * without touching what is in it. */
void
writer_raw(Writer *writer, const char *fragment)
{
    g_autoptr(XmlDocument) document = reader_parse_fragment(fragment);

    g_assert(document); /* it came from reader_dump() or from a writer */
    writer_node(writer, reader_root(document));
}

void
writer_node(Writer *writer, xmlNode *node)
{
    g_autofree char *text = writer_format_node(writer, node);

    writer_formatted(writer, text);
}

char *
writer_format_node(const Writer *writer, xmlNode *node)
{
    GString *text = g_string_new(NULL);

    fragment_append(text, node, writer->open->len);
    return g_string_free(text, FALSE);
}

/* The first line is indented here, the others are in the text. */
void
writer_formatted(Writer *writer, const char *text)
{
    begin_line(writer);
    g_string_append(writer->text, text);
    g_string_append_c(writer->text, '\n');
}

char *
writer_finish(Writer *writer)
{
    g_assert(writer->open->len == 0 && writer->text);
    /* The writer is spent; freeing it afterwards is all that is left to do. */
    return g_string_free(g_steal_pointer(&writer->text), FALSE);
}
