/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/node_names.h"

#include "model/domain.h"

/* The one name that the device knows: everything below it may be exchanged
 * while the guest runs. */
char *
node_top(const char *target)
{
    return g_strdup_printf("sl-%s", target);
}

/* Number 0 is the image that was on top when QEMU was started; an overlay gets
 * the next number that is free, since QEMU cannot rename a node. */
char *
node_layer(const char *target, unsigned number)
{
    return number == 0 ? g_strdup_printf("sl-%s-fmt", target)
                       : g_strdup_printf("sl-%s-b%u-fmt", target, number);
}

char *
node_layer_protocol(const char *target, unsigned number)
{
    return number == 0 ? g_strdup_printf("sl-%s-file", target)
                       : g_strdup_printf("sl-%s-b%u-file", target, number);
}

/* Asked of the live definition each time: after a snapshot the guest writes to
 * another image than at the start, and new bitmaps belong there. */
char *
node_format(const DiskDef *disk)
{
    return node_layer(disk->target, disk->node);
}

/* 0 for a disk that the machine does not have any more: a name that QEMU then
 * refuses is better than none. */
char *
node_format_of(const DomainDef *domain, const char *target)
{
    const DiskDef *disk = domain_def_find_disk(domain, target);

    return node_layer(target, disk ? disk->node : 0);
}

/* The id of the job is in it: ids are used once, so a node of a job that died
 * cannot be taken for one of a later job. */
char *
node_job(int job, const char *target, const char *part)
{
    return g_strdup_printf("sl-j%d-%s-%s", job, target, part);
}

/* The bytes of an image are written below its format: offsets there are those of
 * the file that grows. */
char *
node_backup_file(const BackupImage *image)
{
    bool is_push = image->job->backup->mode == BACKUP_MODE_PUSH;

    return node_job(image->job->id, image->disk->target,
                    is_push ? "tgt-file" : "scr-file");
}
