/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/nvram.h"

#include "base/error.h"
#include "base/spawn.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"

#include <string.h>

typedef struct {
    char *folder;
    char *template;
    char *nvram; /* where it goes when the definition does not say */
    DomainDef *def;
} Bench;

static Bench *
bench_new(void)
{
    Bench *bench = g_new0(Bench, 1);

    bench->folder = g_dir_make_tmp("strandline-nvram-XXXXXX", NULL);
    g_assert_nonnull(bench->folder);
    bench->template = g_build_filename(bench->folder, "VARS.fd", NULL);
    bench->nvram = g_build_filename(bench->folder, "nvram", NULL);
    g_assert_true(g_file_set_contents(bench->template, "fresh", -1, NULL));
    bench->def = domain_xml_parse(
        "<domain type='qemu'><name>web</name><memory>65536</memory>"
        "<os><type machine='q35'>hvm</type></os></domain>",
        NULL);
    g_assert_nonnull(bench->def);
    bench->def->machine->loader = g_strdup("/usr/share/CODE.fd");
    return bench;
}

static void
bench_free(Bench *bench)
{
    const char *argv[] = {"rm", "-rf", "--", bench->folder, NULL};

    domain_def_free(bench->def);
    g_free(spawn_tool(argv, 1024, 10000, NULL));
    g_free(bench->folder);
    g_free(bench->template);
    g_free(bench->nvram);
    g_free(bench);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

static void
expect_content(const char *path, const char *expected)
{
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, expected);
}

static void
variables_are_copied_once_and_kept(void)
{
    g_autoptr(Bench) bench = bench_new();

    bench->def->machine->nvram_template = g_strdup(bench->template);
    nvram_name(bench->def, bench->folder);
    g_assert_cmpstr(bench->def->machine->nvram, ==, bench->nvram);
    g_assert_false(g_file_test(bench->nvram, G_FILE_TEST_EXISTS));
    g_assert_true(nvram_prepare(bench->def, bench->folder, false, NULL));
    g_assert_cmpstr(bench->def->machine->nvram, ==, bench->nvram);
    expect_content(bench->nvram, "fresh");
    g_assert_true(g_file_set_contents(bench->nvram, "used", -1, NULL));
    g_assert_true(nvram_prepare(bench->def, bench->folder, false, NULL));
    expect_content(bench->nvram, "used");
    g_assert_true(nvram_prepare(bench->def, bench->folder, true, NULL));
    expect_content(bench->nvram, "fresh");
}

static void
refuses_a_file_that_is_neither_there_nor_to_be_made(void)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;

    bench->def->machine->nvram = g_strdup("/nowhere/VARS.fd");
    g_assert_false(nvram_prepare(bench->def, bench->folder, false, &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(error->message, "/nowhere/VARS.fd"));
}

static void
a_machine_without_uefi_needs_nothing(void)
{
    g_autoptr(Bench) bench = bench_new();

    g_clear_pointer(&bench->def->machine->loader, g_free);
    bench->def->machine->nvram_template = g_strdup("/nowhere/VARS.fd");
    g_assert_true(nvram_prepare(bench->def, bench->folder, false, NULL));
    g_assert_null(bench->def->machine->nvram);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/process/nvram/variables_are_copied_once_and_kept",
                    variables_are_copied_once_and_kept);
    g_test_add_func("/qemu/process/nvram/refuses_a_file_that_is_nowhere",
                    refuses_a_file_that_is_neither_there_nor_to_be_made);
    g_test_add_func("/qemu/process/nvram/a_machine_without_uefi_needs_nothing",
                    a_machine_without_uefi_needs_nothing);
    return g_test_run();
}
