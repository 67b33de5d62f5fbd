/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices: what "nothing given" looks like, and finding controllers. */
#include "model/domain_devices.h"

static void
new_devices_say_that_nothing_was_given(void)
{
    g_autoptr(DomainDef) def = domain_def_new();
    DomainController *controller = domain_controller_new(CONTROLLER_PCI, 1);
    DomainGraphics *graphics = domain_graphics_new();

    g_ptr_array_add(def->devices->controllers, controller);
    g_ptr_array_add(def->devices->graphics, graphics);
    g_assert_cmpint(controller->chassis, ==, -1);
    g_assert_cmpint(controller->port, ==, -1);
    g_assert_cmpint(controller->master_start, ==, -1);
    g_assert_false(controller->pci.is_set);
    g_assert_cmpint(graphics->port, ==, -1);
    g_assert_cmpint(def->id, ==, -1);
    g_assert_false(def->devices->balloon.is_present);
}

static void
controller_is_found_by_type_and_index(void)
{
    g_autoptr(DomainDef) def = domain_def_new();
    DomainDevices *devices = def->devices;

    g_ptr_array_add(devices->controllers,
                    domain_controller_new(CONTROLLER_SCSI, 0));
    g_ptr_array_add(devices->controllers,
                    domain_controller_new(CONTROLLER_SCSI, 3));
    g_assert_true(domain_devices_find_controller(devices, CONTROLLER_SCSI, 3) ==
                  devices->controllers->pdata[1]);
    g_assert_null(domain_devices_find_controller(devices, CONTROLLER_SCSI, 1));
    g_assert_null(domain_devices_find_controller(devices, CONTROLLER_USB, 0));
}

static void
q35_is_known_by_alias_and_by_version(void)
{
    static const struct {
        const char *machine;
        bool is_q35;
    } cases[] = {{"q35", true},
                 {"pc-q35-7.2", true},
                 {"pc", false},
                 {"pc-i440fx-7.2", false},
                 {"pc-q35", false}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DomainDef) def = domain_def_new();

        def->machine->machine = g_strdup(cases[i].machine);
        g_assert_true(domain_machine_is_q35(def->machine) == cases[i].is_q35);
    }
}

static void
a_scsi_disk_has_its_controllers_iothread(void)
{
    g_autoptr(DomainDef) def = domain_def_new();
    DomainController *scsi = domain_controller_new(CONTROLLER_SCSI, 1);
    g_autoptr(DiskDef) disk = disk_def_new();

    scsi->iothread = 3;
    g_ptr_array_add(def->devices->controllers, scsi);
    disk->bus = DISK_BUS_SCSI;
    disk->controller = 1;
    g_assert_cmpuint(domain_def_disk_iothread(def, disk), ==, 3);
    disk->controller = 0;
    g_assert_cmpuint(domain_def_disk_iothread(def, disk), ==, 0);
    disk->bus = DISK_BUS_VIRTIO;
    disk->iothread = 2;
    g_assert_cmpuint(domain_def_disk_iothread(def, disk), ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/domain_devices/new_devices_say_nothing_was_given",
                    new_devices_say_that_nothing_was_given);
    g_test_add_func(
        "/model/domain_devices/controller_is_found_by_type_and_index",
        controller_is_found_by_type_and_index);
    g_test_add_func(
        "/model/domain_devices/q35_is_known_by_alias_and_by_version",
        q35_is_known_by_alias_and_by_version);
    g_test_add_func("/model/domain_devices/scsi_disk_has_controllers_iothread",
                    a_scsi_disk_has_its_controllers_iothread);
    return g_test_run();
}
