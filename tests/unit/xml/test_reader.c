/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader: what outsiders send is bounded, and expands to nothing. */
#include "base/error.h"
#include "xml/reader.h"

#include <string.h>

static XmlDocument *
read_valid(const char *text)
{
    g_autoptr(GError) error = NULL;
    XmlDocument *document = reader_parse(text, "test", "a", &error);

    g_assert_no_error(error);
    g_assert_nonnull(document);
    return document;
}

/* Returns the message, for more to be asked of it. */
static char *
read_refused(const char *text, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(reader_parse(text, "test", "a", &error));
    g_assert_true(error_is(error, code));
    g_assert_null(strchr(error->message, '\n'));
    return g_strdup(error->message);
}

static void
malformed_text_is_refused_with_its_line(void)
{
    g_autofree char *message =
        read_refused("<a>\n\n<b></a>", VIR_ERR_XML_DETAIL);

    g_assert_nonnull(strstr(message, "line 3"));
    g_assert_nonnull(strstr(message, "test XML"));
}

static void
text_that_is_no_xml_is_refused(void)
{
    static const char *const texts[] = {
        "",         " ",          "a",        "<a",
        "<a/><b/>", "<a>&x;</a>", "<a\xff/>", "<a b='1' b='2'/>"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(read_refused(texts[i], VIR_ERR_XML_DETAIL));
}

static void
another_root_is_refused_by_name(void)
{
    g_autofree char *message = read_refused("<pool/>", VIR_ERR_XML_ERROR);
    g_autofree char *foreign =
        read_refused("<a xmlns='urn:x'/>", VIR_ERR_XML_ERROR);

    g_assert_nonnull(strstr(message, "<pool>"));
    g_assert_nonnull(strstr(message, "<a>"));
}

static void
document_types_are_refused(void)
{
    static const char *const texts[] = {
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/'>%x;]><a/>",
        "<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;'>"
        "<!ENTITY n '&m;&m;&m;&m;&m;&m;&m;&m;'>]><a>&n;</a>",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *message = read_refused(texts[i], VIR_ERR_XML_DETAIL);

        g_assert_nonnull(strstr(message, "document type"));
    }
}

/* <a><a>...</a></a>, @depth levels */
static char *
nested(unsigned depth)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < depth; i++)
        g_string_append(text, "<a>");
    for (unsigned i = 0; i < depth; i++)
        g_string_append(text, "</a>");
    return g_string_free(text, FALSE);
}

static void
nesting_is_bounded(void)
{
    g_autofree char *deepest = nested(READER_DEPTH);
    g_autofree char *too_deep = nested(READER_DEPTH + 1);
    g_autofree char *absurd = nested(100000);
    g_autoptr(XmlDocument) document = read_valid(deepest);
    g_autofree char *message = read_refused(too_deep, VIR_ERR_XML_DETAIL);

    g_assert_nonnull(strstr(message, "too deep"));
    g_free(read_refused(absurd, VIR_ERR_XML_DETAIL));
}

static void
size_is_bounded(void)
{
    g_autofree char *blanks = g_strnfill(READER_LIMIT, ' ');
    g_autofree char *text = g_strconcat("<a/>", blanks, NULL);
    g_autofree char *message = NULL;

    message = read_refused(text, VIR_ERR_XML_DETAIL);
    g_assert_nonnull(strstr(message, "larger than"));
}

static void
elements_are_visited_by_name_without_namespace(void)
{
    g_autoptr(XmlDocument) document =
        read_valid("<a xmlns:n='urn:n'><n:b/>text<b i='1'/><c/><b i='2'/></a>");
    xmlNode *root = reader_root(document);
    xmlNode *first = reader_first(root, "b");
    g_autofree char *one = reader_attribute(first, "i");
    xmlNode *second = reader_next(first, "b");
    g_autofree char *two = reader_attribute(second, "i");

    g_assert_cmpstr(one, ==, "1");
    g_assert_cmpstr(two, ==, "2");
    g_assert_null(reader_next(second, "b"));
    g_assert_cmpstr(reader_namespace(reader_first(root, NULL)), ==, "urn:n");
    g_assert_null(reader_namespace(first));
}

static void
texts_are_trimmed_copies(void)
{
    g_autoptr(XmlDocument) document =
        read_valid("<a><b>\n x y\t</b><c/><d><![CDATA[<]]>&amp;</d></a>");
    xmlNode *root = reader_root(document);
    g_autofree char *b = reader_child_text(root, "b");
    g_autofree char *c = reader_child_text(root, "c");
    g_autofree char *d = reader_child_text(root, "d");

    g_assert_cmpstr(b, ==, "x y");
    g_assert_cmpstr(c, ==, "");
    g_assert_cmpstr(d, ==, "<&");
    g_assert_null(reader_child_text(root, "e"));
}

