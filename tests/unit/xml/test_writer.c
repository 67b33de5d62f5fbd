/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer: libvirt's layout, and values that cannot break out of it. */
#include "xml/writer.h"

#include "xml/reader.h"

static void
lays_out_two_blanks_a_level(void)
{
    g_autoptr(Writer) writer = writer_new();
    g_autofree char *text = NULL;

    writer_open(writer, "disk");
    writer_attribute(writer, "type", "file");
    writer_attribute(writer, "absent", NULL);
    writer_open(writer, "source");
    writer_attribute_uint(writer, "index", 7);
    writer_close(writer);
    writer_element(writer, "serial", "x");
    writer_element(writer, "none", NULL);
    writer_element_uint(writer, "size", UINT64_MAX);
    writer_open(writer, "memory");
    writer_attribute_format(writer, "unit", "%s", "KiB");
    writer_text(writer, "1024");
    writer_close(writer);
    writer_close(writer);
    text = writer_finish(writer);
    g_assert_cmpstr(text, ==,
                    "<disk type='file'>\n"
                    "  <source index='7'/>\n"
                    "  <serial>x</serial>\n"
                    "  <size>18446744073709551615</size>\n"
                    "  <memory unit='KiB'>1024</memory>\n"
                    "</disk>\n");
}

static void
values_read_back_as_they_were_given(void)
{
    static const char value[] = "a<b>&'\"\t\n\r ,=% \xc3\xbc";
    g_autoptr(Writer) writer = writer_new();
    g_autoptr(XmlDocument) document = NULL;
    g_autofree char *text = NULL;
    g_autofree char *attribute = NULL;
    g_autofree char *child = NULL;

    writer_open(writer, "a");
    writer_attribute(writer, "v", value);
    writer_element(writer, "t", "<]]>&\r'\" x");
    writer_close(writer);
    text = writer_finish(writer);
    document = reader_parse(text, "test", "a", NULL);
    g_assert_nonnull(document);
    attribute = reader_attribute(reader_root(document), "v");
    g_assert_cmpstr(attribute, ==, value);
    child = reader_child_text(reader_root(document), "t");
    g_assert_cmpstr(child, ==, "<]]>&\r'\" x");
}

static void
what_xml_cannot_hold_becomes_a_replacement(void)
{
    g_autoptr(Writer) writer = writer_new();
    g_autofree char *text = NULL;

    writer_open(writer, "a");
    writer_attribute(writer, "v", "x\x01y\xffz");
    writer_close(writer);
    text = writer_finish(writer);
    g_assert_cmpstr(text, ==, "<a v='x\xef\xbf\xbdy\xef\xbf\xbdz'/>\n");
}

static void
empty_text_leaves_an_empty_element(void)
{
    g_autoptr(Writer) writer = writer_new();
    g_autofree char *text = NULL;

    writer_element(writer, "a", "");
    text = writer_finish(writer);
    g_assert_cmpstr(text, ==, "<a/>\n");
}

static void
raw_fragment_is_indented_to_its_place(void)
{
    g_autoptr(Writer) writer = writer_new();
    g_autofree char *text = NULL;

    writer_open(writer, "outer");
    writer_raw(writer, "<m><n a='1'>x\ny</n><o/></m>\n");
    writer_close(writer);
    text = writer_finish(writer);
    g_assert_cmpstr(text, ==,
                    "<outer>\n"
                    "  <m>\n"
                    "    <n a='1'>x\ny</n>\n"
                    "    <o/>\n"
                    "  </m>\n"
                    "</outer>\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/writer/lays_out_two_blanks_a_level",
                    lays_out_two_blanks_a_level);
    g_test_add_func("/xml/writer/values_read_back_as_they_were_given",
                    values_read_back_as_they_were_given);
    g_test_add_func("/xml/writer/what_xml_cannot_hold_becomes_a_replacement",
                    what_xml_cannot_hold_becomes_a_replacement);
    g_test_add_func("/xml/writer/empty_text_leaves_an_empty_element",
                    empty_text_leaves_an_empty_element);
    g_test_add_func("/xml/writer/raw_fragment_is_indented_to_its_place",
                    raw_fragment_is_indented_to_its_place);
    return g_test_run();
}
