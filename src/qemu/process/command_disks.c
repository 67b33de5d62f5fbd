/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks on the command line: the graph of block nodes, and the drives. */
#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/block/disk_nodes.h"
#include "qemu/block/filter.h"
#include "qemu/block/node_names.h"
#include "qemu/process/command_parts.h"

#include <string.h>

/* A node can only name nodes that are there: the chain is built upwards. */
static void
add_graph(CommandBuilder *builder, const DiskDef *disk)
{
    g_autofree char *top = node_format(disk);
    g_autofree char *below = NULL;

    /* File node, then format node, from the lowest layer up; at last the
     * permanent filter, whose `file` a backup will exchange. */
    for (unsigned depth = disk->backing->len + 1; depth > 0; depth--) {
        const ImageLayer layer = disk_chain_layer(disk, depth - 1);
        /* Everything below the top is read-only, whatever the disk is: two
         * machines may share it. */
        bool is_readonly = depth > 1 || disk->is_readonly;

        command_add_json(builder, "-blockdev",
                         disk_nodes_file_options(disk, &layer, is_readonly));
        command_add_json(
            builder, "-blockdev",
            disk_nodes_format_options(disk, &layer, below, is_readonly));
        g_free(below);
        below = node_layer(disk->target, layer.node);
    }
    command_add_json(builder, "-blockdev", filter_options(disk, top));
}

/* raw has no backing: a chain below it would be lost without a word. */
static bool
check_chain(const DiskDef *disk, GError **error)
{
    /* The chain is the document's own, and QEMU would simply never look at what
     * stands below raw. */
    ImageFormat format = disk->format;

    for (guint i = 0; i < disk->backing->len; i++) {
        const ImageLayer *layer = disk->backing->pdata[i];

        if (format == IMAGE_FORMAT_RAW) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "disk '%s' states '%s' below a raw image, which has "
                        "nothing below it",
                        disk->target, layer->path);
        }
        format = layer->format;
    }
    return true;
}

/* The bus a sata port is on: q35 has six of its own, called ide.N. */
static char *
sata_bus(const CommandBuilder *builder, const DiskDef *disk)
{
    /* Each port of AHCI is a bus of one device, also in the chipset. */
    bool is_builtin =
        disk->controller == 0 && domain_machine_is_q35(builder->def->machine);

    return is_builtin
               ? g_strdup_printf("ide.%d", disk->unit)
               : g_strdup_printf("sata%d.%d", disk->controller, disk->unit);
}

/* Which device stands for a disk, and where it hangs. */
static json_t *
bus_device(const CommandBuilder *builder, const DiskDef *disk)
{
    bool is_cdrom = disk->device == DISK_DEVICE_CDROM;
    g_autofree char *bus = NULL;
    json_t *device = NULL;

    switch (disk->bus) {
    case DISK_BUS_SCSI:
        device = command_device(is_cdrom ? "scsi-cd" : "scsi-hd", disk->alias);
        bus = g_strdup_printf("scsi%d.0", disk->controller);
        /* Target 0 and the unit as LUN, as libvirt lays virtio-scsi out. */
        json_object_set_new(device, "channel", json_integer(0));
        json_object_set_new(device, "scsi-id", json_integer(0));
        json_object_set_new(device, "lun", json_integer(disk->unit));
        break;
    case DISK_BUS_SATA:
        device = command_device(is_cdrom ? "ide-cd" : "ide-hd", disk->alias);
        bus = sata_bus(builder, disk);
        break;
    case DISK_BUS_IDE:
        device = command_device(is_cdrom ? "ide-cd" : "ide-hd", disk->alias);
        bus = g_strdup_printf("ide.%d", disk->unit / 2);
        json_object_set_new(device, "unit", json_integer(disk->unit % 2));
        break;
    case DISK_BUS_VIRTIO:
        device = command_device("virtio-blk-pci", disk->alias);
        break;
    }
    command_set_text(device, "bus", bus);
    return device;
}

