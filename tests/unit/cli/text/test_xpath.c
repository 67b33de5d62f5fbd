/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --xpath chooses parts of a document and prints them as virsh does. */
#include "cli/text/xpath.h"

#include "base/error.h"

static const char *const document = "<domain type='qemu'>\n"
                                    "  <name>web</name>\n"
                                    "  <devices>\n"
                                    "    <disk type='file'>\n"
                                    "      <target dev='vda' bus='virtio'/>\n"
                                    "    </disk>\n"
                                    "    <interface>\n"
                                    "      <target dev='tap0'/>\n"
                                    "    </interface>\n"
                                    "  </devices>\n"
                                    "</domain>\n";

static void
assert_selected(const char *expression, bool is_wrapped, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *got =
        xpath_select(document, expression, is_wrapped, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(got, ==, expected);
}

static void
assert_refused(const char *xml, const char *expression, bool is_wrapped)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(xpath_select(xml, expression, is_wrapped, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
}

static void
each_match_stands_at_the_margin(void)
{
    assert_selected("//name", false, "<name>web</name>\n");
    assert_selected("//target", false,
                    "<target dev=\"vda\" bus=\"virtio\"/>\n"
                    "<target dev=\"tap0\"/>\n");
    assert_selected("//disk", false,
                    "<disk type=\"file\">\n"
                    "  <target dev=\"vda\" bus=\"virtio\"/>\n"
                    "</disk>\n");
}

static void
text_and_attributes_are_matches_too(void)
{
    assert_selected("//name/text()", false, "web\n");
    assert_selected("//target/@dev", false, " dev=\"vda\"\n dev=\"tap0\"\n");
}

static void
values_are_printed(void)
{
    assert_selected("count(//target)", false, "2\n");
    assert_selected("string(//target/@dev)", false, "vda\n");
}

static void
wrapped_matches_are_one_document(void)
{
    assert_selected("//target", true,
                    "<nodes>\n"
                    "  <target dev=\"vda\" bus=\"virtio\"/>\n"
                    "  <target dev=\"tap0\"/>\n"
                    "</nodes>\n");
    assert_selected("//nosuch", true, "<nodes/>\n");
}

static void
no_match_is_nothing(void)
{
    assert_selected("//nosuch", false, "");
}

static void
refuses_what_is_no_expression_or_document(void)
{
    assert_refused(document, "//[", false);
    assert_refused(document, "//target/@dev", true);
    assert_refused("<domain>", "//name", false);
    assert_refused("", "//name", false);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/xpath/each_match_stands_at_the_margin",
                    each_match_stands_at_the_margin);
    g_test_add_func("/cli/xpath/text_and_attributes_are_matches_too",
                    text_and_attributes_are_matches_too);
    g_test_add_func("/cli/xpath/values_are_printed", values_are_printed);
    g_test_add_func("/cli/xpath/wrapped_matches_are_one_document",
                    wrapped_matches_are_one_document);
    g_test_add_func("/cli/xpath/no_match_is_nothing", no_match_is_nothing);
    g_test_add_func("/cli/xpath/refuses_what_is_no_expression_or_document",
                    refuses_what_is_no_expression_or_document);
    return g_test_run();
}
