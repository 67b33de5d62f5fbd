/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/host/firmware.h"

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
    g_assert_true(first->is_secure && first->is_enrolled);
    g_assert_false(second->is_secure || second->is_enrolled);
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/host/firmware/the_first_folder_wins",
                    descriptions_are_read_by_name_and_the_first_folder_wins);
    g_test_add_func("/qemu/host/firmware/what_is_no_uefi_is_left_out",
                    what_is_no_uefi_in_flash_is_left_out);
    return g_test_run();
}
