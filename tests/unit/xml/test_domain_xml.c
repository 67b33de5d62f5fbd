/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domain> documents by golden files, and what running adds to them.
 *
 * in/NAME.xml is read and must be written as out/NAME.xml, which must be read
 * and written as itself.  invalid/NAME.xml is refused with what stands in
 * invalid/NAME.err: the code, a blank, the message.
 * STRANDLINE_TEST_REGENERATE=1 rewrites out/ and *.err; review the difference.
 */
#include "domain_data.h"
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"

#include <string.h>

static const DomainFormatFlags definition =
    DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;

static DomainDef *
parse_valid(const char *text)
{
    g_autoptr(GError) error = NULL;
    DomainDef *def = domain_xml_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(def);
    return def;
}

static void
is_written_as_its_golden_file(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = data_read("in", file);
    g_autoptr(DomainDef) def = parse_valid(text);
    g_autofree char *written = domain_xml_format(def, definition);
    g_autoptr(DomainDef) again = parse_valid(written);
    g_autofree char *rewritten = domain_xml_format(again, definition);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_autofree char *of_copy = domain_xml_format(copy, definition);

    data_check("out", file, written);
    g_assert_cmpstr(rewritten, ==, written);
    g_assert_cmpstr(of_copy, ==, written);
}

static void
is_refused_with_its_message(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = data_read("invalid", file);
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".xml"));
    g_autofree char *result_file = g_strconcat(stem, ".err", NULL);
    g_autofree char *result = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(domain_xml_parse(text, &error));
    g_assert_nonnull(error);
    g_assert_true(error->domain == STRANDLINE_ERROR);
    result = g_strdup_printf("%d %s\n", error->code, error->message);
    data_check("invalid", result_file, result);
}

static void
add_golden_tests(const GPtrArray *names, const char *folder,
                 GTestDataFunc function)
{
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_strdup_printf("/xml/domain_xml/%s/%s", folder,
                                                (const char *)names->pdata[i]);

        g_test_add_data_func(path, names->pdata[i], function);
    }
}

static void
missing_uuids_are_made_and_differ(void)
{
    g_autoptr(DomainDef) one = domain_with_devices("");
    g_autoptr(DomainDef) two = domain_with_devices("");

    g_assert_cmpint(memcmp(one->uuid, two->uuid, sizeof(one->uuid)), !=, 0);
    g_assert_cmpint(one->uuid[6] >> 4, ==, 4); /* a random one says so */
}

/* id, an alias, and a definition made of the live document */
static void
run_time_values_stay_out_of_a_definition(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file'><source file='/a'/><target dev='vda'/></disk>");
    DiskDef *disk = def->disks->pdata[0];
    g_autofree char *live = NULL;
    g_autofree char *inactive = NULL;
    g_autoptr(DomainDef) again = NULL;

    def->id = 7;
    disk->alias = g_strdup("virtio-disk0");
    live = domain_xml_format(def, 0);
    inactive = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    g_assert_nonnull(strstr(live, "<domain type='qemu' id='7'>"));
    g_assert_nonnull(strstr(live, "<alias name='virtio-disk0'/>"));
    g_assert_null(strstr(inactive, " id="));
    g_assert_null(strstr(inactive, "alias"));

    again = parse_valid(live);
    g_assert_cmpint(again->id, ==, -1);
    disk = again->disks->pdata[0];
    g_assert_null(disk->alias);
}

static void
status_keeps_run_time_values_and_secrets(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file'><source file='/a'/><target dev='vda'/></disk>"
        "<graphics type='vnc' passwd='secret'/>");
    DiskDef *disk = def->disks->pdata[0];
    DomainGraphics *graphics;
    g_autofree char *status = NULL;
    g_autofree char *rewritten = NULL;
    g_autoptr(DomainDef) again = NULL;
    g_autoptr(GError) error = NULL;

    def->id = 7;
    disk->alias = g_strdup("virtio-disk0");
    status = domain_xml_format(def, DOMAIN_FORMAT_STATUS);
    again = domain_xml_parse_status(status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(again->id, ==, 7);
    disk = again->disks->pdata[0];
    g_assert_cmpstr(disk->alias, ==, "virtio-disk0");
    graphics = again->devices->graphics->pdata[0];
    g_assert_cmpstr(graphics->password, ==, "secret");
    rewritten = domain_xml_format(again, DOMAIN_FORMAT_STATUS);
    g_assert_cmpstr(rewritten, ==, status);
}

static void
copy_tells_no_chain_from_an_unknown_one(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file'><source file='/a'/><target dev='vda'/></disk>"
        "<disk type='file'><source file='/b'/><backingStore/>"
        "<target dev='vdb'/></disk>");
    g_autoptr(DomainDef) copy = domain_def_copy(def);

    g_assert_null(domain_def_find_disk(copy, "vda")->backing);
    g_assert_nonnull(domain_def_find_disk(copy, "vdb")->backing);
}

/* As large as may be: written within others, it can still be read. */
static void
size_of_a_definition_is_bounded(void)
{
    g_autofree char *filler = g_strnfill(READER_LIMIT / 4, 'x');
    g_autofree char *body = NULL;
    g_autofree char *message = NULL;
    GString *nested = g_string_new("<metadata>");

    body = g_strdup_printf("<metadata>%s</metadata>", filler);
    message = refusal_of_body(body, VIR_ERR_XML_ERROR);
    g_assert_nonnull(strstr(message, "limit"));

    /* small as it came, large when it is indented */
    for (int i = 0; i < 40; i++)
        g_string_append(nested, "<a>");
    for (int i = 0; i < 80000; i++)
        g_string_append(nested, "<b/>");
    for (int i = 0; i < 40; i++)
        g_string_append(nested, "</a>");
    g_string_append(nested, "</metadata>");
    g_free(refusal_of_body(nested->str, VIR_ERR_XML_ERROR));
    g_string_free(nested, TRUE);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) valid = data_list("in");
    g_autoptr(GPtrArray) invalid = data_list("invalid");

    g_test_init(&argc, &argv, NULL);
    add_golden_tests(valid, "in", is_written_as_its_golden_file);
    add_golden_tests(invalid, "invalid", is_refused_with_its_message);
    g_test_add_func("/xml/domain_xml/missing_uuids_are_made_and_differ",
                    missing_uuids_are_made_and_differ);
    g_test_add_func("/xml/domain_xml/run_time_values_stay_out_of_a_definition",
                    run_time_values_stay_out_of_a_definition);
    g_test_add_func("/xml/domain_xml/status_keeps_run_time_values_and_secrets",
                    status_keeps_run_time_values_and_secrets);
    g_test_add_func("/xml/domain_xml/copy_tells_no_chain_from_an_unknown_one",
                    copy_tells_no_chain_from_an_unknown_one);
    g_test_add_func("/xml/domain_xml/size_of_a_definition_is_bounded",
                    size_of_a_definition_is_bounded);
    return g_test_run();
}
