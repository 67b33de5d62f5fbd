/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "xml/checkpoint_xml.h"

#define DOMAIN                                                \
    "<domain type='qemu'><name>web</name>"                    \
    "<uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>"       \
    "<devices><graphics type='vnc' port='1' passwd='secret' " \
    "passwdValidTo='2026-01-01T00:00:00'/></devices></domain>"

#define FULL                                               \
    "<domaincheckpoint><disks><disk name='vda' size='5'/>" \
    "<disk checkpoint='no' name='vdb'/></disks>" DOMAIN    \
    "<creationTime>12</creationTime><name>c2</name>"       \
    "<parent><name>c1</name></parent>"                     \
    "<description>a &lt; b</description></domaincheckpoint>"

static CheckpointDef *
parse(const char *text, bool is_redefine)
{
    g_autoptr(GError) error = NULL;
    CheckpointDef *def = checkpoint_xml_parse(text, is_redefine, &error);

    g_assert_no_error(error);
    return def;
}

static void
assert_refused(const char *text, bool is_redefine, int code, const char *what)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CheckpointDef) def =
        checkpoint_xml_parse(text, is_redefine, &error);

    g_assert_null(def);
    g_assert_error(error, STRANDLINE_ERROR, code);
    if (!strstr(error->message, what))
        g_error("'%s' does not name \"%s\"", error->message, what);
}

static void
empty_document_leaves_everything_open(void)
{
    g_autoptr(CheckpointDef) def = parse("<domaincheckpoint/>", false);

    g_assert_null(def->name);
    g_assert_null(def->disks);
    g_assert_cmpint(def->creation_time, ==, -1);
}

static void
creation_ignores_what_the_driver_knows_better(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, false);

    g_assert_cmpstr(def->name, ==, "c2");
    g_assert_cmpstr(def->description, ==, "a < b");
    g_assert_null(def->parent);
    g_assert_null(def->domain);
    g_assert_cmpint(def->creation_time, ==, -1);
    g_assert_true(checkpoint_def_find_disk(def, "vda")->is_tracked);
    g_assert_false(checkpoint_def_find_disk(def, "vda")->has_size);
    g_assert_false(checkpoint_def_find_disk(def, "vdb")->is_tracked);
}

static void
redefinition_reads_the_history(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, true);
    unsigned char uuid[DOMAIN_UUID_SIZE];

    g_assert_cmpstr(def->parent, ==, "c1");
    g_assert_cmpint(def->creation_time, ==, 12);
    g_assert_true(checkpoint_xml_domain_uuid(def->domain->text, uuid, NULL));
    g_assert_cmpint(uuid[0], ==, 0xc7);
}

static void
redefinition_needs_name_and_time(void)
{
    assert_refused("<domaincheckpoint><creationTime>1</creationTime>"
                   "</domaincheckpoint>",
                   true, VIR_ERR_XML_ERROR, "<name>");
    assert_refused("<domaincheckpoint><name>a</name></domaincheckpoint>", true,
                   VIR_ERR_XML_ERROR, "<creationTime>");
    assert_refused("<domaincheckpoint><name>a</name><creationTime>soon"
                   "</creationTime></domaincheckpoint>",
                   true, VIR_ERR_XML_INVALID_SCHEMA, "'soon'");
    assert_refused("<domaincheckpoint><name>a</name><creationTime>1"
                   "</creationTime><parent/></domaincheckpoint>",
                   true, VIR_ERR_XML_INVALID_SCHEMA, "<parent>");
}

static void
output_is_in_the_documented_order(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, true);
    g_autofree char *text = NULL;
    CheckpointDisk *disk = checkpoint_def_find_disk(def, "vda");

    disk->bitmap = g_strdup("c2");
    disk->has_size = true;
    disk->size = 65536;
    text = checkpoint_xml_format(def, VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN |
                                          VIR_DOMAIN_CHECKPOINT_XML_SIZE);
    g_assert_cmpstr(text, ==,
                    "<domaincheckpoint>\n"
                    "  <name>c2</name>\n"
                    "  <description>a &lt; b</description>\n"
                    "  <parent>\n"
                    "    <name>c1</name>\n"
                    "  </parent>\n"
                    "  <creationTime>12</creationTime>\n"
                    "  <disks>\n"
                    "    <disk name='vda' checkpoint='bitmap' bitmap='c2' "
                    "size='65536'/>\n"
                    "    <disk name='vdb' checkpoint='no'/>\n"
                    "  </disks>\n"
                    "</domaincheckpoint>\n");
}

