/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which of our disks a guest means. */
#include "qemu/agent/fsinfo.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/qmp/message.h"

/* What query-pci says of the machine below. */
#define PCI                                                         \
    "[{\"bus\": 0, \"devices\": ["                                  \
    "{\"bus\": 0, \"slot\": 4, \"function\": 0,"                    \
    " \"qdev_id\": \"virtio-disk0\"},"                              \
    "{\"bus\": 0, \"slot\": 5, \"function\": 0, \"qdev_id\": \"\"," \
    " \"pci_bridge\": {\"bus\": {}, \"devices\": ["                 \
    "   {\"bus\": 1, \"slot\": 2, \"function\": 1,"                 \
    "    \"qdev_id\": \"virtio-disk1\"}]}},"                        \
    "{\"bus\": 0, \"slot\": 6, \"function\": 0, \"qdev_id\": \"scsi0\"}]}]"

static DiskDef *
add_disk(DomainDef *def, DiskBus bus, const char *target, const char *alias)
{
    DiskDef *disk = disk_def_new();

    disk->bus = bus;
    disk->target = g_strdup(target);
    disk->alias = g_strdup(alias);
    disk->controller = 0;
    g_ptr_array_add(def->disks, disk);
    return disk;
}

/* vda, vdb (virtio; vdb behind a bridge), sda, sdb (SCSI units 0 and 1), sdc
 * (SATA port 3), hdc (IDE, second bus), vdc (serial SN1, place unknown). */
static DomainDef *
machine(void)
{
    DomainDef *def = domain_def_new();
    DomainController *scsi = domain_controller_new(CONTROLLER_SCSI, 0);

    scsi->alias = g_strdup("scsi0");
    if (!def->devices)
        def->devices = domain_devices_new();
    g_ptr_array_add(def->devices->controllers, scsi);
    add_disk(def, DISK_BUS_VIRTIO, "vda", "virtio-disk0");
    add_disk(def, DISK_BUS_VIRTIO, "vdb", "virtio-disk1");
    add_disk(def, DISK_BUS_SCSI, "sda", "scsi0-0-0-0")->unit = 0;
    add_disk(def, DISK_BUS_SCSI, "sdb", "scsi0-0-0-1")->unit = 1;
    add_disk(def, DISK_BUS_SATA, "sdc", "sata0-0-3")->unit = 3;
    add_disk(def, DISK_BUS_IDE, "hdc", "ide0-1-0")->unit = 2;
    add_disk(def, DISK_BUS_VIRTIO, "vdc", "virtio-disk9")->serial =
        g_strdup("SN1");
    return def;
}

static int
parse(const char *text, virDomainFSInfoPtr **ret_info, GError **error)
{
    g_autoptr(DomainDef) def = machine();
    g_autoptr(Json) pci = json_loads(PCI, 0, NULL);
    g_autoptr(DiskPlaces) places = disk_places_new(def, pci);
    g_autoptr(Json) list = json_loads(text, JSON_DECODE_ANY, NULL);

    g_assert_nonnull(pci);
    g_assert_nonnull(list);
    return agent_fsinfo_parse(list, places, ret_info, error);
}

static void
free_info(virDomainFSInfoPtr *list, int count)
{
    int i = 0;

    for (i = 0; i < count; i++) {
        size_t k = 0;

        for (k = 0; k < list[i]->ndevAlias; k++)
            g_free(list[i]->devAlias[k]);
        g_free(list[i]->devAlias);
        g_free(list[i]->mountpoint);
        g_free(list[i]->name);
        g_free(list[i]->fstype);
        g_free(list[i]);
    }
    g_free(list);
}

/* @disk as the guest tells it is @target of ours; NULL: none. */
static void
assert_disk(const char *disk, const char *target)
{
    g_autofree char *text = g_strdup_printf(
        "[{\"name\": \"x1\", \"mountpoint\": \"/\", \"type\": \"ext4\","
        " \"disk\": [%s]}]",
        disk);
    g_autoptr(GError) error = NULL;
    virDomainFSInfoPtr *info = NULL;
    int count = parse(text, &info, &error);

    g_assert_no_error(error);
    g_assert_cmpint(count, ==, 1);
    g_assert_cmpstr(info[0]->mountpoint, ==, "/");
    g_assert_cmpstr(info[0]->name, ==, "x1");
    g_assert_cmpstr(info[0]->fstype, ==, "ext4");
    g_assert_cmpuint(info[0]->ndevAlias, ==, target ? 1 : 0);
    if (target)
        g_assert_cmpstr(info[0]->devAlias[0], ==, target);
    free_info(info, count);
}

