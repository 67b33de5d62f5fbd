/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serving images over NBD, by a qemu-storage-daemon of our own.
 *
 * So clients of a pull see what they see with QEMU: its server, its meta
 * contexts, its behaviour.  The daemon hangs on a small shell that reads from a
 * pipe of ours: when we close it, or are no longer there to hold it open, the
 * shell ends the daemon and itself.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    int fd;             /* a qcow2 image, with the bitmap in it */
    const char *name;   /* of the export */
    const char *bitmap; /* nullable */
} ExportImage;

typedef struct MemoryExport MemoryExport;

/** memory_export_start: serves @images on the listening socket @listener; both
 * stay the caller's to close.  When this returns, clients can read.
 * VIR_ERR_OPERATION_FAILED with what the daemon said, VIR_ERR_SYSTEM_ERROR. */
MemoryExport *memory_export_start(int listener, const ExportImage *images,
                                  unsigned n_images, GError **error);

/** memory_export_free: its clients are cut off; waits for the daemon's end. */
void memory_export_free(MemoryExport *export);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryExport, memory_export_free)
