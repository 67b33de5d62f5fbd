/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The helpers of all parts: what they refuse, and with which code. */
#include "xml/domain_parts.h"

#include "base/error.h"

#include <string.h>

static XmlDocument *
document(const char *text)
{
    XmlDocument *doc = reader_parse(text, "test", "a", NULL);

    g_assert_nonnull(doc);
    return doc;
}

static void
unknown_children_are_refused_by_name(void)
{
    static const char *const known[] = {"b", "*c", "urn:n d", NULL};
    g_autoptr(XmlDocument) good =
        document("<a xmlns:n='urn:n'><b/><c/><c/><n:d/></a>");
    static const char *const bad[] = {
        "<a><x/></a>", "<a><n:b xmlns:n='urn:n'/></a>",
        "<a><d/></a>", "<a><n:d xmlns:n='urn:other'/></a>",
        "<a y='1'/>",
    };

    g_assert_true(part_only(reader_root(good), NULL, known, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(XmlDocument) doc = document(bad[i]);
        g_autoptr(GError) error = NULL;

        g_assert_false(part_only(reader_root(doc), NULL, known, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    }
}

static void
second_of_a_single_child_is_refused(void)
{
    static const char *const known[] = {"b", NULL};
    g_autoptr(XmlDocument) doc = document("<a><b/><b/></a>");
    g_autoptr(GError) error = NULL;

    g_assert_false(part_only(reader_root(doc), NULL, known, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_XML_ERROR);
}

static void
words_we_cannot_do_are_unsupported(void)
{
    static const char *const words[] = {"default", "one", NULL};
    g_autoptr(XmlDocument) doc =
        document("<a good='one' plain='default' bad='two'/>");
    xmlNode *root = reader_root(doc);
    g_autofree char *word = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(part_word(root, "plain", words, &word, NULL));
    g_assert_null(word);
    g_assert_true(part_word(root, "good", words, &word, NULL));
    g_assert_cmpstr(word, ==, "one");
    g_assert_false(part_word(root, "bad", words, &word, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_cmpstr(error->message, ==,
                    "<a bad='two'> is not supported, only 'default', 'one'");
    g_assert_cmpstr(word, ==, "one");
}

static void
paths_are_absolute_and_printable(void)
{
    static const char *const bad[] = {"",         "a",     "./a",   "json:{}",
                                      "nbd://h/", "/a\nb", "/a\tb", "/\x7f"};
    g_autofree char *long_path = g_strnfill(5000, '/');

    g_assert_true(part_check_path("/a b,c=%", "x", NULL));
    g_assert_true(part_check_path("/\xc3\xbc", "x", NULL));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(part_check_path(bad[i], "x", NULL));
    g_assert_false(part_check_path(long_path, "x", NULL));
}

static void
names_cannot_add_options(void)
{
    static const char *const bad[] = {"",    "a,b", "a=b",      "a b",
                                      "a/b", "a\n", "\xc3\xbc", "123456789"};

    g_assert_true(part_check_name("br-0.1_x", "x", 8, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(part_check_name(bad[i], "x", 8, NULL));
}

static void
pci_addresses_are_read_in_both_bases(void)
{
    g_autoptr(XmlDocument) doc = document(
        "<a><address type='pci' bus='0x0a' slot='31' function='0x7'/></a>");
    PciAddress address = {0};

    g_assert_true(part_pci(reader_root(doc), &address, NULL));
    g_assert_true(address.is_set);
    g_assert_cmpuint(address.bus, ==, 10);
    g_assert_cmpuint(address.slot, ==, 31);
    g_assert_cmpuint(address.function, ==, 7);
    g_assert_cmpint(address.multifunction, ==, SWITCH_DEFAULT);
}

static void
pci_addresses_out_of_range_are_refused(void)
{
    static const char *const bad[] = {
        "<a><address type='pci' domain='1'/></a>",
        "<a><address type='pci' bus='256'/></a>",
        "<a><address type='pci' slot='0x20'/></a>",
        "<a><address type='pci' function='8'/></a>",
        "<a><address type='pci' slot='0x'/></a>",
        "<a><address type='pci' slot='-1'/></a>",
        "<a><address type='drive'/></a>",
        "<a><address/></a>",
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(XmlDocument) doc = document(bad[i]);
        g_autoptr(GError) error = NULL;
        PciAddress address = {0};

        g_assert_false(part_pci(reader_root(doc), &address, &error));
        g_assert_nonnull(error);
        g_assert_false(address.is_set);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/domain_parts/unknown_children_are_refused_by_name",
                    unknown_children_are_refused_by_name);
    g_test_add_func("/xml/domain_parts/second_of_a_single_child_is_refused",
                    second_of_a_single_child_is_refused);
    g_test_add_func("/xml/domain_parts/words_we_cannot_do_are_unsupported",
                    words_we_cannot_do_are_unsupported);
    g_test_add_func("/xml/domain_parts/paths_are_absolute_and_printable",
                    paths_are_absolute_and_printable);
    g_test_add_func("/xml/domain_parts/names_cannot_add_options",
                    names_cannot_add_options);
    g_test_add_func("/xml/domain_parts/pci_addresses_are_read_in_both_bases",
                    pci_addresses_are_read_in_both_bases);
    g_test_add_func("/xml/domain_parts/pci_addresses_out_of_range_are_refused",
                    pci_addresses_out_of_range_are_refused);
    return g_test_run();
}
