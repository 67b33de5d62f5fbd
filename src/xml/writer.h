/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing XML as libvirt lays it out: two blanks a level, '...' attributes. */
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Writer Writer;

Writer *writer_new(void);
void writer_free(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

/** writer_open: starts <@name ...>; attributes may follow until the next call
 * that is not writer_attribute*(). */
void writer_open(Writer *writer, const char *name);
/** writer_close: ends the innermost element; <name/> if nothing was put in. */
void writer_close(Writer *writer);

/** writer_attribute: @value is escaped; NULL writes nothing. */
void writer_attribute(Writer *writer, const char *name, const char *value);
void writer_attribute_uint(Writer *writer, const char *name, uint64_t value);
void writer_attribute_format(Writer *writer, const char *name,
                             const char *format, ...) G_GNUC_PRINTF(3, 4);

/** writer_element: <name>text</name>; NULL writes nothing. */
void writer_element(Writer *writer, const char *name, const char *text);
void writer_element_uint(Writer *writer, const char *name, uint64_t value);

/** writer_text: escaped character data of the open element. */
void writer_text(Writer *writer, const char *text);

/** writer_raw: a well-formed fragment (an echoed element, a whole <domain>),
 * indented to the current level. */
void writer_raw(Writer *writer, const char *fragment);
/** writer_node: the same of an element that is read already. */
void writer_node(Writer *writer, xmlNode *node);

/** writer_format_node: (transfer full): what writer_node() would write here. */
char *writer_format_node(const Writer *writer, xmlNode *node);
/** writer_formatted: @text, which a writer formatted at this depth before. */
void writer_formatted(Writer *writer, const char *text);

/** writer_finish: (transfer full): the text; every element must be closed. */
char *writer_finish(Writer *writer);
