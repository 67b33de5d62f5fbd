/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The images that running backups write to, and their numbers: "vda[4]", as
 * those of the disk's own images are "vda[1]" and on.
 *
 * The numbers are kept nowhere: as long as a disk is in a backup no other job
 * may move its images about, so the chain has the same numbers from the begin to
 * the end, and no two backups have the same id.  A target on a server has none:
 * what grows there is not ours to see.
 */
#pragma once

#include "model/job.h"

/* One such image; all of it is borrowed. */
typedef struct {
    const Job *job;
    const DiskDef *disk;
    const BackupDisk *wanted;
} BackupImage;

/** backup_images_of: (transfer full): of BackupImage: those of the backups in
 * @jobs that are live, or of the ended ones as well, on the disks of @def (NULL:
 * shut off, so none). */
GArray *backup_images_of(const DomainDef *def, const JobTable *jobs,
                         bool with_ended);

/** backup_image_device: (transfer full): "vda[4]". */
char *backup_image_device(const BackupImage *image);

/** backup_images_find: the one of a live backup that is called @device, which
 * is none of the disks' own images.  VIR_ERR_INVALID_ARG. */
bool backup_images_find(const DomainDef *live, const JobTable *jobs,
                        const char *device, BackupImage *ret_image,
                        GError **error);

/** backup_images_show: their numbers, into the documents in @jobs; of a backup
 * that has ended nothing is shown. */
void backup_images_show(const DomainDef *live, const JobTable *jobs);
