/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/session.h"

#include "base/error.h"
#include "remote/call.h"
#include "remote/login.h"
#include "remote/place.h"

#include <libvirt/libvirt-strandline.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

/* libvirt's numbers. */
enum { FEATURE_KEEPALIVE = 10 };
enum { LEVEL = 1 }; /* of our own program, the highest that is spoken here */

/* Before opening, as libvirt's clients do: from then on it may ask us, too. */
static bool
agree_on_keepalive(RemoteSession *session, GError **error)
{
    const int feature = FEATURE_KEEPALIVE;
    int answer = 0;

    if (!channel_call(session->channel, PROCEDURE(CONNECT_SUPPORTS_FEATURE),
                      &feature, &answer, error))
        return false;
    session->is_answering = answer == 1;
    return true;
}

/* Its type is asked for at once: a name that cannot fail later is worth a
 * message, and the peer has said by it that it really is open. */
static bool
open_driver(RemoteSession *session, const RemotePlace *place, bool is_readonly,
            GError **error)
{
    const WireOpen open = {.name = (WireTextOrNone)&place->name,
                           .flags = is_readonly ? VIR_CONNECT_RO : 0};

    return channel_call(session->channel, PROCEDURE(CONNECT_OPEN), &open, NULL,
                        error) &&
           channel_call(session->channel, PROCEDURE(CONNECT_GET_TYPE), NULL,
                        &session->type, error);
}

/* A genuine libvirtd answers that it has no such program, and that is all it
 * takes to know it.  An end of the connection has the same code, and is none of
 * those answers. */
static bool
greet(RemoteSession *session, GError **error)
{
    const Procedure *procedure =
        procedure_find(RPC_PROGRAM_STRANDLINE, STRANDLINE_CONNECT_HELLO);
    const WireHello hello = {.release = (char *)PROJECT_VERSION,
                             .level = LEVEL};
    WireHello answer = {0};
    GError *reason = NULL;

    if (channel_call(session->channel, procedure, &hello, &answer, &reason)) {
        session->is_strandline = answer.level >= LEVEL;
        xdr_free(procedure->ret_xdr, (char *)&answer);
        return true;
    }
    if (error_is(reason, VIR_ERR_RPC) && channel_is_alive(session->channel)) {
        g_error_free(reason);
        return true;
    }
    g_propagate_error(error, reason);
    return false;
}

/* Also what never got to be open: whichever step failed, the channel is all
 * there is to undo, and its end is the peer's sign to forget us. */
static void
session_free(RemoteSession *session)
{
    /* Its thread may put an event in until here. */
    channel_free(session->channel);
    remote_link_free(session->link);
    remote_events_clear(&session->events);
    g_free(session->type);
    g_free(session);
}

/* In the channel's thread, which reads replies, too: it may put things into a
 * queue, and must not call the peer. */
static void
on_event(const Message *message, void *opaque)
{
    RemoteSession *session = opaque;

    remote_events_take(&session->events, message);
}

/* The same thread, its last word. */
static void
on_closed(int reason, void *opaque)
{
    RemoteSession *session = opaque;

    if (reason != VIR_CONNECT_CLOSE_REASON_CLIENT)
        remote_events_end(&session->events, reason);
}

/* What the protocol has first, in its order. */
static bool
begin(RemoteSession *session, const RemotePlace *place, GError **error)
{
    return remote_login(session->channel, place, &session->layer_bits, error) &&
           agree_on_keepalive(session, error) &&
           open_driver(session, place, place->is_readonly, error) &&
           greet(session, error);
}

/* A program that could not carry us there has said why, and not to us. */
static void
explain(const RemoteSession *session, GError **error)
{
    g_autofree char *words = remote_link_words(session->link);

    if (words && !channel_is_alive(session->channel))
        g_prefix_error(error, "%s: ", words);
}

/* All that was opened is undone by one call, whichever step failed. */
static RemoteSession *
open_session(const RemotePlace *place, GError **error)
{
    const ChannelListener listener = {.event = on_event, .closed = on_closed};
    RemoteLink *link = remote_link_open(place, error);
    RemoteSession *session = NULL;

    if (!link)
        return NULL;
    session = g_new0(RemoteSession, 1);
    session->link = link;
    session->way = place->way;
    remote_events_init(&session->events);
    session->channel =
        channel_new(remote_link_take(link), &listener, session, error);
    if (session->channel && begin(session, place, error))
        return session;
    /* While the link is there: what it said goes with it. */
    if (session->channel)
        explain(session, error);
    session_free(session);
    return NULL;
}

/* The URI stays as it was given: it opens the same again. */
void *
remote_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
            GError **error)
{
    g_autoptr(RemotePlace) place =
        remote_place_new(uri, remote_run_folder(uri), is_readonly, error);
    RemoteSession *session = NULL;

    (void)ret_uri;
    if (!place)
        return NULL;
    session = open_session(place, error);
    if (!session)
        g_prefix_error(error, "cannot open '%s': ", uri->text);
    return session;
}

/* The peer is told, so that it need not take the end for a crash; whether it
 * hears that changes nothing. */
void
remote_close(void *session)
{
    RemoteSession *open = session;

    (void)channel_call(open->channel, PROCEDURE(CONNECT_CLOSE), NULL, NULL,
                       NULL);
    session_free(open);
}

/* Asked once, on opening: it cannot change, and clients print it with every
 * table. */
const char *
remote_type(virConnectPtr conn)
{
    const RemoteSession *session = conn->session;

    return session->type;
}

/* On this host, or told to nobody on the way. */
int
remote_is_secure(virConnectPtr conn)
{
    const RemoteSession *session = conn->session;

    return session->way != REMOTE_TCP || session->layer_bits > 0;
}

/* What a program of the user's does with the bytes is not ours to vouch for. */
int
remote_is_encrypted(virConnectPtr conn)
{
    const RemoteSession *session = conn->session;

    return session->way == REMOTE_TLS || session->way == REMOTE_SSH ||
           session->layer_bits > 0;
}

int
remote_is_alive(virConnectPtr conn)
{
    const RemoteSession *session = conn->session;

    return channel_is_alive(session->channel);
}

/* A peer that has not agreed would take a ping for an unknown program and end
 * the connection. */
int
remote_set_keepalive(virConnectPtr conn, int interval, unsigned count)
{
    const RemoteSession *session = conn->session;

    if (!session->is_answering)
        return 1;
    channel_start_keepalive(session->channel, interval, count);
    return 0;
}

/* Constant once open: members ask it before they choose a program. */
bool
remote_is_strandline(virConnectPtr conn)
{
    const RemoteSession *session = conn->session;

    return session->is_strandline;
}

/* Our program is never sent to a peer that has not got it: libvirt's daemon
 * would only refuse it, in words that help nobody. */
bool
remote_call(virConnectPtr conn, const Procedure *procedure, const void *args,
            void *ret, GError **error)
{
    const RemoteSession *session = conn->session;

    if (procedure->program == RPC_PROGRAM_STRANDLINE &&
        !session->is_strandline) {
        return fail(error, VIR_ERR_NO_SUPPORT,
                    "libvirt's daemon at '%s' has not got %s: it needs "
                    "strandlined there",
                    conn->uri, procedure->function);
    }
    return channel_call(session->channel, procedure, args, ret, error);
}
