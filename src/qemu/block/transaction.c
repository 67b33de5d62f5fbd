/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/transaction.h"

struct Transaction {
    json_t *actions; /* in the order in which QEMU prepares them */
};

Transaction *
transaction_new(void)
{
    Transaction *transaction = g_new0(Transaction, 1);

    transaction->actions = json_array();
    return transaction;
}

/* Actions that were not run are forgotten with it. */
void
transaction_free(Transaction *transaction)
{
    if (!transaction)
        return;
    json_decref(transaction->actions);
    g_free(transaction);
}

/* QEMU takes an empty transaction without complaint; not sending it saves the
 * way there and back. */
bool
transaction_is_empty(const Transaction *transaction)
{
    return json_array_size(transaction->actions) == 0;
}

/* The order counts: QEMU prepares actions one after the other, and a later one
 * sees what an earlier one made. */
void
transaction_add(Transaction *transaction, const char *type, json_t *data)
{
    json_t *action = json_pack("{s:s, s:o}", "type", type, "data", data);

    /* NULL only for text that is not UTF-8; names were checked when they came
     * in. */
    g_assert(action);
    json_array_append_new(transaction->actions, action);
}

/* Without "granularity": QEMU chooses it by the image's clusters, and so the
 * same for all bitmaps of one disk. */
void
transaction_bitmap_add(Transaction *transaction, const char *node,
                       const char *bitmap)
{
    transaction_add(transaction, "block-dirty-bitmap-add",
                    json_pack("{s:s, s:s, s:b}", "node", node, "name", bitmap,
                              "persistent", 1));
}

/* Disabled: it takes a union as of now, and what is written later must not get
 * into it. */
void
transaction_bitmap_add_private(Transaction *transaction, const char *node,
                               const char *bitmap)
{
    transaction_add(transaction, "block-dirty-bitmap-add",
                    json_pack("{s:s, s:s, s:b, s:b}", "node", node, "name",
                              bitmap, "persistent", 0, "disabled", 1));
}

/* Enable, disable and remove differ in nothing but their names. */
static void
add_simple(Transaction *transaction, const char *type, const char *node,
           const char *bitmap)
{
    transaction_add(transaction, type,
                    json_pack("{s:s, s:s}", "node", node, "name", bitmap));
}

void
transaction_bitmap_remove(Transaction *transaction, const char *node,
                          const char *bitmap)
{
    add_simple(transaction, "block-dirty-bitmap-remove", node, bitmap);
}

void
transaction_bitmap_enable(Transaction *transaction, const char *node,
                          const char *bitmap)
{
    add_simple(transaction, "block-dirty-bitmap-enable", node, bitmap);
}

void
transaction_bitmap_disable(Transaction *transaction, const char *node,
                           const char *bitmap)
{
    add_simple(transaction, "block-dirty-bitmap-disable", node, bitmap);
}

/* From another node as well: sizes must agree, and QEMU refuses the whole
 * transaction if not. */
void
transaction_bitmap_merge(Transaction *transaction, const char *node,
                         const char *target, const char *from_node,
                         const char *bitmap)
{
    transaction_add(transaction, "block-dirty-bitmap-merge",
                    json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "node", node,
                              "target", target, "bitmaps", "node", from_node,
                              "name", bitmap));
}

/* One action, and names alone: QEMU 7.2 reads its monitor byte by byte, 3 us
 * each, and there may be hundreds of bitmaps (docs/design/performance.md). */
void
transaction_bitmap_merge_all(Transaction *transaction, const char *node,
                             const char *target, const GPtrArray *bitmaps)
{
    json_t *names = json_array();

    for (guint i = 0; i < bitmaps->len; i++) {
        json_array_append_new(names,
                              json_string(g_ptr_array_index(bitmaps, i)));
    }
    transaction_add(transaction, "block-dirty-bitmap-merge",
                    json_pack("{s:s, s:s, s:o}", "node", node, "target", target,
                              "bitmaps", names));
}

/* QEMU answers when all of it is done, or when none is. */
bool
transaction_run(const Transaction *transaction, QmpClient *qmp, GError **error)
{
    if (transaction_is_empty(transaction))
        return true;
    /* "O": the actions stay the transaction's, so that one can be tried
     * again. */
    return qmp_client_run(qmp, "transaction",
                          json_pack("{s:O}", "actions", transaction->actions),
                          error);
}
