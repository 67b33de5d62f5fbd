/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <controller>: numbers in both bases, and only on the type they belong to. */
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/controller_xml.h"

#include <string.h>

static void
root_port_keeps_chassis_port_and_slot(void)
{
    g_autoptr(DomainDef) def = q35_with_devices(
        "<controller type='pci' index='1' model='pcie-root-port'>"
        "<model name='pcie-root-port'/><target chassis='7' port='0x1a'/>"
        "<address type='pci' domain='0x0000' bus='0x00' slot='0x03'"
        " function='0x2' multifunction='on'/></controller>");
    const DomainController *port =
        domain_devices_find_controller(def->devices, CONTROLLER_PCI, 1);

    g_assert_nonnull(port);
    g_assert_cmpstr(port->model, ==, "pcie-root-port");
    g_assert_cmpint(port->chassis, ==, 7);
    g_assert_cmpint(port->port, ==, 0x1a);
    g_assert_true(port->pci.is_set);
    g_assert_cmpuint(port->pci.bus, ==, 0);
    g_assert_cmpuint(port->pci.slot, ==, 3);
    g_assert_cmpuint(port->pci.function, ==, 2);
    g_assert_cmpint(port->pci.multifunction, ==, SWITCH_ON);
}

static void
scsi_controller_may_have_an_iothread(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<controller type='scsi' index='2'><driver iothread='2'/>"
        "</controller>");
    const DomainController *scsi =
        domain_devices_find_controller(def->devices, CONTROLLER_SCSI, 2);

    g_assert_cmpuint(scsi->iothread, ==, 2);
    g_assert_cmpstr(scsi->model, ==, "virtio-scsi");
}

static void
refuses_settings_of_another_type(void)
{
    static const char *const controllers[] = {
        "<controller type='usb'><target chassis='1'/></controller>",
        "<controller type='usb'><driver iothread='1'/></controller>",
        "<controller type='scsi'><master startport='0'/></controller>",
        "<controller type='scsi' ports='4'/>",
        "<controller type='pci' index='1' model='pci-bridge'>"
        "<model name='ioh3420'/></controller>",
    };

    for (guint i = 0; i < G_N_ELEMENTS(controllers); i++) {
        g_autofree char *message =
            refusal_of_devices(controllers[i], VIR_ERR_CONFIG_UNSUPPORTED);

        g_assert_nonnull(strstr(message, "supported"));
    }
}

static void
types_have_the_names_of_the_xml(void)
{
    g_assert_cmpstr(controller_type_name(CONTROLLER_USB), ==, "usb");
    g_assert_cmpstr(controller_type_name(CONTROLLER_IDE), ==, "ide");
    g_assert_cmpstr(controller_type_name(CONTROLLER_VIRTIO_SERIAL), ==,
                    "virtio-serial");
}

/* As virtinst writes them. */
static void
controllers_without_a_number_are_numbered_in_their_order(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<controller type='scsi' model='virtio-scsi'/>"
        "<controller type='scsi' index='1' model='virtio-scsi'/>"
        "<controller type='scsi' model='virtio-scsi'/>");
    static const unsigned expected[] = {0, 1, 2};

    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const DomainController *controller =
            def->devices->controllers->pdata[i];

        g_assert_cmpuint(controller->index, ==, expected[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/controller_xml/root_port_keeps_chassis_port_and_slot",
                    root_port_keeps_chassis_port_and_slot);
    g_test_add_func("/xml/controller_xml/scsi_controller_may_have_an_iothread",
                    scsi_controller_may_have_an_iothread);
    g_test_add_func("/xml/controller_xml/refuses_settings_of_another_type",
                    refuses_settings_of_another_type);
    g_test_add_func("/xml/controller_xml/types_have_the_names_of_the_xml",
                    types_have_the_names_of_the_xml);
    g_test_add_func("/xml/controller_xml/"
                    "controllers_without_a_number_are_numbered_in_their_order",
                    controllers_without_a_number_are_numbered_in_their_order);
    return g_test_run();
}
