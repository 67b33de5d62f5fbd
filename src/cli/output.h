/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tool prints, and how it looks.
 *
 * Results and confirmations go to stdout, errors and progress to stderr, so
 * that a pipe gets nothing but the answer.  -q leaves out confirmations and
 * the heads of tables.  The layouts are virsh's, since scripts read them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *out;
    FILE *err;
    bool is_quiet;
} Output;

/** output_print: the answer; printed always. */
void output_print(const Output *output, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** output_say: a confirmation; left out when quiet. */
void output_say(const Output *output, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** output_field: one "Name:    value" line, the value in column 17. */
void output_field(const Output *output, const char *name, const char *format,
                  ...) G_GNUC_PRINTF(3, 4);

/** output_error: one "error: ..." line on stderr. */
void output_error(const Output *output, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

typedef struct Table Table;

/** table_new: @titles ends with NULL. */
Table *table_new(const char *const *titles);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/** table_add: as many @cells as there are titles; a NULL cell is empty. */
void table_add(Table *table, const char *const *cells);

/** table_print: columns as wide as their widest cell on a terminal. */
void table_print(const Table *table, const Output *output);

/** size_in_units: @bytes as a number below 1024 of *@ret_unit ("MiB"). */
double size_in_units(unsigned long long bytes, const char **ret_unit);