/* What the guest's machine does when an image cannot be written: by default
 * QEMU stops it where it could be lost and tells the guest otherwise. */
static void
set_error_policy(json_t *device, const DiskDef *disk)
{
    const char *policy = disk->error_policy;
    bool is_enospace = g_strcmp0(policy, "enospace") == 0;

    /* "enospace" is about writes: a read error is reported then. */
    command_set_text(device, "werror", is_enospace ? "enospc" : policy);
    command_set_text(device, "rerror", is_enospace ? "report" : policy);
}

/* The device knows the permanent filter's node and nothing below it. */
static void
add_drive(CommandBuilder *builder, const DiskDef *disk, bool is_first)
{
    bool is_cdrom = disk->device == DISK_DEVICE_CDROM;
    bool is_virtio = disk->bus == DISK_BUS_VIRTIO;
    g_autofree char *node = node_top(disk->target);
    json_t *device = bus_device(builder, disk);

    /* An empty drive is a device without a node. */
    if (!disk_def_is_empty(disk))
        command_set_text(device, "drive", node);
    command_set_number(
        device, "bootindex",
        command_boot_index(builder,
                           is_cdrom ? BOOT_DEVICE_CDROM : BOOT_DEVICE_HD,
                           is_first, disk->boot_order));
    command_set_text(device, "serial", disk->serial);
    /* Else QEMU's lock lets no other writer near, which is what protects images
     * from two machines. */
    if (disk->is_shareable)
        json_object_set_new(device, "share-rw", json_true());
    if (!is_cdrom)
        command_set_text(device, "write-cache", disk_nodes_write_cache(disk));
    if (!disk_def_is_empty(disk))
        set_error_policy(device, disk);
    if (is_virtio && disk->iothread) {
        g_autofree char *iothread =
            g_strdup_printf("iothread%u", disk->iothread);

        command_set_text(device, "iothread", iothread);
    }
    if (is_virtio)
        command_device_pci(builder, device, &disk->pci);
    command_device_done(builder, device, is_virtio ? GROUP_FREE : GROUP_ON_BUS);
}

/* What the XML allows and this machine cannot have. */
static bool
check_bus(const CommandBuilder *builder, const DiskDef *disk, GError **error)
{
    if (disk->bus == DISK_BUS_IDE &&
        domain_machine_is_q35(builder->def->machine)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "disk '%s' is on an ide bus, which machine '%s' has not; "
                    "use sata",
                    disk->target, builder->def->machine->machine);
    }
    /* For scsi it is the controller's; ide and sata have none. */
    if (disk->iothread && disk->bus != DISK_BUS_VIRTIO) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "disk '%s' asks for iothread %u, which only virtio disks "
                    "can have",
                    disk->target, disk->iothread);
    }
    if (disk->iothread > builder->def->machine->iothreads) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "disk '%s' asks for iothread %u, and the domain has %u",
                    disk->target, disk->iothread,
                    builder->def->machine->iothreads);
    }
    return true;
}

/* For each disk the nodes first and then the device, which needs them. */
bool
command_add_disks(CommandBuilder *builder, GError **error)
{
    bool had[2] = {false, false}; /* by DiskDevice: the first one was seen */
    const GPtrArray *disks = builder->def->disks;

    /* One group without limits for all the filters: a throttle node must belong
     * to one. */
    if (disks->len > 0) {
        command_add_json(builder, "-object",
                         json_pack("{s:s, s:s}", "qom-type", "throttle-group",
                                   "id", NODE_THROTTLE_GROUP));
    }
    for (guint i = 0; i < disks->len; i++) {
        const DiskDef *disk = disks->pdata[i];

        if (!check_bus(builder, disk, error) || !check_chain(disk, error))
            return false;
        if (!disk_def_is_empty(disk))
            add_graph(builder, disk);
        add_drive(builder, disk, !had[disk->device]);
        had[disk->device] = true;
    }
    return true;
}
