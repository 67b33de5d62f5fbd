/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is filled in: drive addresses, controllers, boot order. */
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"

#include <string.h>

#define DISK(target)                                                     \
    "<disk type='file'><source file='/" target "'/><target dev='" target \
    "'/></disk>"

static const DiskDef *
disk_of(const DomainDef *def, const char *target)
{
    const DiskDef *disk = domain_def_find_disk(def, target);

    g_assert_nonnull(disk);
    return disk;
}

/* sdh is the eighth: the first of the second controller. */
static void
letters_tell_where_a_drive_sits(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices(DISK("sda") DISK("sdh") DISK("hdd") DISK("vda"));

    g_assert_cmpint(disk_of(def, "sda")->controller, ==, 0);
    g_assert_cmpint(disk_of(def, "sda")->unit, ==, 0);
    g_assert_cmpint(disk_of(def, "sdh")->controller, ==, 1);
    g_assert_cmpint(disk_of(def, "sdh")->unit, ==, 0);
    g_assert_cmpint(disk_of(def, "hdd")->unit, ==, 3);
    g_assert_cmpint(disk_of(def, "vda")->controller, ==, -1);
    g_assert_nonnull(
        domain_devices_find_controller(def->devices, CONTROLLER_SCSI, 1));
    g_assert_nonnull(
        domain_devices_find_controller(def->devices, CONTROLLER_IDE, 0));
}

/* An address given to a later disk is not taken from it. */
static void
taken_places_are_passed_over(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        DISK("sda") "<disk type='file'><source file='/x'/>"
                    "<target dev='sdx' bus='scsi'/>"
                    "<address type='drive' controller='0' unit='0'/></disk>");

    g_assert_cmpint(disk_of(def, "sdx")->unit, ==, 0);
    g_assert_cmpint(disk_of(def, "sda")->unit, ==, 1);
}

static void
longest_names_still_have_a_controller_within_bounds(void)
{
    g_free(refusal_of_devices(DISK("sdzzz"), VIR_ERR_CONFIG_UNSUPPORTED));
    g_free(refusal_of_devices(DISK("hde"), VIR_ERR_CONFIG_UNSUPPORTED));
}

static void
root_bus_follows_the_machine(void)
{
    g_autoptr(DomainDef) pc = domain_with_devices("");
    g_autoptr(DomainDef) q35 = q35_with_devices("<input type='tablet'/>");
    const DomainController *usb =
        domain_devices_find_controller(q35->devices, CONTROLLER_USB, 0);

    g_assert_cmpstr(
        domain_devices_find_controller(pc->devices, CONTROLLER_PCI, 0)->model,
        ==, "pci-root");
    g_assert_cmpstr(
        domain_devices_find_controller(q35->devices, CONTROLLER_PCI, 0)->model,
        ==, "pcie-root");
    g_assert_cmpstr(usb->model, ==, "qemu-xhci");
    g_assert_null(
        domain_devices_find_controller(pc->devices, CONTROLLER_USB, 0));
}

static void
boot_order_of_a_device_replaces_the_default(void)
{
    g_autoptr(DomainDef) plain = domain_with_devices(DISK("vda"));
    g_autoptr(DomainDef) ordered = domain_with_devices(
        "<interface type='user'><boot order='1'/></interface>");

    g_assert_cmpuint(plain->machine->boot_count, ==, 1);
    g_assert_cmpint(plain->machine->boot[0], ==, BOOT_DEVICE_HD);
    g_assert_cmpuint(ordered->machine->boot_count, ==, 0);
}

static void
same_pci_address_names_both_devices(void)
{
    g_autofree char *message = refusal_of_devices(
        "<disk type='file'><source file='/a'/><target dev='vda'/>"
        "<address type='pci' slot='7'/></disk>"
        "<memballoon><address type='pci' slot='0x07'/></memballoon>",
        VIR_ERR_XML_ERROR);

    g_assert_nonnull(strstr(message, "disk 'vda'"));
    g_assert_nonnull(strstr(message, "<memballoon>"));
}

static void
functions_of_one_slot_are_different_places(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file'><source file='/a'/><target dev='vda'/>"
        "<address type='pci' slot='7' multifunction='on'/></disk>"
        "<memballoon><address type='pci' slot='7' function='1'/>"
        "</memballoon>");

    g_assert_cmpuint(def->devices->balloon.pci.function, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/domain_complete/letters_tell_where_a_drive_sits",
                    letters_tell_where_a_drive_sits);
    g_test_add_func("/xml/domain_complete/taken_places_are_passed_over",
                    taken_places_are_passed_over);
    g_test_add_func("/xml/domain_complete/longest_names_stay_within_bounds",
                    longest_names_still_have_a_controller_within_bounds);
    g_test_add_func("/xml/domain_complete/root_bus_follows_the_machine",
                    root_bus_follows_the_machine);
    g_test_add_func("/xml/domain_complete/boot_order_replaces_the_default",
                    boot_order_of_a_device_replaces_the_default);
    g_test_add_func("/xml/domain_complete/same_pci_address_names_both_devices",
                    same_pci_address_names_both_devices);
    g_test_add_func("/xml/domain_complete/functions_of_one_slot_differ",
                    functions_of_one_slot_are_different_places);
    return g_test_run();
}
