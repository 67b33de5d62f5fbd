/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of bitmap actions that QEMU carries out all or not at all. */
#pragma once

#include "qemu/qmp/client.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Transaction Transaction;

Transaction *transaction_new(void);
void transaction_free(Transaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transaction, transaction_free)

bool transaction_is_empty(const Transaction *transaction);

/** transaction_bitmap_add: recording, kept in the image at shutdown. */
void transaction_bitmap_add(Transaction *transaction, const char *node,
                            const char *bitmap);
/** transaction_bitmap_add_private: not recording, gone with the node. */
void transaction_bitmap_add_private(Transaction *transaction, const char *node,
                                    const char *bitmap);
void transaction_bitmap_remove(Transaction *transaction, const char *node,
                               const char *bitmap);
void transaction_bitmap_enable(Transaction *transaction, const char *node,
                               const char *bitmap);
void transaction_bitmap_disable(Transaction *transaction, const char *node,
                                const char *bitmap);
/** transaction_bitmap_merge: adds to @node's @target the bits of @bitmap on
 * @from_node (sizes must agree). */
void transaction_bitmap_merge(Transaction *transaction, const char *node,
                              const char *target, const char *from_node,
                              const char *bitmap);

/** transaction_bitmap_merge_all: adds to @node's @target the bits of all of
 * @bitmaps (of char *) on @node itself. */
void transaction_bitmap_merge_all(Transaction *transaction, const char *node,
                                  const char *target, const GPtrArray *bitmaps);

/** transaction_add: any other action that QEMU's `transaction` knows.
 * @data: (transfer full). */
void transaction_add(Transaction *transaction, const char *type, json_t *data);

/** transaction_run: an empty one is not sent.  On failure nothing happened. */
bool transaction_run(const Transaction *transaction, QmpClient *qmp,
                     GError **error);
