/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a peer may send: packets in pieces, and whatever is in them.
 *
 * The input is a step (how many bytes come at a time) and then a stream.  Each
 * packet in it is decoded as what it says it is; what decodes is encoded
 * again, and must then be the same for ever.
 */
#include "base/error.h"
#include "base/typed_params.h"
#include "rpc/keepalive.h"
#include "rpc/message_reader.h"
#include "rpc/wire_error.h"
#include "rpc/wire_params.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

/* What a client does with the statistics of a job, which is where parameters
 * come from a peer. */
static void
read_params(const Procedure *procedure, const void *body)
{
    virTypedParameterPtr params = NULL;
    int nparams = 0;

    if (procedure->program == RPC_PROGRAM_REMOTE &&
        procedure->number == REMOTE_DOMAIN_GET_JOB_STATS) {
        const WireJobStats *stats = body;

        (void)wire_params_decode(stats->params.params_val,
                                 stats->params.params_len, &params, &nparams,
                                 NULL);
    }
    typed_params_free(params, nparams);
}

/* A body that has been decoded encodes, and from then on nothing changes. */
static void
body_is_stable(const Message *message, xdrproc_t xdr, gsize size)
{
    g_autofree char *body = g_malloc0(size + 1);
    g_autofree char *second = g_malloc0(size + 1);
    g_autoptr(Message) again = NULL;
    g_autoptr(Message) last = NULL;
    MessageHeader header = message->header;

    header.type = MESSAGE_REPLY; /* without descriptors */
    if (!message_decode(message, xdr, body, NULL))
        return;
    again = message_new(&header, xdr, body, NULL);
    g_assert(again);
    g_assert(message_decode(again, xdr, second, NULL));
    last = message_new(&header, xdr, second, NULL);
    g_assert(last && last->size == again->size &&
             memcmp(last->bytes, again->bytes, last->size) == 0);
    if (xdr) {
        xdr_free(xdr, body);
        xdr_free(xdr, second);
    }
}

static void
read_reply(const Message *message, const Procedure *procedure)
{
    if (message->header.status == MESSAGE_ERROR) {
        (void)message_fail(message, NULL);
        body_is_stable(message, (xdrproc_t)xdr_WireError, sizeof(WireError));
        return;
    }
    body_is_stable(message, procedure->ret_xdr, procedure->ret_size);
}

static void
read_message(const Message *message)
{
    const MessageHeader *header = &message->header;
    const Procedure *procedure =
        procedure_find(header->program, header->procedure);

    (void)keepalive_is_ping(message);
    if (!procedure) {
        g_autoptr(Message) refusal = procedure_program_is_known(header->program)
                                         ? message_new_unknown(header)
                                         : message_new_no_program(header);
        return;
    }
    if (header->type == MESSAGE_REPLY ||
        header->type == MESSAGE_REPLY_WITH_FDS) {
        g_autofree char *body = g_malloc0(procedure->ret_size + 1);

        read_reply(message, procedure);
        if (header->status == MESSAGE_OK &&
            message_decode(message, procedure->ret_xdr, body, NULL)) {
            read_params(procedure, body);
            if (procedure->ret_xdr)
                xdr_free(procedure->ret_xdr, body);
        }
        return;
    }
    body_is_stable(message, procedure->args_xdr, procedure->args_size);
}

/* Descriptors come as a peer would send them: any. */
static Message *
take(MessageReader *reader)
{
    while (message_reader_fds(reader) > 0) {
        message_reader_add_fd(reader, open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    return message_reader_take(reader);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    gsize step = size > 0 ? (gsize)data[0] + 1 : 1;
    gsize done = 1;

    while (done < size) {
        gsize room = 0;
        void *place = message_reader_place(reader, &room);
        gsize part = MIN(MIN(step, room), size - done);

        g_assert(part > 0 && message_reader_held(reader) <= 2 * size + 4096);
        memcpy(place, data + done, part);
        done += part;
        if (!message_reader_got(reader, part, NULL))
            break;
        g_autoptr(Message) message = take(reader);
        if (message)
            read_message(message);
    }
    return 0;
}
