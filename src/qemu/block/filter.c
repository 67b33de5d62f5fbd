/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/filter.h"

#include "qemu/block/node_names.h"

/* The only place that knows them, since forgetting one in a reopen would reset
 * it. */
json_t *
filter_options(const DiskDef *disk, const char *file)
{
    g_autofree char *name = node_top(disk->target);
    /* QEMU filters pass a discard on only if they were opened with
     * discard=unmap; without it the guest's trim would end here. */
    bool is_unmapped = g_strcmp0(disk->discard, "unmap") == 0;

    /* Every option, each time: blockdev-reopen resets those that are not given
     * to their defaults, read-only among them. */
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "driver", "throttle",
                     "node-name", name, "throttle-group", NODE_THROTTLE_GROUP,
                     "file", file, "discard", is_unmapped ? "unmap" : "ignore",
                     "read-only", disk->is_readonly ? 1 : 0);
}

/* All or none: QEMU prepares every node before it switches the first. */
bool
filter_reopen(QmpClient *qmp, json_t *options, GError **error)
{
    /* One command with a list: QEMU drains all the disks, switches them, and
     * lets them go together.  One command each would be one moment each: of 200
     * such cuts 7 tore two disks apart. */
    return qmp_client_run(qmp, "blockdev-reopen",
                          json_pack("{s:o}", "options", options), error);
}
