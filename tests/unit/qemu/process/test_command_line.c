/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines by golden files.
 *
 * Each domain document of tests/data/xml/domain/in is made into the command
 * line in tests/data/command_line/NAME.args, one word a line; or it is refused
 * with the code and the message that stand there.
 * STRANDLINE_TEST_REGENERATE=1 rewrites them; review the difference.
 */
#include "qemu/process/command_line.h"

#include "base/error.h"
#include "golden.h"
#include "model/device/device_alias.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"

#include <string.h>

static char *
data_path(const char *folder, const char *file)
{
    const char *root = g_getenv("STRANDLINE_TEST_DATA");

    g_assert_nonnull(root);
    return g_build_filename(root, folder, file, NULL);
}

/* What a start would have decided: nothing below an image whose chain is not
 * stated, and a number for each socket. */
static void
give_number(GHashTable *sockets, const char *alias)
{
    g_hash_table_insert(sockets, g_strdup(alias),
                        GINT_TO_POINTER(3 + g_hash_table_size(sockets)));
}

static void
decide(DomainDef *def, GHashTable *sockets)
{
    const GPtrArray *kinds[] = {def->devices->channels, def->devices->serials,
                                def->devices->consoles};

    for (guint i = 0; i < def->disks->len; i++) {
        DiskDef *disk = def->disks->pdata[i];

        if (!disk->backing)
            disk->backing = g_ptr_array_new();
    }
    if (def->machine->loader && !def->machine->nvram)
        def->machine->nvram = g_strdup("/root/domains/UUID/nvram");
    device_alias_assign(def);
    for (guint i = 0; i < def->disks->len; i++)
        disk_def_number_nodes(def->disks->pdata[i]);
    give_number(sockets, "monitor");
    for (gsize kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
        for (guint i = 0; i < kinds[kind]->len; i++) {
            const DomainChar *end = kinds[kind]->pdata[i];

            if (end->type == CHAR_UNIX && (!end->path || end->is_server))
                give_number(sockets, end->alias);
        }
    }
}

static char *
command_line_of(const char *xml)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) sockets =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    CommandLineContext context = {.pid_file = "/root/domains/UUID/qemu.pid",
                                  .journal = "/root/domains/UUID/events",
                                  .handed = sockets};
    g_autoptr(DomainDef) def = domain_xml_parse(xml, &error);
    g_autoptr(GPtrArray) words = NULL;
    g_autofree char *joined = NULL;

    g_assert_no_error(error);
    decide(def, sockets);
    words = command_line_build(def, &context, &error);
    if (!words)
        return g_strdup_printf("%d %s\n", error->code, error->message);
    joined = g_strjoinv("\n", (char **)words->pdata);
    return g_strconcat(joined, "\n", NULL);
}

static void
check_document(gconstpointer data)
{
    const char *name = data;
    g_autofree char *file = g_strconcat(name, ".xml", NULL);
    g_autofree char *golden = g_strconcat(name, ".args", NULL);
    g_autofree char *input = data_path("xml/domain/in", file);
    g_autofree char *output = data_path("command_line", golden);
    g_autofree char *xml = NULL;
    g_autofree char *words = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(input, &xml, NULL, &error);
    g_assert_no_error(error);
    words = command_line_of(xml);
    golden_check(output, words);
}

/* The words of a name that would be an option if it were let. */
static void
a_comma_is_never_an_option(void)
{
    static const char xml[] =
        "<domain type='qemu'><name>a,process=evil</name><memory>65536</memory>"
        "<os><type>hvm</type></os><devices><serial type='file'>"
        "<source path='/x,id=evil'/></serial></devices></domain>";
    g_autofree char *words = command_line_of(xml);

    g_assert_nonnull(
        strstr(words, "\nguest=a,,process=evil,debug-threads=on\n"));
    g_assert_nonnull(strstr(words, "path=/x,,id=evil,append"));
}

/* QEMU numbers free slots itself: an address that is asked for comes first. */
static void
placed_devices_come_before_free_ones(void)
{
    static const char xml[] =
        "<domain type='qemu'><name>a</name><memory>65536</memory>"
        "<os><type>hvm</type></os><devices>"
        "<interface type='user'><mac address='52:54:00:00:00:01'/></interface>"
        "<interface type='user'><mac address='52:54:00:00:00:02'/>"
        "<address type='pci' domain='0x0000' bus='0x00' slot='0x03' "
        "function='0x0'/></interface></devices></domain>";
    g_autofree char *words = command_line_of(xml);
    const char *free_one = strstr(words, "\"mac\":\"52:54:00:00:00:01\"");
    const char *placed = strstr(words, "\"mac\":\"52:54:00:00:00:02\"");

    g_assert_nonnull(free_one);
    g_assert_nonnull(placed);
    g_assert_true(placed < free_one);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_documents(GPtrArray *names)
{
    g_autofree char *folder = data_path("xml/domain/in", "");
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;

    g_assert_nonnull(dir);
    for (name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - 4));
    }
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_strconcat("/qemu/process/command_line/",
                                            (char *)names->pdata[i], NULL);

        g_test_add_data_func(path, names->pdata[i], check_document);
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    g_test_init(&argc, &argv, NULL);
    add_documents(names);
    g_test_add_func("/qemu/process/command_line/a_comma_is_never_an_option",
                    a_comma_is_never_an_option);
    g_test_add_func(
        "/qemu/process/command_line/placed_devices_come_before_free_ones",
        placed_devices_come_before_free_ones);
    return g_test_run();
}
