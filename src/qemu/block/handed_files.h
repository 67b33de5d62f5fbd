/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images as descriptors, for a QEMU that could not open them itself.
 *
 * A QEMU that runs as another user than we opens no image by its name: we open
 * it, and QEMU finds the descriptor as /dev/fdset/N.  So no image changes its
 * owner or its mode, whatever dies when; a base that many share is handed for
 * reading alone; and of another machine's images QEMU has nothing
 * (docs/design/qemu-user.md).
 *
 * All nodes pass one of two places, the command line and "blockdev-add"; those
 * who describe a node always write the file's own name.
 */
#pragma once

#include "qemu/qmp/client.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Takes over the open @fd of @path, and says which set of QEMU's has it. */
typedef bool (*HandFile)(gpointer data, int fd, guint *ret_set, GError **error);

/** handed_files_open: as a node of a file or device opens it (@flags: O_RDONLY
 * or O_RDWR).  Nothing but a file or a block device: VIR_ERR_CONFIG_UNSUPPORTED.
 * Returns: -1 with @error. */
int handed_files_open(const char *path, int flags, GError **error);

/** handed_files_replace: hands every file that @options, those of a block node
 * and of what is described inline below it, name by @hand, and names its set in
 * its place. */
bool handed_files_replace(json_t *options, HandFile hand, gpointer data,
                          GError **error);

/** handed_files_by_qmp: from now on @qmp hands what a "blockdev-add" names. */
void handed_files_by_qmp(QmpClient *qmp);

/* The file of a node that QEMU has, and how it is to have it from now on. */
typedef struct {
    const char *node;
    const char *path;
    int flags; /* O_RDONLY or O_RDWR */
} HandedFile;

/** handed_files_run: qmp_client_run() of a command during which QEMU opens @file
 * anew; it is opened by us if QEMU did not open it by its name before. */
bool handed_files_run(QmpClient *qmp, const HandedFile *file,
                      const char *command, json_t *arguments, GError **error);
