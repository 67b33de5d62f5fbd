/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domaincheckpoint> documents by golden files, held against a fixed domain.
 *
 *     vda, vdb  qcow2     vdc  raw     vdd  read-only     sda  no medium
 *
 * in/NAME.xml is read, aligned, and must be written as out/NAME.xml, which is
 * read again as a redefinition and written as itself; invalid/NAME.xml is
 * refused with what stands in invalid/NAME.err.  A name that begins with
 * "redefine-" is read as a redefinition from the start.
 * STRANDLINE_TEST_REGENERATE=1 rewrites out/ and *.err; review the difference.
 */
#include "base/error.h"
#include "disk_fixture.h"
#include "golden.h"
#include "model/checkpoint_align.h"
#include "xml/checkpoint_xml.h"

#include <string.h>

static const unsigned everything =
    VIR_DOMAIN_CHECKPOINT_XML_SECURE | VIR_DOMAIN_CHECKPOINT_XML_SIZE;

static char *
data_path(const char *folder, const char *file)
{
    return g_build_filename(g_getenv("STRANDLINE_TEST_DATA"), "xml/checkpoint",
                            folder, file, NULL);
}

static char *
read_data(const char *folder, const char *file)
{
    g_autofree char *path = data_path(folder, file);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static void
check_golden(const char *folder, const char *file, const char *text)
{
    g_autofree char *path = data_path(folder, file);

    golden_check(path, text);
}

static DomainDef *
five_disks(bool has_raw)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    fixture_add_disk(domain, "vda", "/images/a.qcow2", IMAGE_FORMAT_QCOW2);
    fixture_add_disk(domain, "vdb", "/images/b & c.qcow2", IMAGE_FORMAT_QCOW2);
    if (has_raw)
        fixture_add_disk(domain, "vdc", "/images/c.raw", IMAGE_FORMAT_RAW);
    fixture_add_disk(domain, "vdd", "/images/d.qcow2", IMAGE_FORMAT_QCOW2)
        ->is_readonly = true;
    fixture_add_disk(domain, "sda", NULL, IMAGE_FORMAT_RAW)->device =
        DISK_DEVICE_CDROM;
    return domain;
}

/* What a driver does with a document that makes a checkpoint. */
static CheckpointDef *
create(const char *text, GError **error)
{
    g_autoptr(CheckpointDef) def = checkpoint_xml_parse(text, false, error);
    /* Without a list the raw disk would be asked for, and refused. */
    g_autoptr(DomainDef) domain = five_disks(def && def->disks);

    if (!def)
        return NULL;
    def->creation_time = 1700000000;
    if (!def->name)
        def->name = g_strdup("1700000000");
    return checkpoint_align(def, domain, error) ? g_steal_pointer(&def) : NULL;
}

static CheckpointDef *
redefine(const char *text, GError **error)
{
    g_autoptr(CheckpointDef) def = checkpoint_xml_parse(text, true, error);
    g_autoptr(DomainDef) domain = five_disks(true);

    if (!def || !checkpoint_align_redefined(def, domain, error))
        return NULL;
    return g_steal_pointer(&def);
}

static CheckpointDef *
read_as_named(const char *file, const char *text, GError **error)
{
    return g_str_has_prefix(file, "redefine-") ? redefine(text, error)
                                               : create(text, error);
}

static void
is_written_as_its_golden_file(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = read_data("in", file);
    g_autoptr(GError) error = NULL;
    g_autoptr(CheckpointDef) def = read_as_named(file, text, &error);
    g_autoptr(CheckpointDef) again = NULL;
    g_autofree char *written = NULL;
    g_autofree char *rewritten = NULL;

    g_assert_no_error(error);
    written = checkpoint_xml_format(def, everything);
    check_golden("out", file, written);
    again = redefine(written, &error);
    g_assert_no_error(error);
    rewritten = checkpoint_xml_format(again, everything);
    g_assert_cmpstr(rewritten, ==, written);
}

static void
is_refused_with_its_message(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = read_data("invalid", file);
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".xml"));
    g_autofree char *result_file = g_strconcat(stem, ".err", NULL);
    g_autofree char *result = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(CheckpointDef) def = read_as_named(file, text, &error);

    g_assert_null(def);
    g_assert_true(error && error->domain == STRANDLINE_ERROR);
    result = g_strdup_printf("%d %s\n", error->code, error->message);
    check_golden("invalid", result_file, result);
}

static void
add_tests(const char *folder, GTestDataFunc function)
{
    g_autofree char *path = data_path(folder, "");
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;

    g_assert_nonnull(dir);
    for (const char *name = g_dir_read_name(dir); name;
         name = g_dir_read_name(dir)) {
        g_autofree char *test =
            g_strdup_printf("/xml/checkpoint/%s/%s", folder, name);

        if (!g_str_has_suffix(name, ".xml"))
            continue;
        g_test_add_data_func_full(test, g_strdup(name), function, g_free);
        n++;
    }
    g_assert_cmpuint(n, >, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_tests("in", is_written_as_its_golden_file);
    add_tests("invalid", is_refused_with_its_message);
    return g_test_run();
}
