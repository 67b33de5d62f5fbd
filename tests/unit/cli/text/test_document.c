/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments become XML with nothing of them lost or taken for markup. */
#include "cli/text/document.h"

static void
commas_part_and_doubled_ones_stay(void)
{
    static const struct {
        const char *spec;
        const char *parts;
    } cases[] = {
        {"vda", "vda"},
        {"vda,a=b", "vda|a=b"},
        {"a,,b,c", "a,b|c"},
        {"a,,,b", "a,|b"},
        {"", ""},
        {",", "|"},
        {"a=,b", "a=|b"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) parts = document_split(cases[i].spec);
        g_autofree char *joined = g_strjoinv("|", parts);

        g_assert_cmpstr(joined, ==, cases[i].parts);
    }
}

static void
values_follow_their_name(void)
{
    g_assert_cmpstr(document_value("file=/a=b", "file"), ==, "/a=b");
    g_assert_cmpstr(document_value("file=", "file"), ==, "");
    g_assert_null(document_value("files=x", "file"));
    g_assert_null(document_value("file", "file"));
    g_assert_null(document_value("x,file=y", "file"));
}

static void
a_name_takes_one_value(void)
{
    static const char *const names[] = {"file", "driver", NULL};
    const char *file = NULL;
    const char *driver = NULL;
    const char **values[] = {&file, &driver};

    g_assert_true(document_take("driver=raw", names, values));
    g_assert_cmpstr(driver, ==, "raw");
    g_assert_null(file);
    g_assert_false(document_take("driver=qcow2", names, values));
    g_assert_cmpstr(driver, ==, "raw");
    g_assert_false(document_take("size=1", names, values));
}

static bool
append_plain(GString *xml, const char *spec)
{
    g_string_append_printf(xml, "    <disk name='%s'/>\n", spec);
    return *spec != '\0';
}

static void
disks_are_listed_where_there_are_any(void)
{
    static const char *const specs[] = {"vda", "vdb", "", "vdc"};
    g_autoptr(GString) xml = g_string_new(NULL);

    g_assert_null(document_disks(xml, specs, 0, append_plain));
    g_assert_cmpstr(xml->str, ==, "");
    g_assert_null(document_disks(xml, specs, 2, append_plain));
    g_assert_cmpstr(xml->str, ==,
                    "  <disks>\n    <disk name='vda'/>\n"
                    "    <disk name='vdb'/>\n  </disks>\n");
    g_assert_true(document_disks(xml, specs, 4, append_plain) == specs[2]);
}

static void
markup_is_escaped(void)
{
    g_autoptr(GString) xml = g_string_new(NULL);

    document_element(xml, "name", "<a> & b");
    document_element(xml, "name", NULL);
    document_attribute(xml, "file", "it's \"x\"");
    document_attribute(xml, "file", NULL);
    g_assert_cmpstr(xml->str, ==,
                    "  <name>&lt;a&gt; &amp; b</name>\n"
                    " file='it&apos;s &quot;x&quot;'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/document/commas_part_and_doubled_ones_stay",
                    commas_part_and_doubled_ones_stay);
    g_test_add_func("/cli/document/values_follow_their_name",
                    values_follow_their_name);
    g_test_add_func("/cli/document/a_name_takes_one_value",
                    a_name_takes_one_value);
    g_test_add_func("/cli/document/disks_are_listed_where_there_are_any",
                    disks_are_listed_where_there_are_any);
    g_test_add_func("/cli/document/markup_is_escaped", markup_is_escaped);
    return g_test_run();
}
