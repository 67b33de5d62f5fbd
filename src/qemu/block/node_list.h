/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What nodes a QEMU has at one moment. */
#pragma once

#include "qemu/qmp/client.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct NodeList NodeList;

/** node_list_query: VIR_ERR_OPERATION_FAILED. */
NodeList *node_list_query(QmpClient *qmp, GError **error);
void node_list_free(NodeList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NodeList, node_list_free)

bool node_list_has(const NodeList *list, const char *name);

/** node_list_size: its virtual size; false if there is no such node. */
bool node_list_size(const NodeList *list, const char *name, uint64_t *ret_size);

/** node_list_used: bytes that the file below it takes on the host. */
uint64_t node_list_used(const NodeList *list, const char *name);

/** node_written_to: how far from its begin the node has been written to since
 * it was opened; 0 also when QEMU does not say. */
uint64_t node_written_to(QmpClient *qmp, const char *name);
