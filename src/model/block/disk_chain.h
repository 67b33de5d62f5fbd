/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The images of a disk, from the top down.
 *
 * A run begins with the chain that the definition or the images name.  It
 * changes while the machine runs: a snapshot puts an image on top, a commit or
 * a pull takes some out, a copy exchanges them all.  The live definition is the
 * record of it: who changes what a disk stands on changes that, with the
 * functions below.
 */
#pragma once

#include "model/disk_job.h"
#include "model/domain.h"

/** disk_chain_length: how many images @disk has (1 without a backing file). */
unsigned disk_chain_length(const DiskDef *disk);

/** disk_chain_layer: the image at @depth (0: the top), borrowed from @disk. */
ImageLayer disk_chain_layer(const DiskDef *disk, unsigned depth);

/** disk_chain_find: where the image called @name is: by its path, or as
 * "vda[2]", with the number that the XML shows. */
bool disk_chain_find(const DiskDef *disk, const char *name,
                     unsigned *ret_depth);

/** disk_chain_find_image: the disk of @domain with an image called so; a disk's
 * target stands for its top.  NULL if there is none; *@ret_depth is 0 then. */
const DiskDef *disk_chain_find_image(const DomainDef *domain, const char *name,
                                     unsigned *ret_depth);

/** disk_chain_device: (transfer full): the image at @depth by its number
 * ("vda[2]").  Events call the top by its disk, and then once more so. */
char *disk_chain_device(const DiskDef *disk, unsigned depth);

/** disk_chain_depth: where the image @path (nullable) is; -1: nowhere. */
int disk_chain_depth(const DiskDef *disk, const char *path);

/** disk_chain_push: @image (transfer full), numbered, is the top now. */
void disk_chain_push(DiskDef *disk, ImageLayer *image);

/** disk_chain_state: what is known of @disk's chain is all of it. */
void disk_chain_state(DiskDef *disk);

/** disk_chain_append: @image, copied, is below all others. */
void disk_chain_append(DiskDef *disk, const ImageLayer *image);

/** disk_chain_drop: @n images from @depth on are no part of the disk any more;
 * at least one is left. */
void disk_chain_drop(DiskDef *disk, unsigned depth, unsigned n);

/** disk_chain_follow: the stored definition's disk @stored, after what happened
 * to @live's: the same top and, if it states its chain, the same chain. */
void disk_chain_follow(DiskDef *stored, const DiskDef *live);

/** disk_chain_settle: @job came to a good end: its target is on top, and what
 * was to leave is gone.  Goes by the numbers of the nodes, so it can be
 * repeated. */
void disk_chain_settle(DiskDef *disk, const DiskJob *job);