static void
passwords_are_shown_only_on_request(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, true);
    g_autofree char *public = checkpoint_xml_format(def, 0);
    g_autofree char *secure =
        checkpoint_xml_format(def, VIR_DOMAIN_CHECKPOINT_XML_SECURE);

    g_assert_nonnull(strstr(public, "<graphics type='vnc' port='1'/>"));
    g_assert_null(strstr(public, "passwd"));
    g_assert_nonnull(strstr(secure, "passwd='secret'"));
}

/* Whoever asked before: it is kept for the next, and for those that share the
 * domain. */
static void
what_readers_see_does_not_depend_on_who_asked_before(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, true);
    g_autoptr(CheckpointDef) other = checkpoint_def_copy(def);
    g_autofree char *first = checkpoint_xml_format(def, 0);
    g_autofree char *secure =
        checkpoint_xml_format(other, VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    g_autofree char *again = checkpoint_xml_format(other, 0);

    g_assert_nonnull(strstr(secure, "passwd='secret'"));
    g_assert_cmpstr(again, ==, first);
}

static void
a_domain_that_cannot_be_read_is_not_shown(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, true);
    g_autofree char *text = NULL;

    domain_text_unref(def->domain);
    def->domain = domain_text_new(g_strdup("<domain passwd='secret'>"));
    text = checkpoint_xml_format(def, 0);
    g_assert_null(strstr(text, "<domain "));
    g_assert_null(strstr(text, "secret"));
}

static void
output_is_accepted_again(void)
{
    g_autoptr(CheckpointDef) def = parse(FULL, true);
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    g_autoptr(CheckpointDef) again = NULL;

    checkpoint_def_find_disk(def, "vda")->bitmap = g_strdup("c2");
    once = checkpoint_xml_format(def, VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    again = parse(once, true);
    twice = checkpoint_xml_format(again, VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    g_assert_cmpstr(once, ==, twice);
}

static void
breaches_are_named(void)
{
#define IN(inner) "<domaincheckpoint>" inner "</domaincheckpoint>"
    assert_refused("<domaincheckpoint>", false, VIR_ERR_XML_DETAIL, "");
    assert_refused("", false, VIR_ERR_XML_DETAIL, "empty");
    assert_refused("<domainbackup/>", false, VIR_ERR_XML_ERROR,
                   "<domainbackup>");
    assert_refused(IN("<current>1</current>"), false,
                   VIR_ERR_XML_INVALID_SCHEMA, "<current>");
    assert_refused(IN("<name>a</name><name>b</name>"), false,
                   VIR_ERR_XML_INVALID_SCHEMA, "more than one <name>");
    assert_refused(IN("<name>a b</name>"), false, VIR_ERR_XML_INVALID_SCHEMA,
                   "'a b'");
    assert_refused(IN("<name>../x</name>"), false, VIR_ERR_XML_ERROR, "'../x'");
    assert_refused(IN("<disks/>"), false, VIR_ERR_XML_INVALID_SCHEMA,
                   "<disks>");
    assert_refused(IN("<disks><disk/></disks>"), false,
                   VIR_ERR_XML_INVALID_SCHEMA, "'name'");
    assert_refused(IN("<disks><disk name='vda' checkpoint='yes'/></disks>"),
                   false, VIR_ERR_XML_INVALID_SCHEMA, "'yes'");
    assert_refused(IN("<disks><disk name='vda' exportname='x'/></disks>"),
                   false, VIR_ERR_XML_INVALID_SCHEMA, "exportname='x'");
    assert_refused(IN("<disks><disk name='vda' checkpoint='no' bitmap='b'/>"
                      "</disks>"),
                   false, VIR_ERR_XML_INVALID_SCHEMA, "'bitmap'");
    assert_refused(IN("<disks><disk name='vda' bitmap=':size'/></disks>"),
                   false, VIR_ERR_XML_INVALID_SCHEMA, "':size'");
#undef IN
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/xml/checkpoint_xml/" #test, test)
    ADD(empty_document_leaves_everything_open);
    ADD(creation_ignores_what_the_driver_knows_better);
    ADD(redefinition_reads_the_history);
    ADD(redefinition_needs_name_and_time);
    ADD(output_is_in_the_documented_order);
    ADD(passwords_are_shown_only_on_request);
    ADD(what_readers_see_does_not_depend_on_who_asked_before);
    ADD(a_domain_that_cannot_be_read_is_not_shown);
    ADD(output_is_accepted_again);
    ADD(breaches_are_named);
#undef ADD
    return g_test_run();
}
