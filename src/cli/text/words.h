/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line of commands taken apart into words, the way a small shell does it.
 *
 *     checkpoint-create-as web "before update" ; checkpoint-list web
 *
 * Blanks part words; ';' and a line's end part commands.  '...' keeps all it
 * holds, "..." all but a backslash before '"' or '\', and a backslash outside
 * quotes the next character.  '#' where a word would start is a comment to the
 * end of the line.  Nothing is expanded: what looks like a variable or a
 * pattern is meant as it stands, since names of domains and paths come here.
 */
#pragma once

#include <glib.h>

/** words_split: (transfer full) (element-type GStrv): one entry a command,
 * none of them empty; NULL with VIR_ERR_INVALID_ARG when a quote is left open
 * or a backslash ends the text. */
GPtrArray *words_split(const char *text, GError **error);

/** words_at_end: (transfer full): the words of the command that @text, a line
 * that is still being typed, ends in.  The last one is where the next letter
 * would go, often ""; a quote may be open in it. */
GStrv words_at_end(const char *text);

/** words_quote: (transfer full): @word so that words_split() gives it back. */
char *words_quote(const char *word);
