/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/channel.h"

#include "base/error.h"
#include "base/fd.h"
#include "qemu/qmp/framer.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <libvirt/libvirt-domain.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct AgentChannel {
    int socket;   /* ours until the end */
    char *domain; /* for messages */
    Framer framer;
    size_t received; /* bytes since the last sync began */
    int patience;    /* seconds for a command; below 0: see the header */
    bool is_closed;  /* nothing more can be said or heard */
};

/* From here on the socket is the channel's.  Nothing is sent before the first
 * sync. */
AgentChannel *
agent_channel_new(int socket, const char *domain)
{
    AgentChannel *channel = g_new0(AgentChannel, 1);

    channel->socket = socket;
    channel->domain = g_strdup(domain);
    channel->patience = VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT;
    framer_init(&channel->framer, (FramerLimits){.line = AGENT_LINE_LIMIT,
                                                 .depth = AGENT_DEPTH,
                                                 .values = AGENT_VALUES});
    return channel;
}

/* The agent is not told: the next sync passes over what we leave. */
void
agent_channel_free(AgentChannel *channel)
{
    if (!channel)
        return;
    auto_fd_close(channel->socket);
    framer_clear(&channel->framer);
    g_free(channel->domain);
    g_free(channel);
}

/* By whoever opened it, before the first command; the sync is not waited for
 * any longer. */
void
agent_channel_set_patience(AgentChannel *channel, int seconds)
{
    channel->patience = seconds;
}

/* Not for the sync before: that an agent is there shows soon or never, and
 * nothing has been asked of it then. */
gint64
agent_channel_deadline(const AgentChannel *channel, gint64 usual_ms)
{
    if (channel->patience == VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK)
        return AGENT_FOREVER;
    if (channel->patience >= 0)
        usual_ms = (gint64)channel->patience * 1000;
    return g_get_monotonic_time() + usual_ms * 1000;
}

bool
agent_channel_is_closed(const AgentChannel *channel)
{
    return channel->is_closed;
}

static bool G_GNUC_PRINTF(3, 4)
    fail_agent(const AgentChannel *channel, GError **error, const char *format,
               ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    return fail(error, VIR_ERR_AGENT_UNRESPONSIVE, "guest agent of '%s' %s",
                channel->domain, text);
}

/* Waits for @events.  False: the deadline passed; no error is set. */
static bool
wait_for(const AgentChannel *channel, short events, gint64 deadline)
{
    while (true) {
        struct pollfd ready = {.fd = channel->socket, .events = events};
        gint64 left = deadline - g_get_monotonic_time();
        int timeout = -1;

        if (deadline != AGENT_FOREVER)
            timeout = (int)CLAMP((left + 999) / 1000, 0, G_MAXINT);
        /* Also for a hangup: the next send or recv tells what it was. */
        if (poll(&ready, 1, timeout) > 0)
            return true;
        /* Never for AGENT_FOREVER, from which no clock comes near 0. */
        if (left <= 0)
            return false;
    }
}

/* QEMU closes its end when it stops, or when another program took the
 * channel. */
static bool
fail_closed(AgentChannel *channel, GError **error)
{
    /* Kept, since a thaw that is tried again and again would only fail
     * again. */
    channel->is_closed = true;
    return fail_agent(channel, error,
                      "is gone: QEMU closed its channel; see whether the "
                      "machine still runs");
}

/* What is wrong when @command got no answer: silence of a whole channel has
 * other reasons than that of one command. */
static bool
fail_silent(const AgentChannel *channel, const char *command, GError **error)
{
    if (strcmp(command, "guest-sync-delimited") == 0) {
        return fail_agent(channel, error,
                          "does not answer; see that it runs in the guest, "
                          "and that no other program is connected to its "
                          "channel");
    }
    return fail_agent(channel, error,
                      "did not answer '%s' in time; it may still carry it out",
                      command);
}

/* All of it, or a failure after which nobody knows how much arrived; the sync
 * of the next conversation begins with a mark that clears that. */
