/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cuts what comes out of a socket into lines of JSON, within limits.
 *
 * QEMU and the guest agent end each message with a newline, and a newline
 * cannot stand inside JSON text otherwise than between tokens, so lines are
 * enough.  The nesting is counted here, while the bytes pass, so that the
 * parser, which recurses, never sees a text that is too deep; and a line that
 * never ends costs no more than the limit.  Values are counted because a few
 * bytes of text ("{},") become hundreds once parsed.
 *
 * The guest agent marks where a conversation begins with a byte that no UTF-8
 * text has; what came before it on the line is forgotten.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum { FRAMER_MARK = 0xFF };

typedef struct {
    size_t line;    /* longest line, without its newline */
    unsigned depth; /* deepest nesting of [ and { */
    size_t values;  /* most of [ { , in a line, strings apart */
} FramerLimits;

typedef struct {
    FramerLimits limits;
    char *bytes;
    size_t size;    /* of @bytes */
    size_t filled;  /* bytes received; behind it there is only room */
    size_t start;   /* where the unfinished line begins */
    size_t scanned; /* bytes already looked at */
    size_t values;
    unsigned depth;
    bool in_string;
    bool after_backslash;
} Framer;

typedef enum {
    FRAMER_MORE, /* no whole line is there yet */
    FRAMER_LINE,
    FRAMER_TOO_LONG,
    FRAMER_TOO_DEEP,
    FRAMER_TOO_MANY,
} FramerResult;

void framer_init(Framer *framer, FramerLimits limits);
void framer_clear(Framer *framer);

/** framer_room: where the next bytes may be received; at least one. */
void *framer_room(Framer *framer, size_t *ret_room);
/** framer_filled: @length bytes were received there. */
void framer_filled(Framer *framer, size_t length);

/** framer_next: the oldest line not yet taken, without its line end; empty
 * lines are passed over.  *@ret_line is good until the next framer_room().
 * After one of TOO_... nothing more can be had but by framer_restart(). */
FramerResult framer_next(Framer *framer, const char **ret_line,
                         size_t *ret_length);

/** framer_result_text: "a line that is too long" and the like; for TOO_... */
const char *framer_result_text(FramerResult result);

/** framer_restart: drops what is there; the next byte begins a line. */
void framer_restart(Framer *framer);
