/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "model/checkpoint.h"
#include "xml/moment/moment_xml.h"

#include <string.h>

static void
a_moment_needs_to_say_when_it_was(void)
{
    static const struct {
        const char *text;
        int code;
        const char *message;
    } cases[] = {
        {"<m/>", VIR_ERR_XML_ERROR,
         "a checkpoint that is redefined needs its <creationTime>; it stands "
         "in the XML that was dumped"},
        {"<m><creationTime/></m>", VIR_ERR_XML_INVALID_SCHEMA,
         "<creationTime> is '', not a number of seconds"},
        {"<m><creationTime>-1</creationTime></m>", VIR_ERR_XML_INVALID_SCHEMA,
         "<creationTime> is '-1', not a number of seconds"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(XmlDocument) document =
            reader_parse(cases[i].text, "moment", "m", NULL);
        g_autoptr(GError) error = NULL;
        int64_t seconds = 7;

        g_assert_false(moment_xml_parse_creation_time(
            reader_root(document), "checkpoint", &seconds, &error));
        g_assert_true(error_is(error, cases[i].code));
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpint(seconds, ==, 7);
    }
}

static void
a_parent_is_one_name_that_the_kind_allows(void)
{
    static const struct {
        const char *text;
        int code; /* 0: taken */
    } cases[] = {
        {"<m/>", 0},
        {"<m><parent><name>one</name></parent></m>", 0},
        {"<m><parent/></m>", VIR_ERR_XML_INVALID_SCHEMA},
        {"<m><parent><name>a</name><name>b</name></parent></m>",
         VIR_ERR_XML_INVALID_SCHEMA},
        {"<m><parent><uuid/></parent></m>", VIR_ERR_XML_INVALID_SCHEMA},
        {"<m><parent><name>../one</name></parent></m>", VIR_ERR_XML_ERROR},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(XmlDocument) document =
            reader_parse(cases[i].text, "moment", "m", NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *name = NULL;

        g_assert_cmpint(moment_xml_parse_parent(reader_root(document),
                                                checkpoint_name_check, &name,
                                                &error),
                        ==, cases[i].code == 0);
        g_assert_cmpstr(name, ==, i == 1 ? "one" : NULL);
        if (cases[i].code != 0)
            g_assert_true(error_is(error, cases[i].code));
    }
}

static char *
write_machine(const char *text, bool is_secure)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "m");
    moment_xml_write_history(writer, text ? "one" : NULL, text ? 12 : -1);
    moment_xml_write_domain(writer, "machine", text, is_secure);
    writer_close(writer);
    return writer_finish(writer);
}

static void
a_machine_is_shown_without_its_passwords(void)
{
    static const char machine[] =
        "<domain><devices><graphics passwd='p' passwdValidTo='t' port='1'/>"
        "<graphics/></devices></domain>";
    g_autofree char *public = write_machine(machine, false);
    g_autofree char *secure = write_machine(machine, true);

    g_assert_cmpstr(public, ==,
                    "<m>\n  <parent>\n    <name>one</name>\n  </parent>\n"
                    "  <creationTime>12</creationTime>\n"
                    "  <machine>\n    <devices>\n      <graphics port='1'/>\n"
                    "      <graphics/>\n    </devices>\n  </machine>\n</m>\n");
    g_assert_nonnull(strstr(secure, "passwd='p' passwdValidTo='t'"));
}

/* A record can be damaged; nothing of it must show that cannot be judged. */
static void
a_machine_that_cannot_be_read_is_not_shown(void)
{
    g_autofree char *torn = write_machine("<domain passwd='p'", true);
    g_autofree char *none = write_machine(NULL, true);

    g_assert_null(strstr(torn, "machine"));
    g_assert_cmpstr(none, ==, "<m/>\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/moment-xml/a moment needs to say when it was",
                    a_moment_needs_to_say_when_it_was);
    g_test_add_func("/moment-xml/a parent is one name that the kind allows",
                    a_parent_is_one_name_that_the_kind_allows);
    g_test_add_func("/moment-xml/a machine is shown without its passwords",
                    a_machine_is_shown_without_its_passwords);
    g_test_add_func("/moment-xml/a machine that cannot be read is not shown",
                    a_machine_that_cannot_be_read_is_not_shown);
    return g_test_run();
}
