/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domainsnapshot> documents by golden files below tests/data/xml/snapshot.
 *
 * The file's name begins with what it is of: "running" and "off" say what the
 * machine does, "disks" is a snapshot of the disks of one that runs, "redefine"
 * a description of the past.  in/NAME.xml is read, held against a machine with
 * two disks and an empty drive, and must be written as out/NAME.xml;
 * invalid/NAME.xml is refused, by the one or the other, with invalid/NAME.err.
 * STRANDLINE_TEST_REGENERATE=1 rewrites out/ and *.err; review the difference.
 */
#include "domain_data.h"
#include "domain_sample.h"

#include "base/error.h"
#include "model/snapshot_align.h"
#include "xml/snapshot_xml.h"

#include <string.h>

static DomainDef *
machine(const char *file)
{
    bool is_raw = strstr(file, "-on-raw") != NULL;
    g_autofree char *devices = g_strdup_printf(
        "<disk type='file'><driver type='qcow2'/>"
        "<source file='/images/web.qcow2'/><target dev='vda'/></disk>"
        "<disk type='file'><driver type='%s'/>"
        "<source file='/images.d/data'/><target dev='vdb'/></disk>"
        "<disk type='file' device='cdrom'><target dev='hdc'/></disk>",
        is_raw ? "raw" : "qcow2");

    return domain_with_devices(devices);
}

static bool
align(SnapshotDef *def, const char *file, GError **error)
{
    g_autoptr(DomainDef) domain = machine(file);
    unsigned flags = SNAPSHOT_ALIGN_ACTIVE;

    if (g_str_has_prefix(file, "redefine"))
        return snapshot_align_redefined(def, domain, error);
    if (g_str_has_prefix(file, "off"))
        flags = 0;
    if (g_str_has_prefix(file, "disks"))
        flags |= SNAPSHOT_ALIGN_DISK_ONLY;
    if (!def->name)
        def->name = g_strdup("1794906000");
    return snapshot_align(def, domain, flags, error);
}

/* NULL with @error if either refuses. */
static SnapshotDef *
take(const char *text, const char *file, GError **error)
{
    g_autoptr(SnapshotDef) def =
        snapshot_xml_parse(text, g_str_has_prefix(file, "redefine"), error);

    if (!def || !align(def, file, error))
        return NULL;
    return g_steal_pointer(&def);
}

static void
is_written_as_its_golden_file(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = data_read("../snapshot/in", file);
    g_autoptr(GError) error = NULL;
    g_autoptr(SnapshotDef) def = take(text, file, &error);
    g_autoptr(SnapshotDef) copy = NULL;
    g_autofree char *written = NULL;
    g_autofree char *of_copy = NULL;

    g_assert_no_error(error);
    written = snapshot_xml_format(def, 0);
    copy = snapshot_def_copy(def);
    of_copy = snapshot_xml_format(copy, 0);
    data_check("../snapshot/out", file, written);
    g_assert_cmpstr(of_copy, ==, written);
}

/* What has been printed can be read again. */
static void
its_output_means_the_same_again(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = data_read("../snapshot/out", file);
    g_autoptr(GError) error = NULL;
    g_autoptr(SnapshotDef) def = take(text, file, &error);
    g_autofree char *written = NULL;

    g_assert_no_error(error);
    written = snapshot_xml_format(def, 0);
    g_assert_cmpstr(written, ==, text);
}

static void
is_refused_with_its_message(gconstpointer data)
{
    const char *file = data;
    g_autofree char *text = data_read("../snapshot/invalid", file);
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".xml"));
    g_autofree char *result_file = g_strconcat(stem, ".err", NULL);
    g_autofree char *result = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(take(text, file, &error));
    g_assert_nonnull(error);
    g_assert_true(error->domain == STRANDLINE_ERROR);
    result = g_strdup_printf("%d %s\n", error->code, error->message);
    data_check("../snapshot/invalid", result_file, result);
}

static void
passwords_are_for_those_who_ask(void)
{
    g_autofree char *text = data_read("../snapshot/in", "redefine-running.xml");
    g_autoptr(SnapshotDef) def = snapshot_xml_parse(text, true, NULL);
    g_autofree char *public = snapshot_xml_format(def, 0);
    g_autofree char *secure = snapshot_xml_format(def, SNAPSHOT_FORMAT_SECURE);

    g_assert_null(strstr(public, "secret"));
    g_assert_nonnull(strstr(secure, "secret"));
}

static void
creation_ignores_what_the_driver_knows_better(void)
{
    g_autofree char *text = data_read("../snapshot/in", "redefine-running.xml");
    g_autoptr(SnapshotDef) def = snapshot_xml_parse(text, false, NULL);

    g_assert_cmpstr(def->name, ==, "old");
    g_assert_null(def->parent);
    g_assert_null(def->domain_xml);
    g_assert_cmpint(def->state, ==, SNAPSHOT_STATE_NONE);
    g_assert_cmpint(def->creation_time, ==, -1);
}

static void
add_tests(const char *folder, const char *what, GTestDataFunc function)
{
    g_autofree char *below = g_build_filename("../snapshot", folder, NULL);
    g_autoptr(GPtrArray) names = data_list(below);

    for (guint i = 0; i < names->len; i++) {
        const char *file = g_intern_string(names->pdata[i]);
        g_autofree char *path =
            g_strdup_printf("/xml/snapshot_xml/%s/%s", what, file);

        g_test_add_data_func(path, file, function);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_tests("in", "is_written", is_written_as_its_golden_file);
    add_tests("in", "is_read_again", its_output_means_the_same_again);
    add_tests("invalid", "is_refused", is_refused_with_its_message);
    g_test_add_func("/xml/snapshot_xml/passwords_are_for_those_who_ask",
                    passwords_are_for_those_who_ask);
    g_test_add_func(
        "/xml/snapshot_xml/creation_ignores_what_the_driver_knows_better",
        creation_ignores_what_the_driver_knows_better);
    return g_test_run();
}