static bool
send_text(AgentChannel *channel, const char *text, size_t length,
          gint64 deadline, GError **error)
{
    while (length > 0) {
        /* MSG_NOSIGNAL: a machine that ended must not end the program we are
         * in. */
        ssize_t done =
            send(channel->socket, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (done >= 0) {
            text += done;
            length -= (size_t)done;
        } else if (errno != EAGAIN && errno != EINTR) {
            return fail_closed(channel, error);
        } else if (!wait_for(channel, POLLOUT, deadline)) {
            return fail_agent(channel, error,
                              "takes no commands; see that it runs in the "
                              "guest");
        }
    }
    return true;
}

/* Receives once.  The time is looked at here, so that an agent that never
 * stops talking cannot keep us. */
static bool
receive(AgentChannel *channel, const char *command, gint64 deadline,
        GError **error)
{
    size_t room = 0;
    void *space = framer_room(&channel->framer, &room);
    ssize_t length = -1;

    /* Nothing is left half done by this: what is late stays in the socket, and
     * the next sync passes it over. */
    if (!wait_for(channel, POLLIN, deadline) ||
        (deadline != AGENT_FOREVER && g_get_monotonic_time() > deadline))
        return fail_silent(channel, command, error);
    length = recv(channel->socket, space, room, MSG_DONTWAIT);
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR))
        return fail_closed(channel, error);
    if (length > 0) {
        framer_filled(&channel->framer, (size_t)length);
        channel->received += (size_t)length;
    }
    return true;
}

/* The next line.  False with *@ret_result FRAMER_MORE when there will be none,
 * else with what was wrong with it. */
static bool
read_line(AgentChannel *channel, const char *command, gint64 deadline,
          json_t **ret_message, GError **error)
{
    const char *line = NULL;
    size_t length = 0;
    FramerResult result = framer_next(&channel->framer, &line, &length);

    while (result == FRAMER_MORE) {
        if (!receive(channel, command, deadline, error))
            return false;
        result = framer_next(&channel->framer, &line, &length);
    }
    if (result != FRAMER_LINE) {
        /* What follows on that line is garbage as well; the next newline begins
         * afresh, and the next sync finds its own number. */
        framer_restart(&channel->framer);
        return fail_agent(channel, error, "answered '%s' with %s", command,
                          framer_result_text(result));
    }
    /* Depth and number of values were looked at by the framer before a parser
     * that recurses sees them. */
    *ret_message = message_parse(line, length, NULL);
    if (!*ret_message) {
        return fail_agent(channel, error,
                          "answered '%s' with something that is not JSON",
                          command);
    }
    return true;
}

/* Passes over everything until the answer to our sync of number @id. */
static bool
find_sync(AgentChannel *channel, json_int_t id, gint64 deadline, GError **error)
{
    channel->received = 0;
    while (true) {
        g_autoptr(Json) message = NULL;
        g_autoptr(GError) trouble = NULL;
        const json_t *number = NULL;

        /* Whatever else is read here is an answer to somebody before us, or
         * noise: neither is an error. */
        if (read_line(channel, "guest-sync-delimited", deadline, &message,
                      &trouble)) {
            number = json_object_get(message, "return");
            if (json_is_integer(number) && json_integer_value(number) == id)
                return true;
        } else if (channel->is_closed || (deadline != AGENT_FOREVER &&
                                          g_get_monotonic_time() >= deadline)) {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return false;
        }
        if (channel->received > AGENT_STALE_LIMIT) {
            return fail_agent(channel, error,
                              "sends without end and never answers; restart "
                              "it in the guest");
        }
    }
}

/* Every conversation begins so, since the channel keeps what a former client
 * left unread. */
