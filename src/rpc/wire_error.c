/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/wire_error.h"

#include "base/error.h"

/* An absent text travels as a pointer to nothing. */
static WireTextOrNone
text_or_none(char *const *text)
{
    return *text ? (WireTextOrNone)text : NULL;
}

/* A text over the limit of all texts would make an error that cannot be told;
 * nobody reads one of a million characters. */
static char *
shorten(const char *text)
{
    const gsize limit = 1024L * 1024;

    return text ? g_strndup(text, limit) : NULL;
}

Message *
message_new_error(const MessageHeader *call, const virError *reason)
{
    MessageHeader header = message_reply_header(call, MESSAGE_ERROR);
    g_autofree char *message =
        shorten(reason ? reason->message : "the call failed without a reason");
    g_autofree char *str1 = shorten(reason ? reason->str1 : NULL);
    g_autofree char *str2 = shorten(reason ? reason->str2 : NULL);
    g_autofree char *str3 = shorten(reason ? reason->str3 : NULL);
    /* Code 0 would be no error, and there was one. */
    const WireError body = {
        .code = reason && reason->code ? reason->code : VIR_ERR_INTERNAL_ERROR,
        .domain = reason ? reason->domain : VIR_FROM_RPC,
        .message = text_or_none(&message),
        .level = VIR_ERR_ERROR,
        .str1 = text_or_none(&str1),
        .str2 = text_or_none(&str2),
        .str3 = text_or_none(&str3),
        .int1 = reason ? reason->int1 : -1,
        .int2 = reason ? reason->int2 : -1,
    };
    Message *reply =
        message_new(&header, (xdrproc_t)xdr_WireError, &body, NULL);

    g_assert(reply); /* its texts fit */
    return reply;
}

/* VIR_FROM_RPC: it is the protocol that speaks, and no driver was asked. */
Message *
message_new_refusal(const MessageHeader *call, int code, const char *format,
                    ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    return message_new_error(call, &(virError){
                                       .code = code,
                                       .domain = VIR_FROM_RPC,
                                       .message = text,
                                       .int1 = -1,
                                       .int2 = -1,
                                   });
}

#define UNKNOWN "unknown procedure"

Message *
message_new_unknown(const MessageHeader *call)
{
    return message_new_refusal(call, VIR_ERR_RPC, UNKNOWN ": %d",
                               call->procedure);
}

/* The version counts as part of the program's name, as in libvirt. */
Message *
message_new_no_program(const MessageHeader *call)
{
    return message_new_refusal(call, VIR_ERR_RPC,
                               "Cannot find program %u version %u",
                               call->program, call->version);
}

/* What a peer says that does not have the call: then the connection is sound,
 * and the caller may do without. */
static bool
is_unknown(const WireError *wire)
{
    bool is_of_protocol =
        wire->domain == VIR_FROM_RPC || wire->domain == VIR_FROM_REMOTE;

    return wire->code == VIR_ERR_RPC && is_of_protocol &&
           wire->level == VIR_ERR_ERROR && wire->message &&
           g_str_has_prefix(*wire->message, UNKNOWN);
}

/* The text is told as it came: what it says was worded by the end that knows
 * what happened. */
bool
message_fail(const Message *reply, GError **error)
{
    WireError wire = {0};
    GError *told = NULL;

    if (!message_decode(reply, (xdrproc_t)xdr_WireError, &wire, error))
        return false;
    fail(&told,
         is_unknown(&wire)         ? VIR_ERR_NO_SUPPORT
         : wire.code == VIR_ERR_OK ? VIR_ERR_INTERNAL_ERROR
                                   : wire.code,
         "%s", wire.message ? *wire.message : "the peer did not say why");
    error_set_origin(told, wire.domain);
    g_propagate_error(error, told);
    xdr_free((xdrproc_t)xdr_WireError, (char *)&wire);
    return false;
}
