/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The messages of QMP: what goes out, and what a line that came in is.
 *
 * Ids are sent as strings: a reply with an integer past 63 bits is read with
 * all its numbers as reals (jansson has no other way), and an id must not lose
 * digits then.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* json_t by scope: g_autoptr(Json) reply = NULL; */
typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

typedef enum {
    MESSAGE_NONSENSE, /* JSON, but nothing that QMP has */
    MESSAGE_GREETING,
    MESSAGE_EVENT,
    MESSAGE_RETURN,
    MESSAGE_ERROR,
} MessageKind;

/** message_format: the line of a command, with its newline.
 * @arguments: (nullable).  NULL if they are no valid JSON object. */
char *message_format(const char *command, json_t *arguments, guint64 id,
                     size_t *ret_length);

/** message_parse: NULL with VIR_ERR_OPERATION_FAILED when @line is no JSON
 * object in UTF-8. */
json_t *message_parse(const char *line, size_t length, GError **error);

MessageKind message_kind(const json_t *message);

/** message_id: false if a reply carries none, or none of ours. */
bool message_id(const json_t *message, guint64 *ret_id);

/** message_error_text: the words of QEMU or the agent in an error reply. */
const char *message_error_text(const json_t *message);
