/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything below <devices> but the disks, on the command line. */
#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/process/command_parts.h"

#include <string.h>

/* What the XML calls a model, and what QEMU calls the device. */
typedef struct {
    const char *model;
    const char *driver;
} DriverName;

static const DriverName usb_drivers[] = {
    {"piix3-uhci", "piix3-usb-uhci"},
    {"piix4-uhci", "piix4-usb-uhci"},
    {"ehci", "usb-ehci"},
    {"ich9-ehci1", "ich9-usb-ehci1"},
    {"ich9-uhci1", "ich9-usb-uhci1"},
    {"ich9-uhci2", "ich9-usb-uhci2"},
    {"ich9-uhci3", "ich9-usb-uhci3"},
    {"vt82c686b-uhci", "vt82c686b-usb-uhci"},
    {"pci-ohci", "pci-ohci"},
    {"nec-xhci", "nec-usb-xhci"},
    {"qemu-xhci", "qemu-xhci"},
};

static const DriverName pci_drivers[] = {
    {"pcie-root-port", "pcie-root-port"},
    {"pcie-to-pci-bridge", "pcie-pci-bridge"},
    {"pci-bridge", "pci-bridge"},
};

static const DriverName interface_drivers[] = {
    {"virtio", "virtio-net-pci"},
    {"e1000", "e1000"},
    {"e1000e", "e1000e"},
    {"rtl8139", "rtl8139"},
};

/* The first display must be one that firmware can write to. */
static const DriverName first_video_drivers[] = {
    {"vga", "VGA"},           {"virtio", "virtio-vga"},   {"qxl", "qxl-vga"},
    {"cirrus", "cirrus-vga"}, {"bochs", "bochs-display"},
};

static const DriverName more_video_drivers[] = {
    {"virtio", "virtio-gpu-pci"},
    {"qxl", "qxl"},
    {"bochs", "bochs-display"},
};

/* NULL, with an error that names @what and its model. */
static const char *
find_driver(const DriverName *names, gsize count, const char *what,
            const char *model, GError **error)
{
    for (gsize i = 0; i < count; i++) {
        /* NULL never fits: the parser filled in a default where the document
         * had none. */
        if (g_strcmp0(names[i].model, model) == 0)
            return names[i].driver;
    }
    fail(error, VIR_ERR_CONFIG_UNSUPPORTED, "%s model '%s' is not supported",
         what, model ? model : "");
    return NULL;
}

/* Models that QEMU calls otherwise than libvirt are in a table; one that is not
 * in it is refused by its own name. */
static bool
add_usb_controller(CommandBuilder *builder, const DomainController *controller,
                   GError **error)
{
    const char *driver = NULL;
    json_t *device = NULL;

    /* Says that there is no USB, which -machine usb=off has seen to. */
    if (g_strcmp0(controller->model, "none") == 0)
        return true;
    driver = find_driver(usb_drivers, G_N_ELEMENTS(usb_drivers),
                         "usb controller", controller->model, error);
    if (!driver)
        return false;
    /* A companion joins the bus of the controller that it serves. */
    device = controller->master_start >= 0
                 ? json_pack("{s:s, s:s, s:i}", "driver", driver, "masterbus",
                             "usb.0", "firstport", controller->master_start)
                 : command_device(driver, controller->alias);
    /* The only one with a choice; libvirt sets both kinds of ports alike. */
    if (strstr(driver, "xhci") && controller->ports) {
        command_set_number(device, "p2", controller->ports);
        command_set_number(device, "p3", controller->ports);
    }
    command_device_pci(builder, device, &controller->pci);
    command_device_done(builder, device, GROUP_CONTROLLER);
    return true;
}

/* In a group of their own, before everything that may hang on them. */
static bool
add_pci_controller(CommandBuilder *builder, const DomainController *controller,
                   GError **error)
{
    const char *driver = NULL;
    bool is_port = false;
    json_t *device = NULL;

    if (controller->index == 0)
        return true; /* the root: part of the machine */
    driver = find_driver(pci_drivers, G_N_ELEMENTS(pci_drivers),
                         "pci controller", controller->model, error);
    if (!driver)
        return false;
    device = command_device(driver, controller->alias);
    is_port = g_str_equal(driver, "pcie-root-port");
    if (is_port && controller->port >= 0)
        json_object_set_new(device, "port", json_integer(controller->port));
    /* A chassis of its own for each port: QEMU refuses two slots of one number
     * in one chassis. */
    if (is_port) {
        json_object_set_new(device, "chassis",
                            json_integer(controller->chassis >= 0
                                             ? controller->chassis
                                             : (int)controller->index));
    }
    if (g_str_equal(driver, "pci-bridge")) {
        json_object_set_new(device, "chassis_nr",
                            json_integer(controller->index));
    }
    command_device_pci(builder, device, &controller->pci);
    command_device_done(builder, device, GROUP_PCI_CONTROLLER);
    return true;
}

