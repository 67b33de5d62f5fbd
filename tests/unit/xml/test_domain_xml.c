/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domain> documents by golden files.
 *
 * in/NAME.xml is read and must be written as out/NAME.xml, which must be read
 * and written as itself.  invalid/NAME.xml is refused with what stands in
 * invalid/NAME.err: the code, a blank, the message.
 * STRANDLINE_TEST_REGENERATE=1 rewrites out/ and *.err; review the difference.
 */
#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"

#include <stdlib.h>
#include <string.h>

static char *
data_path(const char *folder, const char *file)
{
    const char *root = g_getenv("STRANDLINE_TEST_DATA");

    g_assert_nonnull(root);
    return g_build_filename(root, "xml", "domain", folder, file, NULL);
}

static char *
read_data(const char *folder, const char *file)
{
    g_autofree char *path = data_path(folder, file);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static void
check_golden(const char *folder, const char *file, const char *text)
{
    g_autofree char *path = data_path(folder, file);
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    if (g_getenv("STRANDLINE_TEST_REGENERATE")) {
        g_file_set_contents(path, text, -1, &error);
        g_assert_no_error(error);
        return;
    }
    expected = read_data(folder, file);
    g_assert_cmpstr(text, ==, expected);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted names of the *.xml in @folder. */
static GPtrArray *
list_data(const char *folder)
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
    return names;
}

static DomainDef *
parse_valid(const char *text)
{
    g_autoptr(GError) error = NULL;
    DomainDef *def = domain_xml_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(def);
    return def;
}

static const DomainFormatFlags definition =
    DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;

static void
is_written_as_its_golden_file(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = read_data("in", file);
    g_autoptr(DomainDef) def = parse_valid(text);
    g_autofree char *written = domain_xml_format(def, definition);
    g_autoptr(DomainDef) again = parse_valid(written);
    g_autofree char *rewritten = domain_xml_format(again, definition);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_autofree char *of_copy = domain_xml_format(copy, definition);

    check_golden("out", file, written);
    g_assert_cmpstr(rewritten, ==, written);
    g_assert_cmpstr(of_copy, ==, written);
}

static void
is_refused_with_its_message(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = read_data("invalid", file);
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".xml"));
    g_autofree char *result_file = g_strconcat(stem, ".err", NULL);
    g_autofree char *result = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(domain_xml_parse(text, &error));
    g_assert_nonnull(error);
    g_assert_true(error->domain == STRANDLINE_ERROR);
    result = g_strdup_printf("%d %s\n", error->code, error->message);
    check_golden("invalid", result_file, result);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) valid = NULL;
    g_autoptr(GPtrArray) invalid = NULL;

    g_test_init(&argc, &argv, NULL);
    valid = list_data("in");
    invalid = list_data("invalid");
    for (guint i = 0; i < valid->len; i++) {
        g_autofree char *path =
            g_strdup_printf("/xml/domain_xml/in/%s", (char *)valid->pdata[i]);

        g_test_add_data_func(path, valid->pdata[i],
                             is_written_as_its_golden_file);
    }
    for (guint i = 0; i < invalid->len; i++) {
        g_autofree char *path = g_strdup_printf("/xml/domain_xml/invalid/%s",
                                                (char *)invalid->pdata[i]);

        g_test_add_data_func(path, invalid->pdata[i],
                             is_refused_with_its_message);
    }
    return g_test_run();
}
