/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/host/firmware.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "temp_folder.h"

/* One description: where it is mapped, for which machines, with what. */
#define DESCRIPTION(type, device, loader, machines, features)                \
    "{\"interface-types\": [\"" type "\"], \"mapping\": {\"device\": "       \
    "\"" device "\", \"executable\": {\"filename\": \"" loader               \
    "\", \"format\": \"raw\"}, \"nvram-template\": {\"filename\": "          \
    "\"/vars.fd\", \"format\": \"raw\"}}, \"targets\": [{\"architecture\": " \
    "\"aarch64\", \"machines\": [\"virt-*\"]}, {\"architecture\": "          \
    "\"x86_64\", \"machines\": [" machines "]}], \"features\": [" features   \
    "]}"

static void
descriptions_are_read_by_name_and_the_first_folder_wins(void)
{
    g_autoptr(TempFolder) own = temp_folder_new();
    g_autoptr(TempFolder) package = temp_folder_new();
    const char *const folders[] = {own->path, package->path, NULL};
    g_autoptr(GPtrArray) list = NULL;
    const QemuFirmware *first = NULL;
    const QemuFirmware *second = NULL;

    temp_folder_write(package, "60-plain.json",
                      DESCRIPTION("uefi", "flash", "/plain.fd",
                                  "\"pc-i440fx-*\", \"pc-q35-*\"", ""));
    temp_folder_write(
        package, "50-secure.json",
        DESCRIPTION("uefi", "flash", "/secure.fd", "\"pc-q35-*\"",
                    "\"secure-boot\", \"requires-smm\", \"enrolled-keys\""));
    temp_folder_write(
        package, "40-hidden.json",
        DESCRIPTION("uefi", "flash", "/hidden.fd", "\"pc-q35-*\"", ""));
    temp_folder_write(own, "40-hidden.json", "");
    temp_folder_write(package, "note.txt", "none");
    list = qemu_firmware_list(folders);
    g_assert_cmpuint(list->len, ==, 2);
    first = list->pdata[0];
    second = list->pdata[1];
    g_assert_cmpstr(first->loader, ==, "/secure.fd");
    g_assert_cmpstr(first->variables, ==, "/vars.fd");
    g_assert_true(first->is_secure && first->needs_smm && first->is_enrolled);
    g_assert_false(second->is_secure || second->needs_smm ||
                   second->is_enrolled);
    g_assert_true(qemu_firmware_fits(first, "pc-q35-7.2"));
    g_assert_false(qemu_firmware_fits(first, "pc-i440fx-7.2"));
    g_assert_false(qemu_firmware_fits(first, "virt-7.2"));
    g_assert_true(qemu_firmware_fits(second, "pc-i440fx-7.2"));
}

/* A BIOS, one that is loaded as memory, a relative path, nothing for x86_64,
 * and what is no description. */
static void
what_is_no_uefi_in_flash_is_left_out(void)
{
    static const char *const texts[] = {
        DESCRIPTION("bios", "flash", "/a.fd", "\"pc-*\"", ""),
        DESCRIPTION("uefi", "memory", "/a.fd", "\"pc-*\"", ""),
        DESCRIPTION("uefi", "flash", "a.fd", "\"pc-*\"", ""),
        DESCRIPTION("uefi", "flash", "/a.fd", "", ""),
        "{}",
        "[1",
        "",
    };
    g_autoptr(TempFolder) folder = temp_folder_new();
    const char *const folders[] = {folder->path, "/nonexistent", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GPtrArray) list = NULL;

        temp_folder_write(folder, "one.json", texts[i]);
        list = qemu_firmware_list(folders);
        g_assert_cmpuint(list->len, ==, 0);
    }
}

/* ---- for a machine ---- */

/* Two that are there: the secure one of q35, and the plain one of both. */
static GPtrArray *
two_firmwares(TempFolder *folder)
{
    const char *const folders[] = {folder->path, NULL};
    g_autofree char *code = temp_folder_file(folder, "code.fd");
    g_autofree char *plain = temp_folder_file(folder, "plain.fd");
    const char *const names[] = {"1.json", "2.json"};
    const char *const loaders[] = {code, plain};
    const char *const machines[] = {"\"pc-q35-*\"",
                                    "\"pc-i440fx-*\", \"pc-q35-*\""};
    const char *const features[] = {"\"secure-boot\", \"requires-smm\"", ""};

    temp_folder_write(folder, "code.fd", "code");
    temp_folder_write(folder, "plain.fd", "code");
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = g_strdup_printf(
            "{\"interface-types\": [\"uefi\"], \"mapping\": {\"device\": "
            "\"flash\", \"executable\": {\"filename\": \"%s\", \"format\": "
            "\"raw\"}, \"nvram-template\": {\"filename\": \"%s\", "
            "\"format\": \"raw\"}}, \"targets\": [{\"architecture\": "
            "\"x86_64\", \"machines\": [%s]}], \"features\": [%s]}",
            loaders[i], loaders[i], machines[i], features[i]);

        temp_folder_write(folder, names[i], text);
    }
    return qemu_firmware_list(folders);
}

/* The loader's name that a machine gets; NULL: none fits. */
static char *
settled(const GPtrArray *list, const char *machine, Switch smm, Switch secure)
{
    g_autoptr(DomainDef) def = domain_def_new();
    g_autoptr(GError) error = NULL;

    def->name = g_strdup("web");
    def->machine->machine = g_strdup(machine);
    def->machine->features.smm = smm;
    def->machine->loader_secure = secure;
    def->machine->wants_efi = true;
    if (!qemu_firmware_settle(def, list, &error)) {
        g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
        return NULL;
    }
    g_assert_false(def->machine->wants_efi);
    g_assert_nonnull(def->machine->nvram_template);
    return g_path_get_basename(def->machine->loader);
}

static void
the_first_that_fits_is_taken(void)
{
    static const struct {
        const char *machine;
        Switch smm;
        Switch secure;
        const char *loader;
    } cases[] = {
        {"q35", SWITCH_DEFAULT, SWITCH_DEFAULT, "code.fd"},
        {"pc-q35-7.2", SWITCH_ON, SWITCH_ON, "code.fd"},
        {"q35", SWITCH_OFF, SWITCH_DEFAULT, "plain.fd"},
        {"q35", SWITCH_DEFAULT, SWITCH_OFF, "plain.fd"},
        {"pc", SWITCH_DEFAULT, SWITCH_DEFAULT, "plain.fd"},
        {"pc", SWITCH_DEFAULT, SWITCH_ON, NULL},
        {"q35", SWITCH_OFF, SWITCH_ON, NULL},
    };
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GPtrArray) list = two_firmwares(folder);
    g_autoptr(DomainDef) plain = domain_def_new();
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *loader =
            settled(list, cases[i].machine, cases[i].smm, cases[i].secure);

        g_assert_cmpstr(loader, ==, cases[i].loader);
    }
    /* Who wants none needs none. */
    g_assert_true(qemu_firmware_settle(plain, none, NULL));
    g_assert_null(plain->machine->loader);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/host/firmware/the_first_folder_wins",
                    descriptions_are_read_by_name_and_the_first_folder_wins);
    g_test_add_func("/qemu/host/firmware/what_is_no_uefi_is_left_out",
                    what_is_no_uefi_in_flash_is_left_out);
    g_test_add_func("/qemu/host/firmware/the_first_that_fits_is_taken",
                    the_first_that_fits_is_taken);
    return g_test_run();
}
