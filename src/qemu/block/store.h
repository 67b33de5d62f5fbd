/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images that a backup makes: push targets and scratch.
 *
 *     sl-j7-vda-tgt (qcow2) ── sl-j7-vda-tgt-file
 *     sl-j7-vda-scr (qcow2) ── sl-j7-vda-scr-raw (size=N) ── sl-j7-vda-scr-file
 *
 * Files are made by us, with O_EXCL and mode 0600, so that nothing that exists
 * is ever written over, and so are the empty images in them (empty_qcow2.h).
 * The nodes of an image are one tree: those below it go when it is deleted.
 *
 * A scratch that we place ourselves is bounded: the raw node ends after N bytes
 * whatever the file system has left, a write past it fails, and that breaks
 * the view of the backup and nothing of the guest's.
 */
#pragma once

#include "model/backup.h"
#include "qemu/qmp/client.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int job;
    char *target;     /* the disk's */
    const char *part; /* "tgt" or "scr" (node_names.h); constant text */
    char *path;
    bool is_block;    /* a device: there before, stays, its content goes */
    bool is_existing; /* the caller's own image, to be used as it is */
    bool is_nameless; /* unlinked as soon as QEMU has it open */
    bool is_scratch;  /* needs no flushing: worthless after a crash */
    ImageFormat format;
    uint64_t size;  /* of the disk in it */
    uint64_t bound; /* bytes on the host; 0: none.  Only for qcow2 files */
    /* Node that shows through where the image holds nothing; NULL: zeroes. */
    char *backing;
    /* Borrowed.  Not NULL: no file but the NBD export @target_name there, raw, to
     * be written over; @path is its URI, for messages. */
    const BackupServer *host;
    const char *target_name;
    /* Borrowed, nullable: what a new image names as its backing file.  It is not
     * opened with the image: nothing reads through a target. */
    const char *below;
    ImageFormat below_format;
    bool is_created; /* we made the file: it is ours to remove */
} Store;

Store *store_new(int job, const char *target, const char *part,
                 const char *path);
void store_free(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)

/** store_check: what can be known before anything is made: that the file is not
 * there (VIR_ERR_INVALID_ARG) and its folder is (VIR_ERR_SYSTEM_ERROR), that an
 * existing image is of the format and size it must be. */
bool store_check(const Store *store, GError **error);

/** store_prepare: makes the files of all of @stores (of Store), the images in
 * them, and their nodes.  On failure some may be there: is_created tells. */
bool store_prepare(GPtrArray *stores, QmpClient *qmp, GError **error);

/** store_make: its file, and the image in it: a part of store_prepare(), for
 * those who open it by themselves. */
bool store_make(Store *store, GError **error);

/** store_bound: how large a scratch for a disk of @size bytes in the folder of
 * @path may grow when it is one of @n: a share of what is free.
 * VIR_ERR_OPERATION_FAILED if that is next to nothing. */
bool store_bound(const char *path, uint64_t size, guint n, uint64_t *ret_bound,
                 GError **error);
