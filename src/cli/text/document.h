/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents made of a command's arguments, for the "-as" commands. */
#pragma once

#include <glib.h>
#include <stdbool.h>

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

/** document_take: puts the value of @part ("NAME=VALUE") where @values has the
 * place for that one of @names (ends with NULL); false if it is none of them,
 * or has a value already. */
bool document_take(const char *part, const char *const *names,
                   const char **values[]);

/** DocumentDisk: appends the <disk> that @spec describes; false if it is not
 * understood.  Whether there is such a disk, the library knows. */
typedef bool (*DocumentDisk)(GString *xml, const char *spec);

/** document_disks: appends <disks> with those of @specs; nothing for none,
 * since no list at all means all disks.
 * Returns: (nullable): the first that @append does not understand. */
const char *document_disks(GString *xml, const char *const *specs,
                           unsigned count, DocumentDisk append);
