/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/fsinfo.h"

#include "base/error.h"
#include "model/domain_devices.h"

#include <string.h>

enum {
    /* No guest has as many; one that says so is not believed. */
    FILE_SYSTEMS_MAX = 4096,
    DISKS_MAX = 256,
};

typedef struct {
    char *target;
    char *serial; /* NULL: has none */
    DiskBus bus;
    int controller; /* not for virtio */
    int unit;       /* not for virtio */
    /* Of the disk itself (virtio) or of its SCSI controller. */
    bool has_pci;
    json_int_t pci_bus;
    json_int_t pci_slot;
    json_int_t pci_function;
} DiskPlace;

struct DiskPlaces {
    GPtrArray *list; /* of DiskPlace */
};

/* Copies of the definition's strings. */
static void
disk_place_free(gpointer data)
{
    DiskPlace *place = data;

    g_free(place->target);
    g_free(place->serial);
    g_free(place);
}

/* The device with @id in a list of query-pci, also below bridges. */
static const json_t *
find_pci_device(const json_t *devices, const char *id)
{
    size_t i = 0;

    for (i = 0; i < json_array_size(devices); i++) {
        const json_t *device = json_array_get(devices, i);
        /* Recursive, and bounded by the depth that QEMU's reply may have
         * (QMP_DEPTH). */
        const json_t *bridge = json_object_get(device, "pci_bridge");
        const char *name =
            json_string_value(json_object_get(device, "qdev_id"));
        const json_t *found = NULL;

        if (g_strcmp0(name, id) == 0)
            return device;
        found = find_pci_device(json_object_get(bridge, "devices"), id);
        if (found)
            return found;
    }
    return NULL;
}

/* QEMU lists host bridges, and below each its devices. */
static const json_t *
find_on_any_bus(const json_t *buses, const char *id)
{
    const json_t *found = NULL;
    size_t i = 0;

    for (i = 0; id && i < json_array_size(buses) && !found; i++) {
        found = find_pci_device(
            json_object_get(json_array_get(buses, i), "devices"), id);
    }
    return found;
}

/* By its number, as a disk names it. */
static const char *
scsi_controller_alias(const DomainDef *def, int number)
{
    guint i = 0;

    for (i = 0; def->devices && i < def->devices->controllers->len; i++) {
        const DomainController *one =
            g_ptr_array_index(def->devices->controllers, i);

        if (one->type == CONTROLLER_SCSI && (int)one->index == number)
            return one->alias;
    }
    return NULL;
}

/* What is not known of a disk stays unset and matches nothing. */
static DiskPlace *
place_of(const DomainDef *def, const DiskDef *disk, const json_t *pci)
{
    DiskPlace *place = g_new0(DiskPlace, 1);
    const json_t *device = NULL;

    place->target = g_strdup(disk->target);
    place->serial = g_strdup(disk->serial);
    place->bus = disk->bus;
    place->controller = disk->controller;
    place->unit = disk->unit;
    if (disk->bus == DISK_BUS_VIRTIO) {
        device = find_on_any_bus(pci, disk->alias);
        /* The guest sees the controller's address; the disk is a unit of it. */
    } else if (disk->bus == DISK_BUS_SCSI) {
        device =
            find_on_any_bus(pci, scsi_controller_alias(def, disk->controller));
    }
    /* Without one (no answer to query-pci) a serial number is all there is. */
    if (device) {
        place->has_pci = true;
        place->pci_bus = json_integer_value(json_object_get(device, "bus"));
        place->pci_slot = json_integer_value(json_object_get(device, "slot"));
        place->pci_function =
            json_integer_value(json_object_get(device, "function"));
    }
    return place;
}

/* Made under the lock, used without it. */
DiskPlaces *
disk_places_new(const DomainDef *def, const json_t *pci)
{
    DiskPlaces *places = g_new0(DiskPlaces, 1);
    guint i = 0;

    /* Copies all that it needs: the definition is the call's, and this outlives
     * the call. */
    places->list = g_ptr_array_new_with_free_func(disk_place_free);
    for (i = 0; i < def->disks->len; i++) {
        g_ptr_array_add(places->list,
                        place_of(def, g_ptr_array_index(def->disks, i), pci));
    }
    return places;
}

void
disk_places_free(DiskPlaces *places)
{
    if (!places)
        return;
    g_ptr_array_unref(places->list);
    g_free(places);
}

/* An integer member; -1 if there is none.
 *
 * -1 is no address: a member that is missing matches nothing. */
static json_int_t
number_in(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);

    return json_is_integer(number) ? json_integer_value(number) : -1;
}

/* All three numbers, and only if we know ours. */
static bool
is_at_pci(const DiskPlace *place, const json_t *disk)
{
    const json_t *pci = json_object_get(disk, "pci-controller");

    return place->has_pci && number_in(pci, "bus") == place->pci_bus &&
           number_in(pci, "slot") == place->pci_slot &&
           number_in(pci, "function") == place->pci_function;
}