/* virtio-scsi alone: the others are emulated cards, which no guest of today
 * needs. */
static bool
add_scsi_controller(CommandBuilder *builder, const DomainController *controller,
                    GError **error)
{
    json_t *device = NULL;

    if (controller->model && !g_str_equal(controller->model, "virtio-scsi")) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "scsi controller model '%s' is not supported; use "
                    "virtio-scsi",
                    controller->model);
    }
    /* QEMU would say "device not found", of an id that the user never saw. */
    if (controller->iothread > builder->def->machine->iothreads) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "scsi controller %u asks for iothread %u, and the domain "
                    "has %u",
                    controller->index, controller->iothread,
                    builder->def->machine->iothreads);
    }
    device = command_device("virtio-scsi-pci", controller->alias);
    if (controller->iothread) {
        g_autofree char *iothread =
            g_strdup_printf("iothread%u", controller->iothread);

        command_set_text(device, "iothread", iothread);
    }
    command_device_pci(builder, device, &controller->pci);
    command_device_done(builder, device, GROUP_CONTROLLER);
    return true;
}

/* What the machine has anyhow is not made a second time; its element is still
 * shown and read. */
static bool
add_controller(CommandBuilder *builder, const DomainController *controller,
               GError **error)
{
    bool is_builtin_sata =
        controller->index == 0 && domain_machine_is_q35(builder->def->machine);
    json_t *device = NULL;

    switch (controller->type) {
    case CONTROLLER_USB:
        return add_usb_controller(builder, controller, error);
    case CONTROLLER_PCI:
        return add_pci_controller(builder, controller, error);
    case CONTROLLER_SCSI:
        return add_scsi_controller(builder, controller, error);
    case CONTROLLER_IDE:
        return true; /* part of the machine, where there is one */
    case CONTROLLER_SATA:
        if (is_builtin_sata)
            return true;
        /* Index 0 of a q35 machine is in the chipset; others are cards. */
        device = command_device("ich9-ahci", controller->alias);
        break;
    case CONTROLLER_VIRTIO_SERIAL:
        device = command_device("virtio-serial-pci", controller->alias);
        command_set_number(device, "max_ports", controller->ports);
        break;
    }
    command_device_pci(builder, device, &controller->pci);
    command_device_done(builder, device, GROUP_CONTROLLER);
    return true;
}

/* The host's end.  Names of taps and bridges reach QEMU as JSON, and the
 * kernel's limits on them were checked by the reader. */
static void
add_netdev(CommandBuilder *builder, const DomainInterface *interface,
           const char *id)
{
    int handed = GPOINTER_TO_INT(
        g_hash_table_lookup(builder->context->handed, interface->alias));
    g_autofree char *number = g_strdup_printf("%d", handed);
    json_t *netdev = NULL;

    /* A tap that was made for it, whatever it hangs on. */
    if (handed > 0) {
        netdev =
            json_pack("{s:s, s:s, s:s}", "type", "tap", "id", id, "fd", number);
        command_add_json(builder, "-netdev", netdev);
        return;
    }
    switch (interface->type) {
    case INTERFACE_USER:
        netdev = json_pack("{s:s, s:s}", "type", "user", "id", id);
        break;
    case INTERFACE_BRIDGE:
    case INTERFACE_NETWORK:
        netdev = json_pack("{s:s, s:s, s:s}", "type", "bridge", "id", id, "br",
                           interface->bridge);
        break;
    case INTERFACE_ETHERNET:
        netdev = json_pack("{s:s, s:s, s:s, s:s, s:s}", "type", "tap", "id", id,
                           /* No scripts: QEMU's default is to run
                            * /etc/qemu-ifup as whoever we are. */
                           "ifname", interface->target, "script", "no",
                           "downscript", "no");
        break;
    }
    command_add_json(builder, "-netdev", netdev);
}

/* Host's end and device, joined by an id that is made of the alias. */
static bool
add_interfaces(CommandBuilder *builder, GError **error)
{
    const GPtrArray *interfaces = builder->def->devices->interfaces;

    for (guint i = 0; i < interfaces->len; i++) {
        const DomainInterface *interface = interfaces->pdata[i];
        g_autofree char *id = g_strdup_printf("host%s", interface->alias);
        const char *driver =
            find_driver(interface_drivers, G_N_ELEMENTS(interface_drivers),
                        "interface", interface->model, error);
        json_t *device = NULL;

        if (!driver)
            return false;
        add_netdev(builder, interface, id);
        device = command_device(driver, interface->alias);
        command_set_text(device, "netdev", id);
        command_set_text(device, "mac", interface->mac);
        /* The first interface stands for <boot dev='network'/>, unless devices
         * have orders of their own. */
        command_set_number(device, "bootindex",
                           command_boot_index(builder, BOOT_DEVICE_NETWORK,
                                              i == 0, interface->boot_order));
        command_device_pci(builder, device, &interface->pci);
        command_device_done(builder, device, GROUP_FREE);
    }
    return true;
}

