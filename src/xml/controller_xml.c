/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/controller_xml.h"

#include "base/error.h"

#include <limits.h>
#include <string.h>

enum { CONTROLLER_INDEX_MAX = 255, PORTS_MAX = 511 };

/* In the order of ControllerType. */
static const char *const types[] = {"usb", "pci",           "scsi", "sata",
                                    "ide", "virtio-serial", NULL};

/* What each type may be; the first is what "no model" stands for, unless that
 * depends on the machine. */
static const char *const usb_models[] = {
    "piix3-uhci", "piix4-uhci", "ehci",       "ich9-ehci1",
    "ich9-uhci1", "ich9-uhci2", "ich9-uhci3", "nec-xhci",
    "qemu-xhci",  "none",       NULL};
static const char *const pci_models[] = {"pci-root",           "pcie-root",
                                         "pcie-root-port",     "pci-bridge",
                                         "pcie-to-pci-bridge", NULL};
static const char *const scsi_models[] = {"virtio-scsi", NULL};
static const char *const ide_models[] = {"piix3", NULL};
static const char *const no_models[] = {NULL};

static const char *const *const models_of[] = {
    [CONTROLLER_USB] = usb_models,   [CONTROLLER_PCI] = pci_models,
    [CONTROLLER_SCSI] = scsi_models, [CONTROLLER_SATA] = no_models,
    [CONTROLLER_IDE] = ide_models,   [CONTROLLER_VIRTIO_SERIAL] = no_models,
};

const char *
controller_type_name(ControllerType type)
{
    return types[type];
}

/* <target chassis= port=>: what the guest's firmware numbers slots by. */
static bool
read_target(xmlNode *node, DomainController *controller, GError **error)
{
    static const char *const attributes[] = {"chassis", "chassisNr", "port",
                                             NULL};
    g_autofree char *port = NULL;
    unsigned chassis = 0;
    guint64 value;

    if (!node)
        return true;
    if (controller->type != CONTROLLER_PCI) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<target> is supported in controllers of type 'pci' only");
    }
    if (!part_only(node, attributes, NULL, error) ||
        !part_unsigned(node, "chassis", 255, &chassis, error) ||
        !part_unsigned(node, "chassisNr", 255, &chassis, error))
        return false;
    /* 0 is what libvirt's own reader takes for absent. */
    if (chassis != 0)
        controller->chassis = (int)chassis;
    port = reader_attribute(node, "port");
    if (!port)
        return true;
    /* libvirt writes it in hexadecimal. */
    if (!g_ascii_string_to_unsigned(
            g_str_has_prefix(port, "0x") ? port + 2 : port,
            g_str_has_prefix(port, "0x") ? 16 : 10, 0, 255, &value, NULL)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<target port='%.64s'>: expected a number from 0 to 255",
                    port);
    }
    controller->port = (int)value;
    return true;
}

/* <model name=> repeats which of QEMU's devices it is; ours is always the one
 * that libvirt would take first. */
static bool
read_model_name(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {"name", NULL};
    static const char *const names[] = {"pcie-root-port", "ioh3420",
                                        "pci-bridge", "pcie-pci-bridge", NULL};
    int name = 0;

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !part_choice(node, "name", names, &name, error))
        return false;
    return strcmp(names[name], "ioh3420") != 0 ||
           fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<model name='ioh3420'/> is not supported, only "
                "'pcie-root-port'");
}

/* An iothread serves all disks of the controller. */
static bool
read_driver(xmlNode *node, DomainController *controller, GError **error)
{
    static const char *const attributes[] = {"iothread", NULL};

    if (!node)
        return true;
    if (controller->type != CONTROLLER_SCSI) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<driver> is supported in controllers of type 'scsi' only");
    }
    /* Whether there is such a thread is asked when the whole document has been
     * read (domain_complete.c). */
    return part_only(node, attributes, NULL, error) &&
           part_unsigned(node, "iothread", INT_MAX, &controller->iothread,
                         error);
}

/* USB 1 companions take over some of the ports of their USB 2 master, from
 * this one on. */
static bool
read_master(xmlNode *node, DomainController *controller, GError **error)
{
    static const char *const attributes[] = {"startport", NULL};
    unsigned port = 0;

    if (!node)
        return true;
    if (controller->type != CONTROLLER_USB) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<master> is supported in controllers of type 'usb' only");
    }
    if (!part_only(node, attributes, NULL, error) ||
        !part_unsigned(node, "startport", 15, &port, error))
        return false;
    controller->master_start = (int)port;
    return true;
}

