/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of a domain's snapshots, in memory and on disk.
 *
 *     snapshots/NAME.pending    begun
 *     snapshots/NAME.xml        all others
 *     snapshots/current         the name of the current one
 *
 * The content is xml/snapshot_record_xml.h; the file's name says whether the
 * record counts, so that sealing is one rename.  What is in memory is what is
 * on disk, or a failed write made the caller distrust it
 * (qemu_domain_distrust()).
 */
#pragma once

#include "model/snapshot_tree.h"
#include "qemu/domain.h"

/** snapshot_store_load: reads the records on the first ask. */
SnapshotTree *snapshot_store_load(QemuDomain *vm, GError **error);

/** snapshot_store_write: @record as it is now, into the file of its step. */
bool snapshot_store_write(QemuDomain *vm, const SnapshotRecord *record,
                          GError **error);
/** snapshot_store_begin: a new pending @record, written and then the tree's. */
bool snapshot_store_begin(QemuDomain *vm, SnapshotRecord *record,
                          GError **error);
/** snapshot_store_set_step: on disk, between the steps of one file. */
bool snapshot_store_set_step(QemuDomain *vm, SnapshotRecord *record,
                             SnapshotStep step, GError **error);
/** snapshot_store_seal: NAME.pending becomes NAME.xml, and is current.  One
 * without metadata is dropped instead. */
bool snapshot_store_seal(QemuDomain *vm, SnapshotRecord *record,
                         GError **error);
/** snapshot_store_drop: @record is freed and its file goes; before that its
 * children's files get their new parent. */
bool snapshot_store_drop(QemuDomain *vm, SnapshotRecord *record,
                         GError **error);
/** snapshot_store_set_current: durably; NULL: none. */
bool snapshot_store_set_current(QemuDomain *vm, const char *name,
                                GError **error);
