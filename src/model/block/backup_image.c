/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/block/backup_image.h"

#include "base/error.h"

/* Above every number that an image of the disk has: theirs are shown as the
 * node's number and one, and ids of jobs begin with 1. */
static unsigned
number_of(const Job *job, const DiskDef *disk)
{
    return disk_def_next_node(disk) + (unsigned)job->id;
}

char *
backup_image_device(const BackupImage *image)
{
    return g_strdup_printf("%s[%u]", image->disk->target,
                           number_of(image->job, image->disk));
}

/* An image of this host, of a disk that takes part and is still there. */
static void
add_images(const DomainDef *def, const Job *job, GArray *images)
{
    for (guint i = 0; i < job->backup->disks->len; i++) {
        const BackupDisk *wanted = g_ptr_array_index(job->backup->disks, i);
        const BackupImage image = {
            .job = job,
            .disk = domain_def_find_disk(def, wanted->name),
            .wanted = wanted,
        };

        if (wanted->is_chosen && !wanted->host && image.disk)
            g_array_append_val(images, image);
    }
}

GArray *
backup_images_of(const DomainDef *def, const JobTable *jobs, bool with_ended)
{
    GArray *images = g_array_new(FALSE, FALSE, sizeof(BackupImage));

    for (guint i = 0; def && i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job->backup && (with_ended || job_is_live(job)))
            add_images(def, job, images);
    }
    return images;
}

bool
backup_images_find(const DomainDef *live, const JobTable *jobs,
                   const char *device, BackupImage *ret_image, GError **error)
{
    g_autoptr(GArray) images = backup_images_of(live, jobs, false);

    for (guint i = 0; i < images->len; i++) {
        const BackupImage *image = &g_array_index(images, BackupImage, i);
        g_autofree char *own = backup_image_device(image);

        if (g_str_equal(own, device)) {
            *ret_image = *image;
            return true;
        }
    }
    return fail(error, VIR_ERR_INVALID_ARG,
                "domain '%s' has no disk or image '%s'; dumpxml and "
                "backup-dumpxml show them, with their index",
                live->name, device);
}

/* Documents are shown more than once, and what a former call wrote there is not
 * true any more when the backup is over. */
static void
hide(const JobTable *jobs)
{
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        for (guint j = 0; job->backup && j < job->backup->disks->len; j++) {
            BackupDisk *disk = g_ptr_array_index(job->backup->disks, j);

            disk->index = 0;
        }
    }
}

void
backup_images_show(const DomainDef *live, const JobTable *jobs)
{
    g_autoptr(GArray) images = backup_images_of(live, jobs, false);

    hide(jobs);
    for (guint i = 0; i < images->len; i++) {
        const BackupImage *image = &g_array_index(images, BackupImage, i);
        BackupDisk *shown =
            backup_def_find_disk(image->job->backup, image->wanted->name);

        shown->index = number_of(image->job, image->disk);
    }
}
