/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The schemas, and what is held against them.
 *
 * Below tests/data/xml/KIND/ everything in in/ and out/ fits its schema, and
 * what is in invalid/ does not, but for the documents that are mistaken in a
 * way that a schema cannot say (a disk that the domain does not have, two
 * devices in one place): invalid/beyond-the-schema.txt names those.
 */
#include "xml/schema.h"

#include "base/error.h"
#include "golden.h"

#include <string.h>

typedef struct {
    const char *folder;
    const char *root;
    SchemaKind kind;
} Family;

static const Family families[] = {
    {"domain", "domain", SCHEMA_DOMAIN},
    {"backup", "domainbackup", SCHEMA_BACKUP},
    {"checkpoint", "domaincheckpoint", SCHEMA_CHECKPOINT},
    {"snapshot", "domainsnapshot", SCHEMA_SNAPSHOT},
};

static char *
data_file(const Family *family, const char *folder, const char *name)
{
    return g_build_filename(g_getenv("STRANDLINE_TEST_DATA"), "xml",
                            family->folder, folder, name, NULL);
}

static char *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static bool
fits(const Family *family, const char *text, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, family->root, family->root, error);

    return document && schema_check(family->kind, document, error);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_documents(const Family *family, const char *folder)
{
    g_autofree char *path = data_file(family, folder, "");
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    g_assert_nonnull(dir);
    for (const char *name = g_dir_read_name(dir); name;
         name = g_dir_read_name(dir)) {
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, by_name);
    g_assert_cmpuint(names->len, >, 0);
    return names;
}

static void
assert_all_fit(const Family *family, const char *folder)
{
    g_autoptr(GPtrArray) names = list_documents(family, folder);

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = data_file(family, folder, names->pdata[i]);
        g_autofree char *text = read_file(path);
        g_autoptr(GError) error = NULL;

        g_test_message("%s", path);
        g_assert_true(fits(family, text, &error));
        g_assert_no_error(error);
    }
}

static void
what_is_accepted_and_what_is_shown_fits(gconstpointer data)
{
    assert_all_fit(data, "in");
    assert_all_fit(data, "out");
}

static void
what_is_refused_does_not_fit_or_is_listed(gconstpointer data)
{
    const Family *family = data;
    g_autoptr(GPtrArray) names = list_documents(family, "invalid");
    g_autofree char *list =
        data_file(family, "invalid", "beyond-the-schema.txt");
    g_autoptr(GString) accepted = g_string_new(NULL);

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = data_file(family, "invalid", names->pdata[i]);
        g_autofree char *text = read_file(path);

        if (fits(family, text, NULL))
            g_string_append_printf(accepted, "%s\n", (char *)names->pdata[i]);
    }
    golden_check(list, accepted->str);
}

/* Where the reader of a kind is not asked first, as in an editor. */
static void
a_breach_is_told_with_its_place(void)
{
    const Family *family = &families[1];
    g_autoptr(GError) error = NULL;

    g_assert_false(fits(family,
                        "<domainbackup>\n<disks>\n"
                        "<disk name='vda' colour='red'/>\n"
                        "</disks></domainbackup>",
                        &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_XML_INVALID_SCHEMA);
    g_assert_nonnull(strstr(error->message, "<domainbackup>"));
    g_assert_nonnull(strstr(error->message, "/domainbackup"));
    g_assert_nonnull(strstr(error->message, "domainbackup.rng"));
}

enum { THREADS = 8, ROUNDS = 50 };

static gpointer
check_often(gpointer data)
{
    static const char good[] = "<domaincheckpoint><name>a</name><disks>"
                               "<disk name='vda'/></disks></domaincheckpoint>";
    static const char bad[] = "<domaincheckpoint><nam>a</nam>"
                              "</domaincheckpoint>";
    const Family *family = &families[2];

    (void)data;
    for (int i = 0; i < ROUNDS; i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(fits(family, good, &error));
        g_assert_false(fits(family, bad, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_XML_INVALID_SCHEMA);
    }
    return NULL;
}

static void
threads_share_a_schema(void)
{
    GThread *threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("schema", check_often, NULL);
    for (int i = 0; i < THREADS; i++)
        (void)g_thread_join(threads[i]);
}

static void
a_missing_schema_is_told_and_looked_for_again(void)
{
    static const char text[] = "<domainsnapshot><name>s</name>"
                               "</domainsnapshot>";
    g_autofree char *folder = g_strdup(g_getenv("STRANDLINE_SCHEMAS"));
    const Family family = {"snapshot", "domainsnapshot", SCHEMA_SNAPSHOT};
    g_autoptr(GError) error = NULL;

    g_setenv("STRANDLINE_SCHEMAS", "/nowhere", TRUE);
    g_assert_false(fits(&family, text, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(error->message, "/nowhere/domainsnapshot.rng"));
    g_clear_error(&error);

    g_setenv("STRANDLINE_SCHEMAS", folder, TRUE);
    g_assert_true(fits(&family, text, &error));
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/schema/missing",
                    a_missing_schema_is_told_and_looked_for_again);
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        g_autofree char *valid =
            g_strdup_printf("/xml/schema/%s/fits", families[i].folder);
        g_autofree char *invalid =
            g_strdup_printf("/xml/schema/%s/does-not", families[i].folder);

        g_test_add_data_func(valid, &families[i],
                             what_is_accepted_and_what_is_shown_fits);
        g_test_add_data_func(invalid, &families[i],
                             what_is_refused_does_not_fit_or_is_listed);
    }
    g_test_add_func("/xml/schema/breach", a_breach_is_told_with_its_place);
    g_test_add_func("/xml/schema/threads", threads_share_a_schema);
    return g_test_run();
}