/* A PCI bus has 8 bits of number, and a virtio-serial device at most 511
 * ports; the others need far less. */
static bool
read_numbers(xmlNode *node, DomainController *controller, GError **error)
{
    g_autofree char *index = reader_attribute(node, "index");

    /* Not 0 at once: that may be the number of one that comes later. */
    controller->has_no_index = index == NULL;
    if (!part_unsigned(node, "index", CONTROLLER_INDEX_MAX, &controller->index,
                       error) ||
        !part_unsigned(node, "ports", PORTS_MAX, &controller->ports, error))
        return false;
    if (controller->ports != 0 && controller->type != CONTROLLER_USB &&
        controller->type != CONTROLLER_VIRTIO_SERIAL) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "ports='%u' is not supported in a controller of type '%s'",
                    controller->ports, types[controller->type]);
    }
    return true;
}

/* The type first: models and children depend on it. */
bool
controller_xml_parse(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", "index", "model", "ports",
                                             NULL};
    static const char *const children[] = {
        "model", "target", "driver", "master", "alias", "address", NULL};
    DomainController *controller = domain_controller_new(CONTROLLER_USB, 0);
    int type = -1;

    /* Into the definition at once, which frees it whatever happens next. */
    g_ptr_array_add(parse->def->devices->controllers, controller);
    if (!part_choice(node, "type", types, &type, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "a <controller> has no type");
    controller->type = (ControllerType)type;
    part_alias(node, parse, &controller->alias);
    return part_only(node, attributes, children, error) &&
           read_numbers(node, controller, error) &&
           part_word(node, "model", models_of[type], &controller->model,
                     error) &&
           read_model_name(reader_first(node, "model"), error) &&
           read_target(reader_first(node, "target"), controller, error) &&
           read_driver(reader_first(node, "driver"), controller, error) &&
           read_master(reader_first(node, "master"), controller, error) &&
           part_pci(node, &controller->pci, error);
}

/* ---- writing ---- */

/* Written as libvirt writes it, though it says nothing new. */
static const char *
model_name_of(const DomainController *controller)
{
    static const char *const names[][2] = {
        {"pcie-root-port", "pcie-root-port"},
        {"pci-bridge", "pci-bridge"},
        {"pcie-to-pci-bridge", "pcie-pci-bridge"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_strcmp0(names[i][0], controller->model) == 0)
            return names[i][1];
    }
    return NULL;
}

/* A bridge calls its chassis by another name. */
static void
put_target(Writer *writer, const DomainController *controller)
{
    bool is_bridge = g_strcmp0(controller->model, "pci-bridge") == 0;

    if (controller->chassis < 0 && controller->port < 0)
        return;
    writer_open(writer, "target");
    if (controller->chassis >= 0) {
        writer_attribute_format(writer, is_bridge ? "chassisNr" : "chassis",
                                "%d", controller->chassis);
    }
    if (controller->port >= 0) {
        writer_attribute_format(writer, "port", "0x%x",
                                (unsigned)controller->port);
    }
    writer_close(writer);
}

/* With all that libvirt writes about it, whether or not it was given: programs
 * look for addresses and models here. */
void
controller_xml_format(Writer *writer, const DomainController *controller,
                      DomainFormatFlags flags)
{
    const char *name =
        controller->type == CONTROLLER_PCI ? model_name_of(controller) : NULL;

    writer_open(writer, "controller");
    writer_attribute(writer, "type", types[controller->type]);
    writer_attribute_uint(writer, "index", controller->index);
    writer_attribute(writer, "model", controller->model);
    put_nonzero(writer, "ports", controller->ports);
    if (controller->iothread != 0) {
        writer_open(writer, "driver");
        writer_attribute_uint(writer, "iothread", controller->iothread);
        writer_close(writer);
    }
    if (controller->master_start >= 0) {
        writer_open(writer, "master");
        writer_attribute_format(writer, "startport", "%d",
                                controller->master_start);
        writer_close(writer);
    }
    if (name) {
        writer_open(writer, "model");
        writer_attribute(writer, "name", name);
        writer_close(writer);
    }
    put_target(writer, controller);
    put_alias(writer, controller->alias, flags);
    put_pci(writer, &controller->pci);
    writer_close(writer);
}