/* Adds the host's end of a character device, and returns its id. */
static char *
add_chardev(CommandBuilder *builder, const DomainChar *end)
{
    char *id = g_strdup_printf("char%s", end->alias);
    /* 0 for an alias that is not in the table; descriptors that were handed
     * over begin at 3. */
    int fd = GPOINTER_TO_INT(
        g_hash_table_lookup(builder->context->handed, end->alias));
    g_autofree char *path = end->type == CHAR_FILE && fd > 0
                                ? g_strdup_printf("/dev/fdset/%d", fd)
                                : command_escape(end->path ? end->path : "");
    GString *text = g_string_new(NULL);

    /* wait=off: QEMU starts whether or not somebody is connected. */
    if (fd > 0 && end->type != CHAR_FILE) {
        g_string_printf(text, "socket,id=%s,fd=%d,server=on,wait=off", id, fd);
    } else if (end->type == CHAR_UNIX) {
        g_string_printf(text, "socket,id=%s,path=%s,reconnect=1", id, path);
    } else if (end->type == CHAR_FILE) {
        g_string_printf(text, "file,id=%s,path=%s,append=%s", id, path,
                        end->append == SWITCH_ON ? "on" : "off");
    } else {
        g_string_printf(text, "%s,id=%s",
                        end->type == CHAR_PTY ? "pty" : "null", id);
    }
    command_add(builder, "-chardev", g_string_free(text, FALSE));
    return id;
}

/* The machine's four ports; QEMU wires them by index. */
static void
add_serials(CommandBuilder *builder)
{
    const GPtrArray *serials = builder->def->devices->serials;

    for (guint i = 0; i < serials->len; i++) {
        const DomainChar *serial = serials->pdata[i];
        g_autofree char *chardev = add_chardev(builder, serial);
        json_t *device = command_device("isa-serial", serial->alias);

        command_set_text(device, "chardev", chardev);
        /* Given even when 0: COM1 is what a guest's boot loader writes to. */
        json_object_set_new(device, "index", json_integer(serial->port));
        command_device_done(builder, device, GROUP_ON_BUS);
    }
}

/* Channels and consoles are ports of the first virtio-serial controller. */
static void
add_ports(CommandBuilder *builder, const GPtrArray *ends, const char *driver)
{
    for (guint i = 0; i < ends->len; i++) {
        const DomainChar *end = ends->pdata[i];
        g_autofree char *chardev = add_chardev(builder, end);
        json_t *device = command_device(driver, end->alias);

        command_set_text(device, "bus", "virtio-serial0.0");
        command_set_text(device, "chardev", chardev);
        /* NULL for a console, which has none; a channel is found by it. */
        command_set_text(device, "name", end->name);
        command_device_done(builder, device, GROUP_ON_BUS);
    }
}

/* The absolute pointer on USB is what makes a display usable from afar. */
static void
add_inputs(CommandBuilder *builder)
{
    static const char *const usb[] = {"usb-tablet", "usb-mouse", "usb-kbd"};
    static const char *const virtio[] = {
        "virtio-tablet-pci", "virtio-mouse-pci", "virtio-keyboard-pci"};
    const GPtrArray *inputs = builder->def->devices->inputs;

    for (guint i = 0; i < inputs->len; i++) {
        const DomainInput *input = inputs->pdata[i];
        bool is_usb = input->bus == INPUT_BUS_USB;
        json_t *device = NULL;

        /* Part of every PC. */
        if (input->bus == INPUT_BUS_PS2)
            continue;
        device = command_device(is_usb ? usb[input->type] : virtio[input->type],
                                input->alias);
        if (is_usb)
            command_set_text(device, "bus", "usb.0");
        command_device_pci(builder, device, &input->pci);
        command_device_done(builder, device,
                            is_usb ? GROUP_ON_BUS : GROUP_FREE);
    }
}

