/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/document.h"

#include <string.h>

void
document_attribute(GString *xml, const char *name, const char *value)
{
    g_autofree char *escaped = value ? g_markup_escape_text(value, -1) : NULL;

    if (escaped)
        g_string_append_printf(xml, " %s='%s'", name, escaped);
}

void
document_element(GString *xml, const char *name, const char *text)
{
    g_autofree char *escaped = text ? g_markup_escape_text(text, -1) : NULL;

    if (escaped)
        g_string_append_printf(xml, "  <%s>%s</%s>\n", name, escaped, name);
}

GStrv
document_split(const char *spec)
{
    GPtrArray *parts = g_ptr_array_new();
    GString *part = g_string_new(NULL);

    for (; *spec; spec++) {
        if (*spec == ',' && spec[1] == ',') {
            spec++;
        } else if (*spec == ',') {
            g_ptr_array_add(parts, g_string_free(part, FALSE));
            part = g_string_new(NULL);
            continue;
        }
        g_string_append_c(part, *spec);
    }
    g_ptr_array_add(parts, g_string_free(part, FALSE));
    g_ptr_array_add(parts, NULL);
    return (GStrv)g_ptr_array_free(parts, FALSE);
}

const char *
document_value(const char *part, const char *name)
{
    size_t length = strlen(name);

    if (strncmp(part, name, length) != 0 || part[length] != '=')
        return NULL;
    return part + length + 1;
}

bool
document_take(const char *part, const char *const *names, const char **values[])
{
    for (unsigned i = 0; names[i]; i++) {
        const char *value = document_value(part, names[i]);

        if (value && !*values[i]) {
            *values[i] = value;
            return true;
        }
    }
    return false;
}

const char *
document_disks(GString *xml, const char *const *specs, unsigned count,
               DocumentDisk append)
{
    /* An empty <disks> would be refused. */
    if (count == 0)
        return NULL;
    g_string_append(xml, "  <disks>\n");
    for (unsigned i = 0; i < count; i++) {
        if (!append(xml, specs[i]))
            return specs[i];
    }
    g_string_append(xml, "  </disks>\n");
    return NULL;
}
