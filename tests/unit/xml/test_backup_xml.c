/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What documents mean for a fixed domain, and which are refused with what.
 *
 *     vda  /images/a & b.qcow2     vdb  /images/b.raw (raw)
 *     vdc  read-only file          vdd  /dev/vg/d (a device)
 *     sda  a drive without a medium
 */
#include "xml/backup_xml.h"

#include "base/error.h"

#include <string.h>

#define FOLDER "xml/backup"

static char *
data_path(const char *folder, const char *name)
{
    const char *root = g_getenv("STRANDLINE_TEST_DATA");

    g_assert_nonnull(root);
    return g_strdup_printf("%s/" FOLDER "/%s/%s.xml", root, folder, name);
}

static char *
read_data(const char *folder, const char *name)
{
    g_autofree char *path = data_path(folder, name);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
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
    g_autofree char *expected = NULL;
    g_autofree char *output = NULL;
    g_autofree char *again = NULL;
    g_autofree char *path = data_path("out", name);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) domain = disks_for(name);
    g_autoptr(BackupDef) def = parse_aligned(input, domain, &error);
    g_autoptr(BackupDef) second = NULL;

    g_assert_no_error(error);
    output = backup_xml_format(def);
    if (g_getenv("STRANDLINE_TEST_REGENERATE"))
        g_assert_true(g_file_set_contents(path, output, -1, NULL));
    expected = read_data("out", name);
    g_assert_cmpstr(output, ==, expected);

    /* What is shown is accepted, and changes nothing. */
    second = parse_aligned(output, domain, &error);
    g_assert_no_error(error);
    again = backup_xml_format(second);
    g_assert_cmpstr(again, ==, output);
}

typedef struct {
    const char *name;
    int code;
    const char *word; /* that the message must hold */
} Refusal;

