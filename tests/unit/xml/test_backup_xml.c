/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What documents mean for a fixed domain, and which are refused with what.
 *
 *     vda  /images/a & b.qcow2     vdb  /images/b.raw (raw)
 *     vdc  read-only file          vdd  /dev/vg/d (a device)
 *     sda  a drive without a medium
 *
 * in/NAME.xml is read, aligned, and must be shown as out/NAME.xml, which means
 * the same again; invalid/NAME.xml is refused with what stands in
 * invalid/NAME.err: the code, a blank, the message.
 * STRANDLINE_TEST_REGENERATE=1 rewrites out/ and *.err; review the difference.
 */
#include "xml/backup_xml.h"

#include "base/error.h"
#include "golden.h"

#include <string.h>

#define FOLDER "xml/backup"

static char *
data_file(const char *folder, const char *name, const char *suffix)
{
    g_autofree char *file = g_strconcat(name, suffix, NULL);

    return g_build_filename(g_getenv("STRANDLINE_TEST_DATA"), FOLDER, folder,
                            file, NULL);
}

static char *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static char *
read_data(const char *folder, const char *name)
{
    g_autofree char *path = data_file(folder, name, ".xml");

    return read_file(path);
}

static DiskDef *
add_disk(DomainDef *domain, const char *target, DiskSourceType type,
         const char *path)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup(target);
    disk->source_type = type;
    disk->path = g_strdup(path);
    g_ptr_array_add(domain->disks, disk);
    return disk;
}

static DomainDef *
five_disks(void)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    add_disk(domain, "vda", DISK_SOURCE_FILE, "/images/a & b.qcow2");
    add_disk(domain, "vdb", DISK_SOURCE_FILE, "/images/b.raw");
    add_disk(domain, "vdc", DISK_SOURCE_FILE, "/images/c.iso")->is_readonly =
        true;
    add_disk(domain, "vdd", DISK_SOURCE_BLOCK, "/dev/vg/d");
    add_disk(domain, "sda", DISK_SOURCE_NONE, NULL);
    return domain;
}

/* Without the device, whose file name nobody can choose. */
static DomainDef *
disks_for(const char *name)
{
    DomainDef *domain = five_disks();

    if (strcmp(name, "empty") == 0 ||
        strcmp(name, "pull-tcp-picks-a-port") == 0)
        g_ptr_array_remove_index(domain->disks, 3);
    return domain;
}

static BackupDef *
parse_aligned(const char *text, const DomainDef *domain, GError **error)
{
    g_autoptr(BackupDef) def = backup_xml_parse(text, error);

    if (!def || !backup_def_align(def, domain, "1700000000", error))
        return NULL;
    return g_steal_pointer(&def);
}

static void
aligned_document_shows_every_choice(gconstpointer data)
{
    const char *name = data;
    g_autofree char *input = read_data("in", name);
    g_autofree char *output = NULL;
    g_autofree char *again = NULL;
    g_autofree char *path = data_file("out", name, ".xml");
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) domain = disks_for(name);
    g_autoptr(BackupDef) def = parse_aligned(input, domain, &error);
    g_autoptr(BackupDef) second = NULL;

    g_assert_no_error(error);
    output = backup_xml_format(def);
    golden_check(path, output);

    /* What is shown is accepted, and changes nothing. */
    second = parse_aligned(output, domain, &error);
    g_assert_no_error(error);
    again = backup_xml_format(second);
    g_assert_cmpstr(again, ==, output);
}

static void
is_refused_with_its_message(gconstpointer data)
{
    const char *name = data;
    g_autofree char *input = read_data("invalid", name);
    g_autofree char *path = data_file("invalid", name, ".err");
    g_autofree char *result = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) domain = five_disks();
    g_autoptr(BackupDef) def = parse_aligned(input, domain, &error);

    g_assert_null(def);
    g_assert_true(error && error->domain == STRANDLINE_ERROR);
    result = g_strdup_printf("%d %s\n", error->code, error->message);
    golden_check(path, result);
}

static void
add_tests(const char *folder, GTestDataFunc function)
{
    g_autofree char *path = data_file(folder, "", "");
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;

    g_assert_nonnull(dir);
    for (const char *file = g_dir_read_name(dir); file;
         file = g_dir_read_name(dir)) {
        char *name = g_strdup(file);
        g_autofree char *test =
            g_strdup_printf("/xml/backup_xml/%s/%s", folder, file);

        if (!g_str_has_suffix(name, ".xml")) {
            g_free(name);
            continue;
        }
        name[strlen(name) - strlen(".xml")] = '\0';
        g_test_add_data_func_full(test, name, function, g_free);
        n++;
    }
    g_assert_cmpuint(n, >, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_tests("in", aligned_document_shows_every_choice);
    add_tests("invalid", is_refused_with_its_message);
    return g_test_run();
}