static void
numbers_are_numbers_within_their_limit(void)
{
    static const char *const bad[] = {
        "11", "-1", " 1", "1 ", "0x1", "", "1.0", "99999999999999999999999"};
    g_autoptr(XmlDocument) document = read_valid("<a n='10' z='0'/>");
    xmlNode *root = reader_root(document);
    uint64_t value = 77;

    g_assert_true(reader_uint(root, "absent", 10, &value, NULL));
    g_assert_cmpuint(value, ==, 77);
    g_assert_true(reader_uint(root, "n", 10, &value, NULL));
    g_assert_cmpuint(value, ==, 10);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strdup_printf("<a n='%s'/>", bad[i]);
        g_autoptr(XmlDocument) other = read_valid(text);
        g_autoptr(GError) error = NULL;

        g_assert_false(
            reader_uint(reader_root(other), "n", 10, &value, &error));
        g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
        g_assert_nonnull(strstr(error->message, "<a n='"));
    }
    g_assert_cmpuint(value, ==, 10);
}

static void
choices_list_the_words_they_know(void)
{
    static const char *const words[] = {"on", "off", NULL};
    g_autoptr(XmlDocument) document = read_valid("<a s='off' t='maybe'/>");
    xmlNode *root = reader_root(document);
    g_autoptr(GError) error = NULL;
    int index = -1;

    g_assert_true(reader_choice(root, "absent", words, &index, NULL));
    g_assert_cmpint(index, ==, -1);
    g_assert_true(reader_choice(root, "s", words, &index, NULL));
    g_assert_cmpint(index, ==, 1);
    g_assert_false(reader_choice(root, "t", words, &index, &error));
    g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
    g_assert_cmpstr(error->message, ==,
                    "<a t='maybe'>: expected one of 'on', 'off'");
}

static void
a_mark_is_yes_or_no(void)
{
    g_autoptr(XmlDocument) document = read_valid("<a x='yes' y='no' z='1'/>");
    xmlNode *root = reader_root(document);
    g_autoptr(GError) error = NULL;
    bool value = false;

    g_assert_true(reader_yes(root, "x", &value, NULL));
    g_assert_true(value);
    g_assert_true(reader_yes(root, "y", &value, NULL));
    g_assert_false(value);
    value = true;
    g_assert_true(reader_yes(root, "absent", &value, NULL));
    g_assert_false(value);
    g_assert_false(reader_yes(root, "z", &value, &error));
    g_assert_cmpstr(error->message, ==,
                    "<a z='1'>: expected one of 'no', 'yes'");
}

static void
unknown_attributes_and_elements_are_named(void)
{
    static const char *const attributes[] = {"x", NULL};
    static const char *const children[] = {"b", NULL};
    g_autoptr(XmlDocument) document = read_valid("<a x='1'><b/></a>");
    g_autoptr(XmlDocument) more =
        read_valid("<a x='1'><b/><n:b xmlns:n='u'/></a>");
    g_autoptr(GError) error = NULL;

    g_assert_true(
        reader_only(reader_root(document), attributes, children, NULL));
    g_assert_false(reader_only(reader_root(document), NULL, children, &error));
    g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
    g_assert_nonnull(strstr(error->message, "<a x='1'>"));
    g_assert_false(reader_only(reader_root(document), attributes, NULL, NULL));
    g_assert_false(reader_only(reader_root(more), attributes, children, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/reader/malformed_text_is_refused_with_its_line",
                    malformed_text_is_refused_with_its_line);
    g_test_add_func("/xml/reader/text_that_is_no_xml_is_refused",
                    text_that_is_no_xml_is_refused);
    g_test_add_func("/xml/reader/another_root_is_refused_by_name",
                    another_root_is_refused_by_name);
    g_test_add_func("/xml/reader/document_types_are_refused",
                    document_types_are_refused);
    g_test_add_func("/xml/reader/nesting_is_bounded", nesting_is_bounded);
    g_test_add_func("/xml/reader/size_is_bounded", size_is_bounded);
    g_test_add_func("/xml/reader/elements_are_visited_by_name",
                    elements_are_visited_by_name_without_namespace);
    g_test_add_func("/xml/reader/texts_are_trimmed_copies",
                    texts_are_trimmed_copies);
    g_test_add_func("/xml/reader/numbers_are_numbers_within_their_limit",
                    numbers_are_numbers_within_their_limit);
    g_test_add_func("/xml/reader/choices_list_the_words_they_know",
                    choices_list_the_words_they_know);
    g_test_add_func("/xml/reader/a_mark_is_yes_or_no", a_mark_is_yes_or_no);
    g_test_add_func("/xml/reader/unknown_attributes_and_elements_are_named",
                    unknown_attributes_and_elements_are_named);
    return g_test_run();
}
