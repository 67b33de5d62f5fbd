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
    g_test_add_func("/cli/document/markup_is_escaped", markup_is_escaped);
    return g_test_run();
}
