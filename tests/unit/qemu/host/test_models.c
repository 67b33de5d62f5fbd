/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/host/models.h"

#include "base/error.h"
#include "temp_folder.h"
#include "xml/host/domain_caps_xml.h"

#include <string.h>

static void
a_machine_is_found_by_its_name_and_by_its_alias(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "root");
    QemuRoot *root = qemu_root_open(path, 0, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(QemuModels) models =
        qemu_models_ask(root, QEMU_HOST_EMULATOR, false, &error);
    const QemuMachineType *pc = NULL;

    g_assert_no_error(error);
    pc = qemu_models_find(models, "pc", NULL);
    g_assert_nonnull(pc);
    g_assert_true(g_str_has_prefix(pc->name, "pc-i440fx-"));
    g_assert_cmpuint(pc->vcpus_max, >=, 255);
    g_assert_true(qemu_models_find(models, pc->name, NULL) == pc);
    g_assert_null(qemu_models_find(models, "microvm", &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    for (guint i = 0; i < models->cpus->len; i++) {
        const char *name = g_array_index(models->cpus, DomainCapsCpu, i).name;

        g_assert_cmpstr(name, !=, "host");
        g_assert_false(g_str_has_suffix(name, "-v1"));
    }
    qemu_root_free(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/host/models/a_machine_is_found",
                    a_machine_is_found_by_its_name_and_by_its_alias);
    return g_test_run();
}
