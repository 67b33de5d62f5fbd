/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk_job.h"

#include <libvirt/libvirt.h>

/* A backup is a job of several disks and has a record of its own kind. */
static const char *const type_names[] = {
    [VIR_DOMAIN_BLOCK_JOB_TYPE_PULL] = "pull",
    [VIR_DOMAIN_BLOCK_JOB_TYPE_COPY] = "copy",
    [VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT] = "commit",
    [VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT] = "active-commit",
};

static const char *const wish_names[] = {"none", "cancel", "pivot"};

static void
free_layer(gpointer layer)
{
    image_layer_free(layer);
}

DiskJob *
disk_job_new(int type, const DiskDef *disk)
{
    DiskJob *job = g_new0(DiskJob, 1);

    job->type = type;
    job->leaving = g_ptr_array_new_with_free_func(free_layer);
    if (disk) {
        job->disk = g_strdup(disk->target);
        job->source = g_strdup(disk->path);
    }
    return job;
}

void
disk_job_free(DiskJob *job)
{
    if (!job)
        return;
    g_free(job->disk);
    g_free(job->source);
    g_ptr_array_unref(job->leaving);
    image_layer_free(job->target);
    image_layer_free(job->base);
    g_free(job);
}

void
disk_job_add_leaving(DiskJob *job, const ImageLayer *layer)
{
    ImageLayer *copy = image_layer_new(layer->type, layer->path, layer->format);

    copy->node = layer->node;
    g_ptr_array_add(job->leaving, copy);
}

bool
disk_job_is_stepping(const DiskJob *job)
{
    return job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY ||
           job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT;
}

/* libvirt asks the disk when it tells: after a pivot that is another image. */
const char *
disk_job_told_path(const DiskJob *job, int status)
{
    bool has_gone_over = status == VIR_DOMAIN_BLOCK_JOB_COMPLETED &&
                         job->wish == DISK_JOB_PIVOT && job->target;

    return has_gone_over ? job->target->path : job->source;
}

const char *
disk_job_type_name(int type)
{
    return type_names[type];
}

int
disk_job_type_parse(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(type_names); i++) {
        if (type_names[i] && g_strcmp0(type_names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

const char *
disk_job_wish_name(DiskJobWish wish)
{
    return wish_names[wish];
}
