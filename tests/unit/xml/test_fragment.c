/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Echoed elements: neither changed nor creeping when written again and again.
 */
#include "xml/fragment.h"
#include "xml/reader.h"
#include "xml/writer.h"

/* @inner within <domain>, echoed as a definition would be. */
static char *
echo(const char *inner)
{
    g_autofree char *text = g_strdup_printf(
        "<domain xmlns:u='urn:u' xmlns:q='urn:q'>%s</domain>", inner);
    g_autoptr(XmlDocument) document = reader_parse(text, "t", "domain", NULL);

    g_assert_nonnull(document);
    return reader_dump(reader_first(reader_root(document), NULL));
}

static void
elements_are_indented_anew(void)
{
    g_autofree char *text =
        echo("<metadata>\n      <a>\n<b x='1'/> <!-- why -->\n</a></metadata>");

    g_assert_cmpstr(text, ==,
                    "<metadata>\n"
                    "  <a>\n"
                    "    <b x='1'/>\n"
                    "    <!-- why -->\n"
                    "  </a>\n"
                    "</metadata>");
}

static void
mixed_content_stays_to_the_byte(void)
{
    g_autofree char *text = echo("<m><p> a <b> <i/>\n</b> c</p></m>");

    g_assert_cmpstr(text, ==, "<m>\n  <p> a <b> <i/>\n</b> c</p>\n</m>");
}

static void
white_space_alone_is_content_too(void)
{
    g_autofree char *text = echo("<m><p>  </p></m>");

    g_assert_cmpstr(text, ==, "<m>\n  <p>  </p>\n</m>");
}

static void
only_namespaces_in_use_are_declared_again(void)
{
    g_autofree char *text = echo("<m><u:a v='1'/></m>");

    g_assert_cmpstr(text, ==, "<m xmlns:u='urn:u'>\n  <u:a v='1'/>\n</m>");
}

static void
a_namespace_with_references_does_not_grow(void)
{
    g_autofree char *text =
        echo("<m><a xmlns='u?a&#38;b&amp;c&lt;&amp;#38;'/></m>");
    g_autofree char *again = echo(text);

    g_assert_cmpstr(text, ==,
                    "<m>\n  <a xmlns='u?a&amp;b&amp;c&lt;&amp;#38;'/>\n</m>");
    g_assert_cmpstr(again, ==, text);
}

static void
default_namespaces_inside_are_kept(void)
{
    g_autofree char *text = echo("<m><a xmlns='urn:d'><b/></a></m>");

    g_assert_cmpstr(text, ==,
                    "<m>\n"
                    "  <a xmlns='urn:d'>\n"
                    "    <b/>\n"
                    "  </a>\n"
                    "</m>");
}

static void
references_and_cdata_become_escaped_text(void)
{
    g_autofree char *text =
        echo("<m a='&#10;&lt;'>&amp;<![CDATA[<x>]]>&#13;</m>");

    g_assert_cmpstr(text, ==, "<m a='&#10;&lt;'>&amp;&lt;x&gt;&#13;</m>");
}

static void
writing_again_changes_nothing(void)
{
    static const char *const inner[] = {
        "<m>\n <a>\n  <b>t\n t</b><c/></a>\n</m>",
        "<m>x <a>\n  <b/>\n</a> y</m>",
        "<u:m xmlns:u='urn:other' u:k='v'><q:x/></u:m>",
        "<m><!-- a -->\n</m>",
    };

    for (guint i = 0; i < G_N_ELEMENTS(inner); i++) {
        g_autofree char *once = echo(inner[i]);
        g_autofree char *twice = echo(once);

        g_assert_cmpstr(twice, ==, once);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/fragment/elements_are_indented_anew",
                    elements_are_indented_anew);
    g_test_add_func("/xml/fragment/mixed_content_stays_to_the_byte",
                    mixed_content_stays_to_the_byte);
    g_test_add_func("/xml/fragment/white_space_alone_is_content_too",
                    white_space_alone_is_content_too);
    g_test_add_func("/xml/fragment/only_namespaces_in_use_are_declared_again",
                    only_namespaces_in_use_are_declared_again);
    g_test_add_func("/xml/fragment/a_namespace_with_references_does_not_grow",
                    a_namespace_with_references_does_not_grow);
    g_test_add_func("/xml/fragment/default_namespaces_inside_are_kept",
                    default_namespaces_inside_are_kept);
    g_test_add_func("/xml/fragment/references_and_cdata_become_escaped_text",
                    references_and_cdata_become_escaped_text);
    g_test_add_func("/xml/fragment/writing_again_changes_nothing",
                    writing_again_changes_nothing);
    return g_test_run();
}
