/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names that devices get when a machine starts. */
#include "model/device/device_alias.h"

static DomainDef *
new_domain(void)
{
    DomainDef *def = domain_def_new();

    g_free(def->machine->machine);
    def->machine->machine = g_strdup("pc");
    return def;
}

static DiskDef *
add_disk(DomainDef *def, DiskBus bus, const char *target)
{
    DiskDef *disk = disk_def_new();

    disk->bus = bus;
    disk->target = g_strdup(target);
    g_ptr_array_add(def->disks, disk);
    return disk;
}

static void
a_virtio_disk_is_named_by_its_letters(void)
{
    g_autoptr(DomainDef) def = new_domain();
    const DiskDef *first = add_disk(def, DISK_BUS_VIRTIO, "vdb");
    const DiskDef *far = add_disk(def, DISK_BUS_VIRTIO, "vdaa");

    device_alias_assign(def);
    g_assert_cmpstr(first->alias, ==, "virtio-disk1");
    g_assert_cmpstr(far->alias, ==, "virtio-disk26");
}

static void
other_disks_are_named_by_their_place(void)
{
    g_autoptr(DomainDef) def = new_domain();
    DiskDef *scsi = add_disk(def, DISK_BUS_SCSI, "sda");
    DiskDef *ide = add_disk(def, DISK_BUS_IDE, "hdd");

    scsi->controller = 1;
    scsi->unit = 4;
    ide->controller = 0;
    ide->unit = 3;
    device_alias_assign(def);
    g_assert_cmpstr(scsi->alias, ==, "scsi1-0-0-4");
    g_assert_cmpstr(ide->alias, ==, "ide0-1-1");
}

/* What a definition or a run before has given counts for nothing. */
static void
a_start_names_anew(void)
{
    g_autoptr(DomainDef) def = new_domain();
    DiskDef *disk = add_disk(def, DISK_BUS_VIRTIO, "vda");
    DomainChar *channel = domain_char_new(CHAR_CHANNEL, CHAR_UNIX);

    disk->alias = g_strdup("ua-mine");
    g_ptr_array_add(def->devices->channels, channel);
    device_alias_assign(def);
    g_assert_cmpstr(disk->alias, ==, "virtio-disk0");
    g_assert_cmpstr(channel->alias, ==, "channel0");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/device_alias/a_virtio_disk_is_named_by_its_letters",
                    a_virtio_disk_is_named_by_its_letters);
    g_test_add_func("/model/device_alias/other_disks_are_named_by_their_place",
                    other_disks_are_named_by_their_place);
    g_test_add_func("/model/device_alias/a_start_names_anew",
                    a_start_names_anew);
    return g_test_run();
}
