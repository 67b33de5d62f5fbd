/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "xml/record/record_xml.h"

static void
a_record_holds_its_document(void)
{
    g_autoptr(XmlDocument) document =
        reader_parse("<r version='1'><note/><inner/></r>", "record", "r", NULL);
    g_autoptr(GError) error = NULL;
    xmlNode *inner = record_xml_open(reader_root(document), 1, "inner", &error);

    g_assert_no_error(error);
    g_assert_cmpstr(reader_name(inner), ==, "inner");
}

static void
other_records_are_refused(void)
{
    static const struct {
        const char *text;
        int code;
        const char *message;
    } cases[] = {
        {"<r version='2'><inner/></r>", VIR_ERR_OPERATION_UNSUPPORTED,
         "the record has version 2, and this program knows 1; use the program "
         "that wrote it"},
        {"<r><inner/></r>", VIR_ERR_OPERATION_UNSUPPORTED,
         "the record has version 0, and this program knows 1; use the program "
         "that wrote it"},
        {"<r version='1'/>", VIR_ERR_XML_ERROR, "the record has no <inner>"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(XmlDocument) document =
            reader_parse(cases[i].text, "record", "r", NULL);
        g_autoptr(GError) error = NULL;

        g_assert_null(
            record_xml_open(reader_root(document), 1, "inner", &error));
        g_assert_true(error_is(error, cases[i].code));
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/record_xml/a_record_holds_its_document",
                    a_record_holds_its_document);
    g_test_add_func("/xml/record_xml/other_records_are_refused",
                    other_records_are_refused);
    return g_test_run();
}
