/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/qmp/framer.h"

#include <string.h>

/* A reply of query-named-block-nodes with a few disks is about this long. */
enum { READ_SIZE = 64 * 1024 };

/* Nothing is allocated before the first byte: many clients are opened and never
 * asked. */
void
framer_init(Framer *framer, FramerLimits limits)
{
    *framer = (Framer){.limits = limits};
}

void
framer_clear(Framer *framer)
{
    g_clear_pointer(&framer->bytes, g_free);
}

/* All that is known of a line so far is that it began at @start. */
static void
begin_line(Framer *framer, size_t start)
{
    framer->start = start;
    framer->scanned = start;
    framer->values = 0;
    framer->depth = 0;
    framer->in_string = false;
    framer->after_backslash = false;
}

void
framer_restart(Framer *framer)
{
    framer->filled = 0;
    begin_line(framer, 0);
}

void *
framer_room(Framer *framer, size_t *ret_room)
{
    /* What was taken goes; only an unfinished line is left by then, so that
     * mostly nothing is moved. */
    if (framer->start > 0) {
        memmove(framer->bytes, framer->bytes + framer->start,
                framer->filled - framer->start);
        framer->filled -= framer->start;
        framer->scanned -= framer->start;
        framer->start = 0;
    }
    if (framer->size < framer->filled + READ_SIZE) {
        /* Doubled, so that a line of 64 MiB is copied ten times and not a
         * thousand.  The line's limit, which is looked at byte by byte, bounds
         * this to about twice itself. */
        framer->size = 2 * framer->filled + READ_SIZE;
        framer->bytes = g_realloc(framer->bytes, framer->size);
    }
    *ret_room = framer->size - framer->filled;
    return framer->bytes + framer->filled;
}

void
framer_filled(Framer *framer, size_t length)
{
    g_assert(length <= framer->size - framer->filled);
    framer->filled += length;
}

static void
note_byte_of_string(Framer *framer, char byte)
{
    /* Only to find the string's end: what stands behind a backslash otherwise
     * is for the parser.  Between \u and its digits there is no quote. */
    if (framer->after_backslash) {
        framer->after_backslash = false;
    } else if (byte == '\\') {
        framer->after_backslash = true;
    } else if (byte == '"') {
        framer->in_string = false;
    }
}

/* Brackets count outside strings only.  Unbalanced ones are for the parser to
 * refuse: here a closing one too many is just not counted. */
static void
note_byte(Framer *framer, char byte)
{
    switch (byte) {
    case '"':
        framer->in_string = true;
        break;
    case '[':
    case '{':
        framer->depth++;
        framer->values++;
        break;
    /* One value more than there are commas and brackets at the most: a bound,
     * not a count. */
    case ',':
        framer->values++;
        break;
    case ']':
    case '}':
        if (framer->depth > 0)
            framer->depth--;
        break;
    default:
        break;
    }
}

/* For each byte, also of a line that never ends. */
static FramerResult
check_limits(const Framer *framer, size_t at)
{
    if (at - framer->start >= framer->limits.line)
        return FRAMER_TOO_LONG;
    if (framer->depth > framer->limits.depth)
        return FRAMER_TOO_DEEP;
    if (framer->values > framer->limits.values)
        return FRAMER_TOO_MANY;
    return FRAMER_MORE;
}

/* The line that ends before the newline at @end; FRAMER_MORE if it is empty. */
static FramerResult
take_line(Framer *framer, size_t end, const char **ret_line, size_t *ret_length)
{
    const char *line = framer->bytes + framer->start;
    size_t length = end - framer->start;

    /* The line's bytes stay where they are until framer_room() moves them. */
    begin_line(framer, end + 1);
    /* QEMU ends its lines with CR LF, the guest agent with LF. */
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0)
        return FRAMER_MORE;
    *ret_line = line;
    *ret_length = length;
    return FRAMER_LINE;
}

FramerResult
framer_next(Framer *framer, const char **ret_line, size_t *ret_length)
{
    FramerResult result = FRAMER_MORE;

    while (framer->scanned < framer->filled && result == FRAMER_MORE) {
        size_t at = framer->scanned++;
        char byte = framer->bytes[at];

        if (byte == '\n') {
            result = take_line(framer, at, ret_line, ret_length);
            continue;
        }
        /* Even within a string: 0xFF is in no UTF-8 text, so that what came
         * before was cut off. */
        if (byte == (char)FRAMER_MARK) {
            begin_line(framer, at + 1);
            continue;
        }
        if (framer->in_string) {
            note_byte_of_string(framer, byte);
        } else {
            note_byte(framer, byte);
        }
        result = check_limits(framer, at);
    }
    return result;
}

const char *
framer_result_text(FramerResult result)
{
    switch (result) {
    case FRAMER_TOO_LONG:
        return "a line that is too long";
    case FRAMER_TOO_DEEP:
        return "JSON that is nested too deep";
    case FRAMER_TOO_MANY:
        return "JSON with too many values";
    case FRAMER_MORE:
    case FRAMER_LINE:
        break;
    }
    return "nothing wrong";
}
