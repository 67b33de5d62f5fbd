/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk_fixture.h"

#include "model/block/disk_chain.h"

DiskDef *
fixture_add_disk(DomainDef *domain, const char *target, const char *path,
                 ImageFormat format)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup(target);
    disk->path = g_strdup(path);
    disk->source_type = path ? DISK_SOURCE_FILE : DISK_SOURCE_NONE;
    disk->format = format;
    g_ptr_array_add(domain->disks, disk);
    return disk;
}

DiskDef *
fixture_disk_chain(DiskSourceType top)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup("/base");
    disk->format = IMAGE_FORMAT_RAW;
    disk_chain_push(
        disk, image_layer_new(DISK_SOURCE_FILE, "/middle", IMAGE_FORMAT_QCOW2));
    disk_chain_push(disk, image_layer_new(top, "/top", IMAGE_FORMAT_QCOW2));
    disk_def_number_nodes(disk);
    return disk;
}
