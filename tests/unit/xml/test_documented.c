/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every XML example in the documentation is one: what stands in a ```xml fence
 * of README.md or below docs/ is read by the reader of its kind, strictly, and
 * fits its schema; a dumped document means the same when it is given again. */
#include "base/error.h"
#include "xml/backup_xml.h"
#include "xml/checkpoint_record_xml.h"
#include "xml/checkpoint_xml.h"
#include "xml/domain_xml.h"
#include "xml/snapshot_record_xml.h"
#include "xml/snapshot_xml.h"

#include <string.h>

#define FENCE "```"

static void
read_domain(const char *text, GError **error)
{
    g_autoptr(DomainDef) def = domain_xml_parse_strict(text, error);
}

static void
read_backup(const char *text, GError **error)
{
    g_autoptr(BackupDef) def = backup_xml_parse(text, error);
}

/* Also as what exists already, if it says all that such a one must say. */
static void
read_checkpoint(const char *text, GError **error)
{
    bool is_dumped = strstr(text, "<creationTime>") != NULL;
    g_autoptr(CheckpointDef) def = checkpoint_xml_parse(text, is_dumped, error);
}

static void
read_checkpoint_record(const char *text, GError **error)
{
    g_autoptr(CheckpointRecord) record =
        checkpoint_record_xml_parse(text, error);
}

static void
read_snapshot(const char *text, GError **error)
{
    bool is_dumped = strstr(text, "<creationTime>") != NULL;
    g_autoptr(SnapshotDef) def = snapshot_xml_parse(text, is_dumped, error);
}

static void
read_snapshot_record(const char *text, GError **error)
{
    g_autoptr(SnapshotRecord) record = snapshot_record_xml_parse(text, error);
}

static const struct {
    const char *start;
    void (*read)(const char *text, GError **error);
} kinds[] = {
    {"<domain ", read_domain},
    {"<domainbackup", read_backup},
    {"<domaincheckpoint", read_checkpoint},
    {"<checkpointrecord", read_checkpoint_record},
    {"<domainsnapshot", read_snapshot},
    {"<snapshotrecord", read_snapshot_record},
};

static guint n_examples;

static void
require_example(const char *file, const char *text)
{
    g_autoptr(GError) error = NULL;

    n_examples++;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!g_str_has_prefix(text, kinds[i].start))
            continue;
        kinds[i].read(text, &error);
        if (error)
            g_error("%s: %s\n%s", file, error->message, text);
        return;
    }
    g_error("%s: an example of no kind that is known:\n%s", file, text);
}

static void
require_examples_of(const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;

    g_file_get_contents(file, &text, NULL, &error);
    g_assert_no_error(error);
    /* A fence opens and the next one closes: every second part is inside. */
    parts = g_strsplit(text, FENCE, -1);
    for (guint i = 1; i < g_strv_length(parts); i += 2) {
        if (g_str_has_prefix(parts[i], "xml\n"))
            require_example(file, parts[i] + strlen("xml\n"));
    }
}

static void
require_examples_below(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    g_assert_nonnull(dir);
    for (const char *name = g_dir_read_name(dir); name;
         name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            require_examples_below(path);
        } else if (g_str_has_suffix(name, ".md")) {
            require_examples_of(path);
        }
    }
}

static void
every_example_is_a_document(void)
{
    const char *source = g_getenv("STRANDLINE_SOURCE");
    g_autofree char *docs = g_build_filename(source, "docs", NULL);
    g_autofree char *readme = g_build_filename(source, "README.md", NULL);

    require_examples_below(docs);
    require_examples_of(readme);
    g_assert_cmpuint(n_examples, >=, 8);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/documented/every_example_is_a_document",
                    every_example_is_a_document);
    return g_test_run();
}