bool
agent_channel_sync(AgentChannel *channel, gint64 deadline, GError **error)
{
    /* 31 bits: an agent reads numbers as it likes.
     *
     * By chance, so that a left-over answer to another's sync is not taken for
     * ours. */
    json_int_t id = g_random_int_range(1, G_MAXINT32);
    g_autofree char *text =
        g_strdup_printf("\377{\"execute\":\"guest-sync-delimited\","
                        "\"arguments\":{\"id\":%d}}\n",
                        (int)id);

    /* The mark before the command makes the agent drop half a command that a
     * dead caller left; the agent answers with the same mark, for our
     * framer. */
    framer_restart(&channel->framer);
    return send_text(channel, text, strlen(text), deadline, error) &&
           find_sync(channel, id, deadline, error);
}

static const char *
command_of(const json_t *request)
{
    const char *command =
        json_string_value(json_object_get(request, "execute"));

    return command ? command : "(no command)";
}

/* What a guest says may end on somebody's terminal: so many words, and none that
 * move the cursor. */
static char *
tame_words(const char *text)
{
    enum { WORDS_MAX = 500 };
    g_autofree char *start = g_strndup(text, WORDS_MAX);
    /* May cut a character in half; g_utf8_make_valid() mends that. */
    char *tame = g_utf8_make_valid(start, -1);
    char *at = tame;

    for (; *at; at++) {
        if (g_ascii_iscntrl(*at))
            *at = ' ';
    }
    return tame;
}

/* Turns an error reply, or one that is neither, into @error. */
static void
fail_by_reply(const AgentChannel *channel, const char *command,
              const json_t *reply, GError **error)
{
    g_autofree char *words = NULL;

    /* The guest's fault, and no refusal: told apart by the code. */
    if (message_kind(reply) != MESSAGE_ERROR) {
        fail_agent(channel, error,
                   "answered '%s' with neither a result nor an error", command);
        return;
    }
    words = tame_words(message_error_text(reply));
    fail(error, VIR_ERR_INTERNAL_ERROR, "guest agent of '%s' refused '%s': %s",
         channel->domain, command, words);
}

/* One command, one reply.  Any failure but a refusal leaves the conversation
 * out of step. */
json_t *
agent_channel_exchange(AgentChannel *channel, json_t *request, gint64 deadline,
                       GError **error)
{
    const char *command = command_of(request);
    g_autofree char *text = json_dumps(request, JSON_COMPACT);
    g_autofree char *line = text ? g_strconcat(text, "\n", NULL) : NULL;
    json_t *reply = NULL;

    if (!line) {
        fail(error, VIR_ERR_INVALID_ARG,
             "the command for the guest agent of "
             "'%s' is no JSON in UTF-8",
             channel->domain);
        return NULL;
    }
    /* After a failure here it is not known whether the agent carries the
     * command out; the caller of a freeze has to act on that. */
    if (!send_text(channel, line, strlen(line), deadline, error) ||
        !read_line(channel, command, deadline, &reply, error))
        return NULL;
    if (message_kind(reply) == MESSAGE_RETURN)
        return reply;
    fail_by_reply(channel, command, reply, error);
    json_decref(reply);
    return NULL;
}

/* For the commands that freeze and thaw. */
int
agent_channel_count(AgentChannel *channel, const char *command,
                    json_t *arguments, gint64 deadline, GError **error)
{
    g_autoptr(Json) request =
        json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
    g_autoptr(Json) reply = NULL;
    const json_t *number = NULL;

    reply = agent_channel_exchange(channel, request, deadline, error);
    if (!reply)
        return -1;
    /* A guest could answer 2^63 here, and the public calls return an int. */
    number = json_object_get(reply, "return");
    if (!json_is_integer(number) || json_integer_value(number) < 0 ||
        json_integer_value(number) > G_MAXINT) {
        fail_agent(channel, error,
                   "answered '%s' with something that is no "
                   "number",
                   command);
        return -1;
    }
    return (int)json_integer_value(number);
}

/* Begins with the mark, so that half a command of somebody before us does not
 * swallow it. */
bool
agent_channel_post(AgentChannel *channel, const char *command, gint64 deadline,
                   GError **error)
{
    g_autofree char *text =
        g_strdup_printf("\377{\"execute\":\"%s\"}\n", command);

    return send_text(channel, text, strlen(text), deadline, error);
}