#define AT(bus, slot, function)                                               \
    "\"pci-controller\": {\"domain\": 0, \"bus\": " #bus ", \"slot\": " #slot \
    ", \"function\": " #function "}, "

static void
disks_are_found_by_their_place(void)
{
    assert_disk("{" AT(0, 4, 0) "\"bus-type\": \"virtio\", \"unit\": 0}",
                "vda");
    assert_disk("{" AT(1, 2, 1) "\"bus-type\": \"virtio\", \"unit\": 0}",
                "vdb");
    assert_disk("{" AT(0, 6, 0) "\"bus-type\": \"scsi\", \"unit\": 1}", "sdb");
    assert_disk("{" AT(0, 31, 2) "\"bus-type\": \"sata\", \"unit\": 3}", "sdc");
    assert_disk("{" AT(0, 1, 1) "\"bus-type\": \"ide\", \"bus\": 1, "
                                "\"unit\": 0}",
                "hdc");
}

static void
a_serial_number_helps_where_the_place_does_not(void)
{
    assert_disk("{" AT(0, 20, 0) "\"bus-type\": \"virtio\", "
                                 "\"serial\": \"SN1\"}",
                "vdc");
}

static void
a_disk_that_is_none_of_ours_is_left_out(void)
{
    assert_disk("{" AT(0, 9, 0) "\"bus-type\": \"virtio\", \"unit\": 0}", NULL);
    assert_disk("{" AT(0, 4, 0) "\"bus-type\": \"usb\", \"unit\": 0}", NULL);
    assert_disk("{" AT(0, 6, 0) "\"bus-type\": \"scsi\", \"unit\": 7}", NULL);
    assert_disk("{\"bus-type\": \"virtio\"}", NULL);
    assert_disk("{\"serial\": \"SN2\"}", NULL);
    assert_disk("{\"serial\": null, \"bus-type\": 5}", NULL);
    assert_disk("17, null, []", NULL);
}

static void
two_partitions_of_a_disk_name_it_once(void)
{
    assert_disk("{" AT(0, 4, 0) "\"bus-type\": \"virtio\"}, "
                                "{" AT(0, 4, 0) "\"bus-type\": \"virtio\"}",
                "vda");
}

static void
what_is_no_list_of_file_systems_is_refused(void)
{
    static const char *const texts[] = {
        "{}",
        "1",
        "[1]",
        "[{}]",
        "[{\"name\": \"a\", \"mountpoint\": \"/\"}]",
        "[{\"name\": 1, \"mountpoint\": \"/\", \"type\": \"ext4\"}]"};
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        virDomainFSInfoPtr *info = NULL;

        g_assert_cmpint(parse(texts[i], &info, &error), ==, -1);
        g_assert_true(error_is(error, VIR_ERR_AGENT_UNRESPONSIVE));
        g_assert_null(info);
    }
}

static void
no_file_systems_are_an_empty_list(void)
{
    g_autoptr(GError) error = NULL;
    virDomainFSInfoPtr *info = NULL;

    g_assert_cmpint(parse("[]", &info, &error), ==, 0);
    g_assert_no_error(error);
    g_assert_nonnull(info);
    free_info(info, 0);
}

#define ADD(test) g_test_add_func("/qemu/agent/fsinfo/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(disks_are_found_by_their_place);
    ADD(a_serial_number_helps_where_the_place_does_not);
    ADD(a_disk_that_is_none_of_ours_is_left_out);
    ADD(two_partitions_of_a_disk_name_it_once);
    ADD(what_is_no_list_of_file_systems_is_refused);
    ADD(no_file_systems_are_an_empty_list);
    return g_test_run();
}
