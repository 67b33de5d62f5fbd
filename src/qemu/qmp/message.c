/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/qmp/message.h"

#include "base/error.h"

#include <string.h>

char *
message_format(const char *command, json_t *arguments, guint64 id,
               size_t *ret_length)
{
    g_autofree char *id_text = g_strdup_printf("%" G_GUINT64_FORMAT, id);
    /* "O*": left out when NULL, and the caller keeps its own reference.  A NULL
     * message means text that is not UTF-8, or arguments that could not be
     * made. */
    g_autoptr(Json) message = json_pack("{s:s, s:O*, s:s}", "execute", command,
                                        "arguments", arguments, "id", id_text);
    g_autofree char *text = NULL;
    char *line = NULL;

    if (!message || (arguments && !json_is_object(arguments)))
        return NULL;
    /* In one line: JSON_COMPACT writes no newline, and one inside a string is
     * written as \n. */
    text = json_dumps(message, JSON_COMPACT);
    if (!text)
        return NULL;
    line = g_strconcat(text, "\n", NULL);
    *ret_length = strlen(line);
    return line;
}

json_t *
message_parse(const char *line, size_t length, GError **error)
{
    json_error_t why;
    /* By length: a line may hold a NUL, which is refused here as no JSON and
     * does not end the text early. */
    json_t *message = json_loadb(line, length, 0, &why);

    /* Rather digits lost than the connection: QEMU has properties of 64 bits
     * without a sign. */
    if (!message && json_error_code(&why) == json_error_numeric_overflow)
        message = json_loadb(line, length, JSON_DECODE_INT_AS_REAL, &why);
    if (!message) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "received a line of %zu bytes that is not JSON: %s", length,
             why.text);
        return NULL;
    }
    if (!json_is_object(message)) {
        json_decref(message);
        fail(error, VIR_ERR_OPERATION_FAILED,
             "received a line of %zu bytes that is no JSON object", length);
        return NULL;
    }
    return message;
}

/* By the one key that each kind has and no other.  An event may come between a
 * command and its reply, and a greeting only once; that is the client's to
 * hold. */
MessageKind
message_kind(const json_t *message)
{
    if (json_is_object(json_object_get(message, "QMP")))
        return MESSAGE_GREETING;
    if (json_is_string(json_object_get(message, "event")))
        return MESSAGE_EVENT;
    /* Any value: {} for most, and also null, false and 0 are answers. */
    if (json_object_get(message, "return"))
        return MESSAGE_RETURN;
    if (json_is_object(json_object_get(message, "error")))
        return MESSAGE_ERROR;
    return MESSAGE_NONSENSE;
}

bool
message_id(const json_t *message, guint64 *ret_id)
{
    const char *text = json_string_value(json_object_get(message, "id"));

    return text &&
           g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT64, ret_id, NULL);
}

/* QEMU's "class" is left out: it is GenericError but for a handful, and no
 * decision rests on it, nor on the text but for one that QEMU tells in no other
 * way (is_completing() in qemu/blockjob/blockjob.c). */
const char *
message_error_text(const json_t *message)
{
    const json_t *error = json_object_get(message, "error");
    const char *text = json_string_value(json_object_get(error, "desc"));

    return text ? text : "no reason given";
}
