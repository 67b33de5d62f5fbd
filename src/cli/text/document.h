/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents made of a command's arguments, for the "-as" commands. */
#pragma once

#include <glib.h>

/** document_attribute: appends " NAME='VALUE'", escaped; nothing when @value is
 * NULL. */
void document_attribute(GString *xml, const char *name, const char *value);

/** document_element: appends a line "  <NAME>TEXT</NAME>", escaped; nothing when
 * @text is NULL. */
void document_element(GString *xml, const char *name, const char *text);

/** document_split: (transfer full): the parts of "vda,snapshot=no,file=a,,b"; a
 * doubled comma is one that belongs to the text. */
GStrv document_split(const char *spec);

/** document_value: (nullable): what follows "NAME=" in @part; NULL when it does
 * not begin so. */
const char *document_value(const char *part, const char *name);
