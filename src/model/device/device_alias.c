/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/device/device_alias.h"

/* An alias may come with the definition (a user's own) or from a run before;
 * what counts is what this run gives. */
static void
set(char **alias, char *value)
{
    g_free(*alias);
    *alias = value;
}

/* The number in a target: vda 0, vdb 1, ... vdaa 26. */
static unsigned
target_index(const char *target)
{
    unsigned index = 0;

    /* Past the bus's own two letters ("vd", "sd", "hd"). */
    for (const char *at = target; *at; at++) {
        /* Digits are passed over: a target such as "sda1" is allowed and names
         * a whole disk. */
        if (at < target + 2 || !g_ascii_islower(*at))
            continue;
        index = index * 26 + (unsigned)(*at - 'a') + 1;
    }
    return index > 0 ? index - 1 : 0;
}

/* By place, except for virtio, whose disks have no place but their letter. */
static void
alias_disk(DiskDef *disk)
{
    switch (disk->bus) {
    case DISK_BUS_VIRTIO:
        set(&disk->alias,
            g_strdup_printf("virtio-disk%u", target_index(disk->target)));
        break;
    case DISK_BUS_SCSI:
        set(&disk->alias,
            g_strdup_printf("scsi%d-0-0-%d", disk->controller, disk->unit));
        break;
    case DISK_BUS_SATA:
        set(&disk->alias,
            g_strdup_printf("sata%d-0-%d", disk->controller, disk->unit));
        break;
    /* Bus and unit, as libvirt: the model keeps them in one number. */
    case DISK_BUS_IDE:
        set(&disk->alias, g_strdup_printf("ide%d-%d-%d", disk->controller,
                                          disk->unit / 2, disk->unit % 2));
        break;
    }
}

/* The root bus of a q35 machine is called by QEMU what it is called here, and
 * devices name it so. */
static void
alias_controller(DomainController *controller, bool is_q35)
{
    static const char *const names[] = {"usb",  "pci", "scsi",
                                        "sata", "ide", "virtio-serial"};
    const char *name = names[controller->type];
    unsigned index = controller->index;

    if (controller->type == CONTROLLER_PCI) {
        set(&controller->alias,
            g_strdup_printf(is_q35 && index == 0 ? "pcie.%u" : "pci.%u",
                            index));
        /* libvirt calls the first one "usb", and so its bus is "usb.0", which
         * inputs hang on. */
    } else if (controller->type == CONTROLLER_USB && index == 0) {
        set(&controller->alias, g_strdup(name));
    } else {
        set(&controller->alias, g_strdup_printf("%s%u", name, index));
    }
}

/* Each kind is counted by itself. */
static void
alias_chars(GPtrArray *ends, const char *name)
{
    for (guint i = 0; i < ends->len; i++) {
        DomainChar *end = ends->pdata[i];

        set(&end->alias, g_strdup_printf("%s%u", name, i));
    }
}

/* By kind and in document order, so that the same definition gives the same
 * names on each start: programs keep them. */
void
device_alias_assign(DomainDef *def)
{
    DomainDevices *devices = def->devices;
    bool is_q35 = domain_machine_is_q35(def->machine);

    for (guint i = 0; i < def->disks->len; i++)
        alias_disk(def->disks->pdata[i]);
    for (guint i = 0; i < devices->controllers->len; i++)
        alias_controller(devices->controllers->pdata[i], is_q35);
    for (guint i = 0; i < devices->interfaces->len; i++) {
        DomainInterface *interface = devices->interfaces->pdata[i];

        set(&interface->alias, g_strdup_printf("net%u", i));
    }
    alias_chars(devices->serials, "serial");
    alias_chars(devices->consoles, "console");
    alias_chars(devices->channels, "channel");
    for (guint i = 0; i < devices->inputs->len; i++) {
        DomainInput *input = devices->inputs->pdata[i];

        set(&input->alias, g_strdup_printf("input%u", i));
    }
    for (guint i = 0; i < devices->videos->len; i++) {
        DomainVideo *video = devices->videos->pdata[i];

        set(&video->alias, g_strdup_printf("video%u", i));
    }
    for (guint i = 0; i < devices->rngs->len; i++) {
        DomainRng *rng = devices->rngs->pdata[i];

        set(&rng->alias, g_strdup_printf("rng%u", i));
    }
    if (devices->balloon.is_present)
        set(&devices->balloon.alias, g_strdup("balloon0"));
}