static const Refusal refusals[] = {
    {"malformed", VIR_ERR_XML_DETAIL, "domainbackup"},
    {"nothing", VIR_ERR_XML_DETAIL, "domainbackup"},
    {"other-root", VIR_ERR_XML_ERROR, "backup"},
    {"mode", VIR_ERR_XML_INVALID_SCHEMA, "tug"},
    {"unknown-attribute", VIR_ERR_XML_INVALID_SCHEMA, "colour"},
    {"unknown-element", VIR_ERR_XML_INVALID_SCHEMA, "speed"},
    {"incremental-twice", VIR_ERR_XML_INVALID_SCHEMA, "incremental"},
    {"push-with-server", VIR_ERR_XML_INVALID_SCHEMA, "server"},
    {"pull-without-server", VIR_ERR_XML_INVALID_SCHEMA, "server"},
    {"transport", VIR_ERR_XML_INVALID_SCHEMA, "rdma"},
    {"socket-missing", VIR_ERR_XML_INVALID_SCHEMA, "socket"},
    {"socket-relative", VIR_ERR_XML_INVALID_SCHEMA, "b.sock"},
    {"socket-with-port", VIR_ERR_XML_INVALID_SCHEMA, "port"},
    {"socket-too-long", VIR_ERR_INVALID_ARG, "107"},
    {"port-too-large", VIR_ERR_INVALID_ARG, "70000"},
    {"port-not-a-number", VIR_ERR_XML_INVALID_SCHEMA, "ten"},
    {"host-empty", VIR_ERR_XML_INVALID_SCHEMA, "name"},
    {"tls", VIR_ERR_CONFIG_UNSUPPORTED, "tls"},
    {"disks-empty", VIR_ERR_XML_INVALID_SCHEMA, "disks"},
    {"disk-without-name", VIR_ERR_XML_INVALID_SCHEMA, "name"},
    {"disk-unknown", VIR_ERR_CONFIG_UNSUPPORTED, "vdz"},
    {"disk-unknown-and-idle", VIR_ERR_CONFIG_UNSUPPORTED, "vdz"},
    {"disk-twice", VIR_ERR_CONFIG_UNSUPPORTED, "vda"},
    {"disk-none-chosen", VIR_ERR_CONFIG_UNSUPPORTED, "web"},
    {"disk-empty-drive", VIR_ERR_CONFIG_UNSUPPORTED, "sda"},
    {"disk-index", VIR_ERR_XML_INVALID_SCHEMA, "index"},
    {"disk-backup", VIR_ERR_XML_INVALID_SCHEMA, "perhaps"},
    {"disk-idle-with-mode", VIR_ERR_XML_INVALID_SCHEMA, "backupmode"},
    {"disk-type", VIR_ERR_XML_INVALID_SCHEMA, "network"},
    {"disk-mode", VIR_ERR_XML_INVALID_SCHEMA, "half"},
    {"disk-incremental-since-nothing", VIR_ERR_CONFIG_UNSUPPORTED, "vda"},
    {"disk-full-and-incremental", VIR_ERR_XML_INVALID_SCHEMA, "monday"},
    {"disk-incremental-empty", VIR_ERR_XML_INVALID_SCHEMA, "incremental"},
    {"push-with-exportname", VIR_ERR_XML_INVALID_SCHEMA, "exportname"},
    {"push-with-scratch", VIR_ERR_XML_INVALID_SCHEMA, "scratch"},
    {"target-relative", VIR_ERR_XML_INVALID_SCHEMA, "absolute"},
    {"target-without-file", VIR_ERR_XML_INVALID_SCHEMA, "file"},
    {"target-dev-of-file", VIR_ERR_XML_INVALID_SCHEMA, "dev"},
    {"target-twice", VIR_ERR_XML_INVALID_SCHEMA, "target"},
    {"target-is-a-disk", VIR_ERR_INVALID_ARG, "/images/b.raw"},
    {"target-shared", VIR_ERR_INVALID_ARG, "/t"},
    {"target-shallow", VIR_ERR_XML_INVALID_SCHEMA, "shallow"},
    {"target-encrypted", VIR_ERR_CONFIG_UNSUPPORTED, "encryption"},
    {"target-of-device-missing", VIR_ERR_CONFIG_UNSUPPORTED, "vda"},
    {"target-of-device-disk-missing", VIR_ERR_CONFIG_UNSUPPORTED, "vdd"},
    {"driver-foreign", VIR_ERR_CONFIG_UNSUPPORTED, "vmdk"},
    {"driver-unknown", VIR_ERR_XML_INVALID_SCHEMA, "bogus"},
    {"driver-without-type", VIR_ERR_XML_INVALID_SCHEMA, "type"},
    {"pull-raw", VIR_ERR_XML_INVALID_SCHEMA, "raw"},
    {"pull-with-target", VIR_ERR_XML_INVALID_SCHEMA, "target"},
    {"exportname-twice", VIR_ERR_CONFIG_UNSUPPORTED, "'x'"},
    {"exportname-like-a-default", VIR_ERR_CONFIG_UNSUPPORTED, "vdb"},
    {"exportbitmap-empty", VIR_ERR_CONFIG_UNSUPPORTED, "bitmap"},
};

static void
refuses_and_names_what(gconstpointer data)
{
    const Refusal *refusal = data;
    g_autofree char *input = read_data("invalid", refusal->name);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) domain = five_disks();
    g_autoptr(BackupDef) def = parse_aligned(input, domain, &error);

    g_assert_null(def);
    g_assert_error(error, STRANDLINE_ERROR, refusal->code);
    g_assert_nonnull(strstr(error->message, refusal->word));
}

int
main(int argc, char **argv)
{
    static const char *const documents[] = {
        "empty",
        "push-full-chosen",
        "push-incremental",
        "push-to-device",
        "push-readonly-listed",
        "pull-unix",
        "pull-tcp-picks-a-port",
        "pull-mixed",
        "incremental-empty-is-full",
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_autofree char *name =
            g_strdup_printf("/xml/backup_xml/shows/%s", documents[i]);

        g_test_add_data_func(name, documents[i],
                             aligned_document_shows_every_choice);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *name =
            g_strdup_printf("/xml/backup_xml/refuses/%s", refusals[i].name);

        g_test_add_data_func(name, &refusals[i], refuses_and_names_what);
    }
    return g_test_run();
}