/* The password follows over QMP: a command line is seen by every user. */
static void
add_graphics(CommandBuilder *builder)
{
    enum { FIRST_PORT = 5900, LAST_DISPLAY = 65535 - FIRST_PORT };
    const GPtrArray *graphics = builder->def->devices->graphics;

    for (guint i = 0; i < graphics->len; i++) {
        const DomainGraphics *vnc = graphics->pdata[i];
        g_autofree char *listen =
            command_escape(vnc->listen ? vnc->listen : "127.0.0.1");
        bool is_v6 = strchr(listen, ':') != NULL;
        GString *text = g_string_new(NULL);

        if (vnc->socket) {
            g_autofree char *path = command_escape(vnc->socket);

            g_string_printf(text, "unix:%s", path);
        } else {
            g_string_printf(text, is_v6 ? "[%s]:" : "%s:", listen);
            /* The first free display at or above 0: QEMU looks for it itself,
             * which no other process can race. */
            if (vnc->is_autoport || vnc->port < FIRST_PORT) {
                g_string_append_printf(text, "0,to=%d", LAST_DISPLAY);
            } else {
                g_string_append_printf(text, "%d", vnc->port - FIRST_PORT);
            }
        }
        if (vnc->password)
            g_string_append(text, ",password=on");
        command_add(builder, "-vnc", g_string_free(text, FALSE));
        if (vnc->keymap)
            command_add(builder, "-k", g_strdup(vnc->keymap));
    }
}

/* The first one is what firmware writes to; what the others may be is another
 * table. */
static bool
add_videos(CommandBuilder *builder, GError **error)
{
    const GPtrArray *videos = builder->def->devices->videos;

    for (guint i = 0; i < videos->len; i++) {
        const DomainVideo *video = videos->pdata[i];
        const char *driver = NULL;
        json_t *device = NULL;

        if (g_str_equal(video->model, "none"))
            continue;
        driver = i == 0 ? find_driver(first_video_drivers,
                                      G_N_ELEMENTS(first_video_drivers),
                                      "video", video->model, error)
                        : find_driver(more_video_drivers,
                                      G_N_ELEMENTS(more_video_drivers),
                                      "second video", video->model, error);
        if (!driver)
            return false;
        device = command_device(driver, video->alias);
        /* In MiB, and only where QEMU takes it; elsewhere the guest's driver
         * decides. */
        if (g_str_equal(driver, "VGA") || g_str_has_prefix(driver, "qxl") ||
            g_str_equal(driver, "cirrus-vga"))
            command_set_number(device, "vgamem_mb", video->vram_kib / 1024);
        if (g_str_has_prefix(driver, "virtio"))
            command_set_number(device, "max_outputs", video->heads);
        command_device_pci(builder, device, &video->pci);
        command_device_done(builder, device, GROUP_FREE);
    }
    return true;
}

/* The host's source is an object of its own, which the device names. */
static void
add_rngs(CommandBuilder *builder)
{
    const GPtrArray *rngs = builder->def->devices->rngs;

    for (guint i = 0; i < rngs->len; i++) {
        const DomainRng *rng = rngs->pdata[i];
        g_autofree char *id = g_strdup_printf("obj%s", rng->alias);
        json_t *device = command_device("virtio-rng-pci", rng->alias);

        command_add_json(builder, "-object",
                         json_pack("{s:s, s:s, s:s}", "qom-type", "rng-random",
                                   "id", id, "filename", rng->path));
        command_set_text(device, "rng", id);
        if (rng->rate_bytes) {
            command_set_number(device, "max-bytes", rng->rate_bytes);
            command_set_number(device, "period",
                               rng->rate_period_ms ? rng->rate_period_ms
                                                   : 1000);
        }
        command_device_pci(builder, device, &rng->pci);
        command_device_done(builder, device, GROUP_FREE);
    }
}

/* Without one, memory that the guest gives back stays with it. */
static void
add_balloon(CommandBuilder *builder)
{
    const DomainBalloon *balloon = &builder->def->devices->balloon;
    json_t *device = NULL;

    /* libvirt adds one unless it is told not to; the reader of XML has done the
     * same. */
    if (!balloon->is_present)
        return;
    device = command_device("virtio-balloon-pci", balloon->alias);
    command_set_switch(device, "deflate-on-oom", balloon->autodeflate);
    command_set_switch(device, "free-page-reporting",
                       balloon->free_page_reporting);
    command_device_pci(builder, device, &balloon->pci);
    command_device_done(builder, device, GROUP_FREE);
}

/* Errors name the XML's words and never QEMU's. */
bool
command_add_devices(CommandBuilder *builder, GError **error)
{
    const DomainDevices *devices = builder->def->devices;

    /* Nothing depends on the order of these calls but numbers:
     * command_device_done() sorts the devices into groups. */
    for (guint i = 0; i < devices->controllers->len; i++) {
        if (!add_controller(builder, devices->controllers->pdata[i], error))
            return false;
    }
    if (!add_interfaces(builder, error))
        return false;
    add_serials(builder);
    add_ports(builder, devices->consoles, "virtconsole");
    add_ports(builder, devices->channels, "virtserialport");
    add_inputs(builder);
    add_graphics(builder);
    if (!add_videos(builder, error))
        return false;
    add_rngs(builder);
    add_balloon(builder);
    return true;
}
