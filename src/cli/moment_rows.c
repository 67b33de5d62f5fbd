/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/moment_rows.h"

#include "cli/text/tree.h"
#include "cli/text/xml_query.h"

/* Name, time, state, parent, and the end. */
enum { COLUMNS_MAX = 5 };

void
moment_row_free(MomentRow *row)
{
    if (!row)
        return;
    g_free(row->name);
    g_free(row->parent);
    g_free(row->time);
    g_free(row->state);
    g_free(row);
}

GPtrArray *
moment_rows_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)moment_row_free);
}

char *
moment_rows_time(const char *xml, const char *path)
{
    g_autofree char *text = xml_query_text(xml, path);
    gint64 seconds = text ? g_ascii_strtoll(text, NULL, 10) : 0;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(seconds);

    return text && time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S %z")
                        : NULL;
}

static int
compare_names(const void *a, const void *b)
{
    const MomentRow *first = *(MomentRow *const *)a;
    const MomentRow *second = *(MomentRow *const *)b;

    return g_ascii_strcasecmp(first->name, second->name);
}

void
moment_rows_sort(GPtrArray *rows)
{
    g_ptr_array_sort(rows, compare_names);
}

static void
print_table(const Tool *tool, const GPtrArray *rows, bool has_state,
            bool has_parent)
{
    const char *titles[COLUMNS_MAX] = {"Name", "Creation Time"};
    unsigned count = 2;
    g_autoptr(Table) table = NULL;

    if (has_state)
        titles[count++] = "State";
    if (has_parent)
        titles[count] = "Parent";
    table = table_new(titles);
    for (unsigned i = 0; i < rows->len; i++) {
        const MomentRow *row = g_ptr_array_index(rows, i);
        /* Without the one column the other is the third. */
        const char *cells[] = {row->name, row->time,
                               has_state ? row->state : row->parent,
                               row->parent};

        table_add(table, cells);
    }
    table_print(table, &tool->output);
}

/* Rows own what the nodes point to. */
static void
print_tree(const Tool *tool, const GPtrArray *rows)
{
    g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(TreeNode));

    for (unsigned i = 0; i < rows->len; i++) {
        const MomentRow *row = g_ptr_array_index(rows, i);
        TreeNode node = {row->name, row->parent};

        g_array_append_val(nodes, node);
    }
    tree_print((const TreeNode *)nodes->data, nodes->len, &tool->output);
}

/* For scripts: one a line, no heads. */
static void
print_names(const Tool *tool, const GPtrArray *rows)
{
    for (unsigned i = 0; i < rows->len; i++) {
        const MomentRow *row = g_ptr_array_index(rows, i);

        output_print(&tool->output, "%s\n", row->name);
    }
}

void
moment_rows_print(const Tool *tool, const Options *options,
                  const GPtrArray *rows, bool has_state)
{
    if (options_has(options, "tree")) {
        print_tree(tool, rows);
    } else if (options_has(options, "name")) {
        print_names(tool, rows);
    } else {
        print_table(tool, rows, has_state, options_has(options, "parent"));
    }
}
