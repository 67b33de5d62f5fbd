/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the overlays of a return go, and when there can be none. */
#include "model/snapshot/snapshot_return.h"

#include <libvirt/virterror.h>
#include <string.h>

static bool
is_listed(const DiskDef *disk, const char *path, gconstpointer taken)
{
    g_assert_cmpstr(disk->target, ==, "vda");
    return g_strv_contains(taken, path);
}

static DomainDef *
machine_on(const char *path)
{
    DomainDef *machine = domain_def_new();
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup(path);
    g_ptr_array_add(machine->disks, disk);
    return machine;
}

static SnapshotDef *
snapshot_of(SnapshotPlace place)
{
    SnapshotDef *def = snapshot_def_new();
    SnapshotDisk *disk = snapshot_disk_new("vda");

    disk->place = place;
    def->name = g_strdup("one");
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    g_ptr_array_add(def->disks, disk);
    return def;
}

static void
check_path(const char *image, const char *const *taken, const char *wanted)
{
    g_autoptr(DomainDef) then = machine_on(image);
    g_autoptr(DomainDef) now = machine_on("/images/elsewhere");
    g_autoptr(SnapshotDef) def = snapshot_of(SNAPSHOT_PLACE_EXTERNAL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) overlays =
        snapshot_return_overlays(def, then, now, is_listed, taken, &error);
    const SnapshotDisk *overlay = NULL;

    g_assert_no_error(error);
    g_assert_cmpuint(overlays->len, ==, 1);
    overlay = g_ptr_array_index(overlays, 0);
    g_assert_cmpstr(overlay->name, ==, "vda");
    g_assert_cmpstr(overlay->path, ==, wanted);
}

static void
overlays_get_the_next_free_number(void)
{
    const char *const none[] = {NULL};
    const char *const two[] = {"/i/web.one-2", "/i/web.one-3", NULL};

    check_path("/i/web.qcow2", none, "/i/web.one-2");
    check_path("/i/web.qcow2", two, "/i/web.one-4");
    check_path("/i.d/web", none, "/i.d/web.one-2");
}

static void
refuse(DomainDef *then, const DomainDef *now, int code, const char *word)
{
    const char *const none[] = {NULL};
    g_autoptr(SnapshotDef) def = snapshot_of(SNAPSHOT_PLACE_EXTERNAL);
    g_autoptr(GError) error = NULL;

    g_assert_null(
        snapshot_return_overlays(def, then, now, is_listed, none, &error));
    g_assert_cmpint(error->code, ==, code);
    g_assert_nonnull(strstr(error->message, word));
}

static void
images_that_changed_and_devices_are_refused(void)
{
    g_autoptr(DomainDef) then = machine_on("/i/web.qcow2");
    g_autoptr(DomainDef) other = machine_on("/i/web.one");
    DiskDef *disk = g_ptr_array_index(then->disks, 0);

    refuse(then, then, VIR_ERR_OPERATION_INVALID, "'/i/web.qcow2'");
    disk->source_type = DISK_SOURCE_BLOCK;
    refuse(then, other, VIR_ERR_CONFIG_UNSUPPORTED, "device");
}

static void
disks_that_took_no_part_get_none(void)
{
    const char *const none[] = {NULL};
    g_autoptr(DomainDef) then = machine_on("/i/web.qcow2");
    g_autoptr(SnapshotDef) def = snapshot_of(SNAPSHOT_PLACE_INTERNAL);
    g_autoptr(GPtrArray) overlays =
        snapshot_return_overlays(def, then, then, is_listed, none, NULL);

    g_assert_cmpuint(overlays->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot/return/overlays_get_the_next_free_number",
                    overlays_get_the_next_free_number);
    g_test_add_func(
        "/model/snapshot/return/images_that_changed_and_devices_are_refused",
        images_that_changed_and_devices_are_refused);
    g_test_add_func("/model/snapshot/return/disks_that_took_no_part_get_none",
                    disks_that_took_no_part_get_none);
    return g_test_run();
}
