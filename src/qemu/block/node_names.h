/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names we give to the nodes of QEMU's block graph.
 *
 *     device ── sl-vda           permanent filter (throttle, no limits)
 *                 └─ sl-vda-fmt      format node: bitmaps live here
 *                      ├─ sl-vda-file    protocol node
 *                      └─ sl-vda-b1-fmt, sl-vda-b1-file ...   backing chain
 *
 * The numbers are counted at the start and stay with their nodes, which QEMU
 * cannot rename: an overlay that a snapshot puts on top of these two is
 * sl-vda-b2-fmt, and the bitmaps of new checkpoints live there.  So the top one
 * is asked of the live definition (DiskDef.node), never guessed.
 *
 * While backup job 7 runs, its copy-before-write filter sits between the first
 * two, and its view hangs on that filter:
 *
 *     sl-vda ── sl-j7-vda-cbw ── sl-vda-fmt      sl-j7-vda-view
 *                    └─ target: sl-j7-vda-scr (qcow2) ── -scr-raw ── -scr-file
 *
 * The device path for qom and qemu-io is /machine/peripheral/ALIAS, the alias
 * being libvirt's ("virtio-disk0").  Names end at 31 bytes, so a disk target
 * is at most NODE_TARGET_MAX long (checked when the XML is read).
 */
#pragma once

#include "model/block/backup_image.h"

enum { NODE_NAME_MAX = 31, NODE_TARGET_MAX = 8 };

#define NODE_THROTTLE_GROUP "sl-unlimited"

/* New strings; @target is a disk's ("vda"). */
char *node_top(const char *target);
/** node_layer/node_layer_protocol: of the layer with that number. */
char *node_layer(const char *target, unsigned number);
char *node_layer_protocol(const char *target, unsigned number);
/** node_format: of the image on top, where the guest writes. */
char *node_format(const DiskDef *disk);
char *node_format_of(const DomainDef *domain, const char *target);
/** @part: "cbw", "view", "scr", "scr-raw", "scr-file", "tgt", "tgt-file". */
char *node_job(int job, const char *target, const char *part);
/** node_backup_file: of the file that a backup writes to. */
char *node_backup_file(const BackupImage *image);
