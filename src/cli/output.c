/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/output.h"

#include <string.h>

/* To whatever stream the tool was given: tests collect it. */
void
output_print(const Output *output, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(output->out, format, args);
    va_end(args);
}

/* For what a person wants to know and a script does not. */
void
output_say(const Output *output, const char *format, ...)
{
    va_list args;

    if (output->is_quiet)
        return;
    va_start(args, format);
    vfprintf(output->out, format, args);
    va_end(args);
}

/* virsh's column. */
void
output_field(const Output *output, const char *name, const char *format, ...)
{
    /* With its colon before it is padded, as virsh aligns it. */
    g_autofree char *label = g_strconcat(name, ":", NULL);
    va_list args;

    fprintf(output->out, "%-15s ", label);
    va_start(args, format);
    vfprintf(output->out, format, args);
    va_end(args);
    fputc('\n', output->out);
}

/* Prefix and line's end are always ours. */
void
output_error(const Output *output, const char *format, ...)
{
    va_list args;

    /* What was answered before the error also shows before it where both
     * streams end in one file. */
    fflush(output->out);
    fputs("error: ", output->err);
    va_start(args, format);
    vfprintf(output->err, format, args);
    va_end(args);
    fputc('\n', output->err);
    fflush(output->err);
}

struct Table {
    unsigned columns;
    GPtrArray *rows; /* of char **; the first one is the titles */
};

/* The rows are strings of its own. */
void
table_free(Table *table)
{
    if (!table)
        return;
    g_ptr_array_unref(table->rows);
    g_free(table);
}

/* Names come from guests and files: a control character in one must not reach
 * the terminal, nor may a line break tear a row. */
static char *
printable(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    GString *shown = g_string_new(NULL);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        /* Shown rather than dropped: two names that differ only in it stay two
         * names. */
        if (g_unichar_iscntrl(c)) {
            g_string_append_printf(shown, "\\x%02x", c);
        } else {
            g_string_append_unichar(shown, c);
        }
    }
    return g_string_free(shown, FALSE);
}

/* Terminal columns that valid UTF-8 takes. */
static unsigned
text_width(const char *text)
{
    unsigned width = 0;

    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (g_unichar_iszerowidth(c))
            continue;
        /* As terminals draw them; bytes and characters would both misalign a
         * table of names in other scripts. */
        width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

/* Copied, and made printable on the way in. */
void
table_add(Table *table, const char *const *cells)
{
    char **row = g_new0(char *, table->columns + 1);

    for (unsigned i = 0; i < table->columns; i++)
        row[i] = printable(cells[i]);
    g_ptr_array_add(table->rows, row);
}

/* The heads are its first row. */
Table *
table_new(const char *const *titles)
{
    Table *table = g_new0(Table, 1);

    table->columns = g_strv_length((char **)titles);
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    table_add(table, titles);
    return table;
}

/* The last cell is not filled up: a line of text should not end in blanks. */
static void
print_row(const Table *table, const char *const *row, const unsigned *widths,
          FILE *out)
{
    for (unsigned i = 0; i < table->columns; i++) {
        bool is_last = i + 1 == table->columns;
        unsigned pad = is_last ? 0 : widths[i] - text_width(row[i]) + 2;

        fprintf(out, " %s%*s", row[i], (int)pad, "");
    }
    fputc('\n', out);
}

/* Widths first, over all rows: a table is printed when it is complete. */
void
table_print(const Table *table, const Output *output)
{
    g_autoptr(GArray) widths =
        g_array_sized_new(FALSE, TRUE, sizeof(unsigned), table->columns);
    unsigned first = output->is_quiet ? 1 : 0;
    unsigned total = 0;

    g_array_set_size(widths, table->columns);
    for (unsigned i = 0; i < table->columns; i++) {
        unsigned *width = &g_array_index(widths, unsigned, i);

        for (unsigned r = first; r < table->rows->len; r++) {
            char **row = g_ptr_array_index(table->rows, r);

            *width = MAX(*width, text_width(row[i]));
        }
        total += *width + 3;
    }
    /* The heads are a row like the others, and are left out when quiet. */
    for (unsigned r = first; r < table->rows->len; r++) {
        print_row(table, g_ptr_array_index(table->rows, r),
                  (const unsigned *)widths->data, output->out);
        if (r == 0) {
            g_autofree char *rule = g_strnfill(total, '-');

            fprintf(output->out, "%s\n", rule);
        }
    }
}

/* Binary units, as libvirt's tools have them. */
double
size_in_units(unsigned long long bytes, const char **ret_unit)
{
    static const char *const units[] = {"B",   "KiB", "MiB", "GiB",
                                        "TiB", "PiB", "EiB"};
    double size = (double)bytes;
    unsigned unit = 0;

    /* Never past the last unit: a number that large stays a number. */
    while (size >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
        size /= 1024;
        unit++;
    }
    *ret_unit = units[unit];
    return size;
}