/* Each bus names its places in its own way. */
static bool
is_at(const DiskPlace *place, const json_t *disk)
{
    const char *type = json_string_value(json_object_get(disk, "bus-type"));
    json_int_t unit = number_in(disk, "unit");

    switch (place->bus) {
    case DISK_BUS_VIRTIO:
        return g_strcmp0(type, "virtio") == 0 && is_at_pci(place, disk);
    case DISK_BUS_SCSI:
        return g_strcmp0(type, "scsi") == 0 && is_at_pci(place, disk) &&
               unit == place->unit;
    /* The guest tells no PCI address that could tell two such controllers apart
     * for certain; so only the first is matched. */
    case DISK_BUS_SATA:
        return g_strcmp0(type, "sata") == 0 && place->controller == 0 &&
               unit == place->unit;
    case DISK_BUS_IDE:
        return g_strcmp0(type, "ide") == 0 && place->controller == 0 &&
               2 * number_in(disk, "bus") + unit == place->unit;
    }
    return false;
}

/* By its place, which is what we know best, else by a serial number that only
 * one disk has.  NULL: none of ours. */
static const DiskPlace *
find_place(const DiskPlaces *places, const json_t *disk)
{
    const char *serial = json_string_value(json_object_get(disk, "serial"));
    const DiskPlace *by_serial = NULL;
    unsigned nserials = 0;
    guint i = 0;

    for (i = 0; i < places->list->len; i++) {
        const DiskPlace *place = g_ptr_array_index(places->list, i);

        /* At once: an address is unique. */
        if (is_at(place, disk))
            return place;
        if (serial && g_strcmp0(place->serial, serial) == 0) {
            by_serial = place;
            nserials++;
        }
    }
    return nserials == 1 ? by_serial : NULL;
}

/* For what tells of disks otherwise than by file systems. The text is the
 * table's own. */
const char *
disk_places_target(const DiskPlaces *places, const json_t *disk)
{
    const DiskPlace *place = find_place(places, disk);

    return place ? place->target : NULL;
}

/* For entries that were parsed before one that could not be. */
static void
fs_info_free(gpointer data)
{
    virDomainFSInfoPtr info = data;
    size_t i = 0;

    g_free(info->mountpoint);
    g_free(info->name);
    g_free(info->fstype);
    for (i = 0; i < info->ndevAlias; i++)
        g_free(info->devAlias[i]);
    g_free(info->devAlias);
    g_free(info);
}

/* A handful of disks at most. */
static bool
has_alias(const virDomainFSInfo *info, const char *alias)
{
    size_t i = 0;

    for (i = 0; i < info->ndevAlias; i++) {
        if (strcmp(info->devAlias[i], alias) == 0)
            return true;
    }
    return false;
}

/* Two partitions of one disk below one file system name that disk once. */
static void
fill_aliases(virDomainFSInfoPtr info, const json_t *disks,
             const DiskPlaces *places)
{
    /* What is over the limit is not told; a file system on 256 disks is a
     * guest's joke. */
    size_t count = MIN(json_array_size(disks), DISKS_MAX);
    size_t i = 0;

    info->devAlias = g_new0(char *, count + 1);
    for (i = 0; i < count; i++) {
        const DiskPlace *place = find_place(places, json_array_get(disks, i));

        if (place && !has_alias(info, place->target))
            info->devAlias[info->ndevAlias++] = g_strdup(place->target);
    }
}

/* NULL: it is not what the agent's manual says. */
static virDomainFSInfoPtr
parse_one(const json_t *entry, const DiskPlaces *places)
{
    const char *mountpoint =
        json_string_value(json_object_get(entry, "mountpoint"));
    const char *name = json_string_value(json_object_get(entry, "name"));
    const char *type = json_string_value(json_object_get(entry, "type"));
    virDomainFSInfoPtr info = NULL;

    if (!mountpoint || !name || !type)
        return NULL;
    info = g_new0(virDomainFSInfo, 1);
    /* The guest's words as they are; to a caller they are data. */
    info->mountpoint = g_strdup(mountpoint);
    info->name = g_strdup(name);
    info->fstype = g_strdup(type);
    fill_aliases(info, json_object_get(entry, "disk"), places);
    return info;
}

/* What the guest says becomes strings and numbers of ours, bounded; nothing of
 * it is believed further. */
int
agent_fsinfo_parse(const json_t *list, const DiskPlaces *places,
                   virDomainFSInfoPtr **ret_info, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(fs_info_free);
    size_t count = json_array_size(list);
    size_t i = 0;

    /* All or nothing: a list of which a part was dropped would look
     * complete. */
    if (!json_is_array(list) || count > FILE_SYSTEMS_MAX) {
        fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
             "the guest agent answered 'guest-get-fsinfo' with something that "
             "is no list of file systems");
        return -1;
    }
    for (i = 0; i < count; i++) {
        virDomainFSInfoPtr info = parse_one(json_array_get(list, i), places);

        if (!info) {
            fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                 "the guest agent answered 'guest-get-fsinfo' with a file "
                 "system that has no mount point, name or type");
            return -1;
        }
        g_ptr_array_add(all, info);
    }
    /* The caller walks by the count, but an array is never NULL. */
    g_ptr_array_add(all, NULL);
    g_ptr_array_set_free_func(all, NULL);
    *ret_info =
        (virDomainFSInfoPtr *)g_ptr_array_free(g_steal_pointer(&all), FALSE);
    return (int)count;
}
