/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain_data.h"

#include "golden.h"

#include <string.h>

char *
data_path(const char *folder, const char *file)
{
    const char *root = g_getenv("STRANDLINE_TEST_DATA");

    g_assert_nonnull(root);
    return g_build_filename(root, "xml", "domain", folder, file, NULL);
}

char *
data_read(const char *folder, const char *file)
{
    g_autofree char *path = data_path(folder, file);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

void
data_check(const char *folder, const char *file, const char *text)
{
    g_autofree char *path = data_path(folder, file);

    golden_check(path, text);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
data_list(const char *folder)
{
    g_autofree char *path = data_path(folder, "");
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    g_assert_nonnull(dir);
    for (name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, by_name);
    g_assert_cmpuint(names->len, >, 0);
    return names;
}
