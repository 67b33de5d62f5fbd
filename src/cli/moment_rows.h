/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What checkpoint-list and snapshot-list print: a table, names, or a tree.
 * Which checkpoints or snapshots these are, the commands find out.
 */
#pragma once

#include "cli/options.h"
#include "cli/tool.h"

typedef struct {
    char *name;
    char *parent; /* NULL for a root */
    char *time;   /* (nullable): when it was made */
    char *state;  /* (nullable): of the domain; snapshots only */
} MomentRow;

void moment_row_free(MomentRow *row);

/** moment_rows_new: (transfer full) (element-type MomentRow): no rows. */
GPtrArray *moment_rows_new(void);

/** moment_rows_time: (transfer full) (nullable): the seconds at @path of @xml
 * as "2026-11-20 10:37:05 +0000", in the time zone of who reads it. */
char *moment_rows_time(const char *xml, const char *path);

/** moment_rows_sort: by name, without regard to case, as virsh has them. */
void moment_rows_sort(GPtrArray *rows);

/** moment_rows_print: as --tree, --name or --parent of @options ask;
 * @has_state: a table has that column too. */
void moment_rows_print(const Tool *tool, const Options *options,
                       const GPtrArray *rows, bool has_state);
