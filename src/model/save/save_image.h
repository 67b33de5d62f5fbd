/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a saved machine: what it was, and QEMU's stream of its state.
 *
 *     0       header (docs/format/save.md), in one block that is written at once
 *     4096    two places of one size for the definition; the header says which
 *             counts, so that another one is written beside it and then chosen
 *     ...     the stream, to the end of the file
 *
 * The header says how long the stream is once it is whole, and that it is not
 * whole before; so a file that was cut off, or whose writer died, is known.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *xml;         /* a <domain>, with its passwords */
    bool was_running;  /* and is to run when it is restored */
    unsigned place;    /* of the definition: 0 or 1 */
    guint32 room;      /* bytes that each place has */
    guint64 stream_at; /* bytes before it */
    guint64 stream_length;
} SaveImage;

void save_image_free(SaveImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SaveImage, save_image_free)

/** save_image_begin: into the empty @file, which stands where the stream is to
 * be written then. */
bool save_image_begin(int file, const char *xml, bool was_running,
                      GError **error);

/** save_image_has_stream: somebody has begun to write it into @file. */
bool save_image_has_stream(int file);

/** save_image_seal: @file has its stream, and is whole.  Durable.  Can be done
 * again. */
bool save_image_seal(int file, GError **error);

/** save_image_open: *@ret_file is @path's, read-only or (@is_changed) for
 * changes, and stands where the stream begins.
 * VIR_ERR_OPERATION_FAILED for a file that is none, not whole, or of a later
 * version; VIR_ERR_SYSTEM_ERROR. */
SaveImage *save_image_open(const char *path, bool is_changed, int *ret_file,
                           GError **error);

/** save_image_change: another definition, and whether it is to run; the old ones
 * until all of it is on disk.  VIR_ERR_CONFIG_UNSUPPORTED if it has no room. */
bool save_image_change(int file, SaveImage *image, const char *xml,
                       bool was_running, GError **error);
