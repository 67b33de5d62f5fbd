/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several commands sent ahead of their answers.
 *
 * QEMU carries commands out one after the other, in the order they came; what
 * a row of them costs one by one is mostly the way there and back.  A command
 * that follows a failed one is carried out all the same, so a batch is only
 * for steps that do no harm then: they build on each other and fail in turn,
 * or whoever undoes them asks what is there.
 */
#pragma once

#include "qemu/qmp/client.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Batch Batch;

Batch *batch_new(void);
void batch_free(Batch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Batch, batch_free)

/** batch_add: @command is constant text; @arguments: (transfer full). */
void batch_add(Batch *batch, const char *command, json_t *arguments);

/** batch_run: sends all and waits for all.  The error is that of the first
 * command that failed; *@ret_failed (nullable) is its number. */
bool batch_run(Batch *batch, QmpClient *qmp, guint *ret_failed, GError **error);
